"""PURE. What a blueprint demands of papers beside its cells: limits, balance, order, codes."""

from dataclasses import asdict, dataclass, fields
from typing import Any

BALANCED = ("difficulty", "spread", "time", "information")


@dataclass(frozen=True)
class Demands:
    """Stored as JSON with the blueprint and, as it then stood, with each set of papers.

    ``tolerance`` is a share (0.01 = 1 %) of the mean over the papers; ``theta`` are the abilities at which test
    information is balanced. ``sittings_apart``: not used in so many last sittings of the module. ``code_prefix`` and
    ``code_start``, ``code_step`` give codes (101, 102, ...; 132, 209, ...). ``None``: no such rule.
    """

    balance: tuple[str, ...] = ("difficulty",)
    tolerance: float = 0.02
    theta: tuple[float, ...] = (-1.0, 0.0, 1.0)
    papers_per_item: int | None = None
    overlap: int | None = None
    days_apart: int | None = None
    sittings_apart: int | None = None
    max_use_count: int | None = None
    distinct_items: int | None = None
    max_same_key_run: int | None = 3
    shuffle_items: bool = True
    shuffle_options: bool = True
    code_prefix: str = ""
    code_start: int = 101
    code_step: int = 1

    @classmethod
    def parse(cls, stored: dict[str, Any] | None) -> "Demands":
        """From stored JSON; what is missing takes its default, what is unknown is left out."""
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in (stored or {}).items() if name in known}
        for name in ("balance", "theta"):
            if name in values:
                values[name] = tuple(values[name])
        return cls(**values)

    def as_dict(self) -> dict[str, Any]:
        """As it is stored."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}
