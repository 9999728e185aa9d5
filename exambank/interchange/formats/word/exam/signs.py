"""PURE. By which looks an option may be marked as the key, and how much of it has them."""

from dataclasses import dataclass

from exambank.interchange.formats.word.exam.options import Option
from exambank.interchange.formats.word.parts.rich import Rich

# from the surest to the weakest; a look lower in the list never overrules one above
LOOKS = ("underline", "highlight", "red", "green", "blue", "purple", "orange", "white", "bold", "italic", "strike")
COLOURS = ("red", "green", "blue", "purple", "orange", "white")
MARKED = 0.5  # an option is marked by a look that at least this share of its letters has


def _has(look, name: str) -> bool:
    if name in COLOURS:
        return look.colour == name
    return bool(getattr(look, name))


def shares(rich: Rich) -> dict[str, float]:
    """Which share of the letters has each look; formulas, whose letters have none, do not count."""
    counted: dict = {}
    total = 0
    for span in rich.spans:
        size = 0 if span.thing and span.thing.kind == "formula" else len("".join(span.text.split()))
        total += size
        counted[span.look] = counted.get(span.look, 0) + size
    if not total:
        return {}
    found = {name: sum(size for look, size in counted.items() if _has(look, name)) / total for name in LOOKS}
    return {name: share for name, share in found.items() if share > 0}


def label_shares(label: Rich) -> dict[str, float]:
    """The looks of the letter of a label, its dot apart."""
    at = next((place for place, letter in enumerate(label.text) if letter.isalpha()), None)
    return {} if at is None else shares(label[at : at + 1])


@dataclass(frozen=True)
class Signs:
    """The looks of the options of one question: of their labels and of their texts."""

    labels: tuple[dict[str, float], ...]
    texts: tuple[dict[str, float], ...]

    @classmethod
    def of(cls, options: list[Option]) -> "Signs":
        return cls(tuple(label_shares(one.label) for one in options), tuple(shares(one.text) for one in options))

    def marked(self, name: str, channel: str) -> frozenset[int]:
        """The options marked by a look of their "label" or their "text"; none when all are."""
        rows = self.labels if channel == "label" else self.texts
        found = frozenset(at for at, row in enumerate(rows) if row.get(name, 0) >= MARKED)
        return found if len(found) < len(rows) else frozenset()

    def residue(self, name: str, key: frozenset[int]) -> list[tuple[int, float]]:
        """Options beside the key that have a little of the look; a look that all texts have somewhere is none."""
        partly = [(at, row[name]) for at, row in enumerate(self.texts) if name in row and row[name] < MARKED]
        if len(partly) == len(self.texts):
            return []
        return [(at, share) for at, share in partly if at not in key]

    def evidence(self, at: int) -> tuple[tuple[str, float], ...]:
        """(sign, share) of one option, the surest sign first; "_label" tells that only the label was looked at."""
        found = []
        for name in LOOKS:
            if self.texts[at].get(name):
                found.append((name, round(self.texts[at][name], 3)))
            if self.labels[at].get(name):
                found.append((f"{name}_label", round(self.labels[at][name], 3)))
        return tuple(found)
