"""PURE. A file that we wrote, read by its styles: every kind comes back with all its settings."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from exambank.bank.rules import plain_text
from exambank.interchange.formats.word.parts.names import W
from exambank.interchange.formats.word.parts.package import Package
from exambank.interchange.formats.word.writing import notes
from exambank.interchange.formats.word.writing.own_kinds import content_of, kind_of
from exambank.interchange.formats.word.writing.own_text import NotOurs, Piece, Text, Texts, style_of, table_style_of
from exambank.interchange.neutral import WARNING, Draft, Entry, Gallery, Place, Problem, Reading, Source, draft_of

_STARTS = {"EbQuestion", "EbInner", "EbCase"}
_PARTS = {
    "EbPicture",
    "EbOption",
    "EbPrompt",
    "EbChoices",
    "EbKey",
    "EbGuide",
    "EbModel",
    "EbFollow",
    "EbSolution",
    "EbNote",
}
_FURTHER = {"EbText", "EbBullet", "EbNumber", "EbHead", "EbSubhead", "EbQuote", "EbCode"}
_TABLES = {"EbTable", "EbGrid"}
_OWN_TABLES = {"EbMatching", "EbRubric"}
_STEP = 20
_ASKED_BY_KEY = {"single_choice", "multiple_choice", "true_false", "short_text", "numeric", "ordering", "matching"}


@dataclass
class Part:
    """What one style begins: its label, whether that is marked as the key, and its text."""

    style: str
    label: str = ""
    is_key: bool = False
    text: Text = field(default_factory=Text)
    table: object = None

    @property
    def html(self) -> str:
        return self.text.html()

    @property
    def words(self) -> str:
        return plain_text(self.html)


@dataclass
class Block:
    """One question of the file."""

    style: str
    place: Place
    topic: str
    parts: list[Part] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def of(self, style: str) -> list[Part]:
        return [part for part in self.parts if part.style == style]

    def html_of(self, style: str) -> str:
        return next((part.html for part in self.of(style)), "")

    @property
    def notes(self) -> dict[str, str]:
        return dict(found for part in self.of("EbNote") if (found := notes.note_of(part.words)))


def read_own(source: Source) -> Reading | None:
    """The items of a file that we wrote with its keys beside the questions; None for any other Word file.

    Also None when someone typed anything into it that is not of our styles: then the file is read as any other.
    """
    package = Package(source.body)
    gallery = Gallery()
    try:
        title, blocks = _blocks(package, gallery)
        if title is None or not blocks:
            return None
        entries = list(_entries(blocks, source.progress))
    except NotOurs:
        return None
    return Reading("docx", tuple(entries), gallery.files, title=title)


def _blocks(package: Package, gallery: Gallery) -> tuple[str | None, list[Block]]:
    body = package.document.find(W + "body")
    texts = Texts(package, gallery)
    title, topic, blocks = None, "", []
    for number, element in enumerate(body if body is not None else (), start=1):
        if element.tag not in (W + "p", W + "tbl"):
            if element.tag in (W + "sectPr", W + "bookmarkStart", W + "bookmarkEnd", W + "proofErr"):
                continue
            raise NotOurs
        style = style_of(element) if element.tag == W + "p" else table_style_of(element)
        if style == "EbTitle":
            title = _words(texts, element)
        elif style == "EbTopic":
            topic = _words(texts, element)
        elif style == "EbGap1" or (element.tag == W + "p" and not _has_content(element)):
            continue
        elif style in _STARTS:
            texts.problems = []
            blocks.append(Block(style, Place("paragraph", {"number": number}), topic, problems=texts.problems))
            blocks[-1].parts += _parts_of(texts, element, style)
        elif not blocks:
            raise NotOurs
        else:
            _go_on(blocks[-1], texts, element, style)
    return title, blocks


def _has_content(paragraph) -> bool:
    return any(child.tag != W + "pPr" for child in paragraph)


def _words(texts: Texts, element) -> str:
    return plain_text("".join(piece.html for piece in texts.pieces(element)))


def _go_on(block: Block, texts: Texts, element, style: str) -> None:
    if style in _PARTS:
        block.parts += _parts_of(texts, element, style)
    elif style in _OWN_TABLES:
        block.parts.append(Part(style, table=_cells(texts, element)))
    elif style in _FURTHER or style in _TABLES:
        block.parts[-1].text.blocks.append(texts.block(element))
    else:
        raise NotOurs


def _parts_of(texts: Texts, element, style: str) -> Iterator[Part]:
    """The parts that a paragraph begins: options on one line are several."""
    pieces = texts.pieces(element)
    if style == "EbOption" and len(pieces) > 1 and not pieces[0].label and not pieces[0].html:
        pieces = pieces[1:]
    if style != "EbOption" and len(pieces) > 1:
        rest = "".join(piece.label + " " + piece.html for piece in pieces[1:])
        pieces = [Piece(pieces[0].label, pieces[0].is_key, pieces[0].html + rest)]
    for piece in pieces:
        text = Text([("p", piece.html, None)], starts_apart=style in ("EbModel", "EbFollow", "EbSolution"))
        yield Part(style, piece.label, piece.is_key, text)


def _cells(texts: Texts, element) -> list[list[str]]:
    """The rows of one of our tables below its head."""
    rows = [[texts.cell_html(cell) for cell in row.findall(W + "tc")] for row in element.findall(W + "tr")]
    return rows[1:]


# --- entries ---


def _entries(blocks: list[Block], progress: Callable[[int, int], None]) -> Iterator[Entry]:
    place = 0
    while place < len(blocks):
        if place % _STEP == 0:
            progress(place, len(blocks))
        block = blocks[place]
        inner = []
        if block.style == "EbCase":
            while place + 1 + len(inner) < len(blocks) and blocks[place + 1 + len(inner)].style == "EbInner":
                inner.append(blocks[place + 1 + len(inner)])
            yield _case_entry(block, inner)
        else:
            yield _entry(block)
        place += 1 + len(inner)


def _entry(block: Block) -> Entry:
    kind, stem, content, problems = _question(block)
    return _finished(block, kind, stem, content, problems)


def _case_entry(block: Block, inner: list[Block]) -> Entry:
    questions, problems = [], list(block.problems)
    for one in inner:
        kind, stem, content, found = _question(one)
        problems += found
        questions.append(
            {
                "kind": kind,
                "stem": stem,
                "content": content,
                "weight": notes.with_point(one.notes.get(notes.WEIGHT, "1")),
            }
        )
    # the first paragraph is our own sentence; the shared text begins below it
    stem = Text(block.parts[0].text.blocks[1:]).html()
    content = {"questions": questions, "explanation": block.html_of("EbSolution")}
    return _finished(block, "case", stem, content, problems)


def _question(block: Block) -> tuple[str, str, dict, list[Problem]]:
    told = block.notes
    kind = notes.KINDS.get(told.get(notes.KIND, ""), "") or kind_of(block)
    stem, content = content_of(kind, block)
    settings = notes.settings_from(kind, told)
    content = {**content, **settings, "explanation": block.html_of("EbSolution")}
    problems = list(block.problems)
    if kind in _ASKED_BY_KEY and not _has_key(kind, content):
        problems.append(Problem("no_right_answer", WARNING))
    return kind, stem, content, problems


def _has_key(kind: str, content: dict) -> bool:
    if kind in ("short_text", "numeric", "matching"):
        return bool(content.get({"short_text": "accepted", "numeric": "answers", "matching": "pairs"}[kind]))
    if kind == "ordering":
        return True
    return any(one["is_key"] for one in content["options"])


def _finished(block: Block, kind: str, stem: str, content: dict, problems: list[Problem]) -> Entry:
    labels = notes.labels_from(block.notes, block.topic)
    picture = re.search(r'data-media="([0-9a-f-]{36})" alt="([^"]*)"', block.html_of("EbPicture"))
    if picture:
        labels = {**labels, "picture": picture[1], "picture_alt": labels.get("picture_alt") or picture[2]}
    draft: Draft = draft_of(kind, stem, content, **labels)
    name = "Tình huống" if block.style == "EbCase" else block.parts[0].label.strip(" .:")
    source = tuple((part.label.strip(), part.words[:2000]) for part in block.parts if part.words or part.label)
    return Entry(block.place, name, draft, problems=tuple(problems), source=source)
