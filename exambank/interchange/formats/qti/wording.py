"""PURE. The texts of one item as the bank keeps them, with everything that was noticed while they were read."""

from lxml import etree

from exambank.bank import rules
from exambank.interchange.formats.qti.folders import Pictures
from exambank.interchange.neutral import NOTICE, WARNING, Problem
from exambank.interchange.texts import read_html, read_plain

LONGEST_TEXT = 100_000


class Wording:
    """Reads elements of the file at ``path`` and collects problems, each once."""

    def __init__(self, pictures: Pictures, path: str):
        self._pictures, self._path = pictures, path
        self._problems: dict[tuple, Problem] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(self._problems.values())

    def picture(self, address: str, alt: str) -> str | None:
        return self._pictures.find(address, self._path)

    def of_file(self, path: str) -> "Wording":
        """The same for texts of another file; what is noticed there belongs to this item too."""
        other = Wording(self._pictures, path)
        other._problems = self._problems
        return other

    def html(self, element) -> str:
        """What the element holds."""
        found = read_html(element, picture=self.picture)
        for problem in found.problems:
            self._keep(problem)
        if len(found.html) > LONGEST_TEXT:
            self.warn("text_too_long")
        return found.html

    def plain(self, words: str) -> str:
        """Plain words as the bank's HTML."""
        return read_plain(words).html

    def line(self, element) -> str:
        """The words in an element on one line, formulas as their TeX."""
        return rules.plain_text(self.html(element))

    def warn(self, code: str, **values) -> None:
        self._keep(Problem(code, WARNING, values=values))

    def tell(self, code: str, **values) -> None:
        self._keep(Problem(code, NOTICE, values=values))

    def _keep(self, problem: Problem) -> None:
        self._problems.setdefault((problem.code, str(sorted(problem.values.items()))), problem)


def _blocks(parts: list[str]) -> str:
    return "".join(part if part.startswith(_BLOCK_STARTS) else f"<p>{part}</p>" for part in parts)


_BLOCK_STARTS = ("<p>", "<ul>", "<ol>", "<table", "<h3>", "<h4>", "<pre>", "<blockquote>")


def joined(parts: list[str]) -> str:
    """Several texts of ours one below the other; a single one stays as it is."""
    parts = [part for part in parts if part]
    return "".join(parts) if len(parts) < 2 else _blocks(parts)


def holder(*elements):
    """A new element that holds these, taken out of where they stood."""
    found = etree.Element("div")
    for one in elements:
        found.append(one)
    return found
