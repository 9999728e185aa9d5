"""PURE. The document while it is written: its blocks, its pictures and lists, and what it could not hold."""

import re
from collections.abc import Mapping

from exambank.interchange.formats.word.writing.drawing import SUFFIXES, drawing, size_of
from exambank.interchange.formats.word.writing.flow import Flow
from exambank.interchange.formats.word.writing.xml import paragraph, run
from exambank.interchange.neutral import NOTICE, WARNING, Loss, MediaFile, Problem

RED, GREY = "C00000", "7F7F7F"
_APART = {"EbModel", "EbSolution", "EbFollow"}
_NARROW = 6 * 360_000
_SEVERITIES = {"word_lists_flattened": NOTICE, "word_extras": NOTICE}


class Sheet:
    """``blocks`` are the document's paragraphs and tables; ``index`` is the draft that is written now."""

    def __init__(self, media: Mapping[str, MediaFile]):
        self._media = media
        self.blocks: list = []
        self.losses: list[Loss] = []
        self.files: dict[str, tuple[str, MediaFile]] = {}  # id: (name in the package, file)
        self.lists = 0
        self.index = 0
        self._drawings = 0

    # --- what is counted ---

    def lose(self, code: str, **values) -> None:
        """Tell once an item what of it could not be held."""
        loss = Loss(self.index, Problem(code, _SEVERITIES.get(code, WARNING), values=values))
        if loss not in self.losses:
            self.losses.append(loss)

    def new_list(self) -> int:
        """The number of a new numbered list; bullets are all of list 1."""
        self.lists += 1
        return self.lists + 1

    def picture(self, media_id: str, alt: str, *, is_narrow: bool = False):
        """A run with the picture; its words where Word cannot show it."""
        found = self._media.get(media_id)
        if found is None or found.media_type not in SUFFIXES:
            name = found.name if found else alt or media_id
            self.lose("word_picture_kind" if found else "word_picture_missing", name=name or media_id)
            return run(f"[{alt or name}]" if alt or name else "[hình]")
        name, _file = self.files.setdefault(
            media_id, (f"image{len(self.files) + 1}.{SUFFIXES[found.media_type]}", found)
        )
        self._drawings += 1
        size = size_of(found.width, found.height, *([_NARROW] if is_narrow else []))
        return drawing(self._drawings, relationship_of(name), alt, size)

    # --- what is written ---

    def add(self, *blocks) -> None:
        self.blocks.extend(blocks)

    def text(self, style: str, stored: str, lead: tuple = (), gaps: dict | None = None) -> None:
        """A text of the bank, its first paragraph in this style."""
        is_apart = style in _APART and stored.startswith("<p>") and stored.count("<p>") == 1 and stored.endswith("</p>")
        self.add(*Flow(self, style, lead, gaps=gaps, is_apart=is_apart).write(stored))

    def line(self, style: str, words: str, label: str = "", **options) -> None:
        """A line of plain words after a bold label."""
        lead = label_runs(label) if label else ()
        self.add(paragraph(style, *lead, *([run(words)] if words else []), **options))


def label_runs(words: str, *, is_key: bool = False) -> tuple:
    """A label in bold ("Câu 1.", "A.") and a blank; the label of the key is underlined and red."""
    marks = frozenset({"b", "u"}) if is_key else frozenset({"b"})
    return run(words, style="EbLabel", marks=marks, colour=RED if is_key else ""), run(" ")


def relationship_of(name: str) -> str:
    return "rId" + re.sub(r"\W", "_", name)
