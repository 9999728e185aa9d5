"""What the papers of one printing share: formulas and pictures, each kept once, and what could not be printed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from exambank.documents.papers import html_tree
from exambank.documents.papers.formulas import Unprintable, convert
from exambank.documents.papers.html_tree import Makers, Node
from exambank.documents.papers.pictures import Drawn, Loaded, draw, fit

PICTURE_LINE = "[hình: {}]"


@dataclass
class Collector:
    """Gathers while texts become trees. ``load`` gives a picture by its public id, None where there is none."""

    load: Callable[[str], Loaded | None]
    width: float  # of a column, in millimetres
    formulas: list[dict[str, Any]] = field(default_factory=list)
    pictures: dict[str, str] = field(default_factory=dict)  # name -> SVG
    _numbers: dict[str, Node] = field(default_factory=dict)
    _names: dict[str, Drawn | None] = field(default_factory=dict)
    _trees: dict[tuple, list[Node]] = field(default_factory=dict)
    _failed: dict[str, str] = field(default_factory=dict)  # TeX -> why
    problems: dict[int, set[str]] = field(default_factory=dict)  # item version -> codes
    users: dict[tuple[str, Any], set[int]] = field(default_factory=dict)  # formula or picture -> item versions

    def tree(self, version: int, stored: str, gaps: Mapping[str, Node] | None = None, share: float = 1) -> list[Node]:
        """The blocks of a stored text of this item version, for ``share`` of the column's width."""
        key = (version, stored, share, tuple((gaps or {}).items()) and str(gaps))
        if key not in self._trees:
            makers = Makers(
                lambda tex: self._formula(version, tex),
                lambda public_id, width: self._picture(version, public_id, width),
                gaps or {},
            )
            self._trees[key] = html_tree.blocks_of(stored, makers, self.width * share)
        return self._trees[key]

    def picture(self, version: int, public_id: str) -> list[Node]:
        """The picture that an item shows below its text, as blocks."""
        return [["p", [self._picture(version, public_id, self.width)]]]

    def blame(self, broken_formulas: Iterable[int], broken_pictures: Iterable[str]) -> None:
        """Note what only the compiler found wrong."""
        for number in broken_formulas:
            for version in self.users.get(("formula", number), ()):
                self._note(version, "formula")
        for name in broken_pictures:
            for version in self.users.get(("picture", name), ()):
                self._note(version, "picture")

    def _note(self, version: int, code: str) -> None:
        self.problems.setdefault(version, set()).add(code)

    def _formula(self, version: int, tex: str) -> Node:
        if tex not in self._numbers:
            try:
                made = convert(tex)
            except Unprintable as refused:
                self._failed[tex] = refused.code
                self._numbers[tex] = ["tex", tex[:500]]
            else:
                self.formulas.append({"math": made.math, "words": [list(pair) for pair in made.words], "tex": tex})
                self._numbers[tex] = ["math", len(self.formulas) - 1]
        if tex in self._failed:
            self._note(version, "formula")
        else:
            self.users.setdefault(("formula", self._numbers[tex][1]), set()).add(version)
        return self._numbers[tex]

    def _picture(self, version: int, public_id: str, width: float) -> Node:
        if public_id not in self._names:
            loaded = self.load(public_id)
            self._names[public_id] = draw(loaded, f"picture-{len(self._names)}.svg") if loaded else None
        drawn = self._names[public_id]
        if drawn is None:
            self._note(version, "picture")
            return ["i", [PICTURE_LINE.format("không có")]]
        self.pictures[drawn.name] = drawn.svg
        self.users.setdefault(("picture", drawn.name), set()).add(version)
        return ["img", drawn.name, *fit(drawn.width, drawn.height, width)]
