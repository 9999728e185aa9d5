"""PURE. Acts of acceptance (nghiệm thu): what a bank holds now against what the last act accepted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class InForce:
    """An item in force: known by its public id; ``content_hash`` says which text."""

    public_id: str
    code: str
    number: int
    content_hash: str

    def row(self) -> list:
        """As an act keeps it."""
        return [self.public_id, self.code, self.number, self.content_hash]


@dataclass(frozen=True)
class BankChange:
    """What changed since the last act; ``ratio`` is None where there is no earlier act to measure against."""

    total: int
    before: int
    new: tuple[InForce, ...]
    changed: tuple[InForce, ...]
    gone: tuple[InForce, ...]
    ratio: float | None

    @property
    def kept(self) -> int:
        return self.total - len(self.new) - len(self.changed)

    @property
    def count(self) -> int:
        return len(self.new) + len(self.changed) + len(self.gone)

    def is_over(self, limit: int) -> bool:
        """Whether so much changed that the whole procedure of acceptance is due again; ``limit`` in per cent."""
        return self.ratio is not None and self.ratio * 100 > limit

    def counts(self) -> dict[str, int]:
        """As an act keeps them."""
        return {
            "total": self.total, "before": self.before, "new": len(self.new), "changed": len(self.changed),
            "retired": len(self.gone), "kept": self.kept,
        }  # fmt: skip


def compare_banks(last: Sequence[Sequence] | None, now: Iterable[InForce]) -> BankChange:
    """Compare the rows of the last act (None: there was none) with what is in force now.

    The ratio is what is new, changed or gone over the last act's bank; an act over an empty bank measures by 1.
    """
    present = {one.public_id: one for one in now}
    before = {row[0]: InForce(*row) for row in last or ()}
    new = tuple(one for key, one in present.items() if key not in before)
    changed = tuple(
        one for key, one in present.items() if key in before and before[key].content_hash != one.content_hash
    )
    gone = tuple(one for key, one in before.items() if key not in present)
    ratio = None if last is None else (len(new) + len(changed) + len(gone)) / max(len(before), 1)
    return BankChange(len(present), len(before), new, changed, gone, ratio)
