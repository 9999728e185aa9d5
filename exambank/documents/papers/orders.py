"""PURE. What somebody asks to have printed of a set of papers, and within which limits."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

KINDS = ("papers", "answer_sheets", "keys")
FORMS = ("blank", "coded", "plain")  # the code filled by hand; printed; knowing nothing of the papers
MOST_PAPERS = 600
MOST_SHEETS = 600
MOST_COPIES = 100


@dataclass(frozen=True)
class PrintOrder:
    """Stored with the job as JSON. ``codes`` empty: all papers. ``sheet`` "a4", or "a3" folded. ``lines`` stand
    below the heading (module, class, term). ``is_proof``: the set was at the desk; pages carry a watermark."""

    codes: tuple[str, ...] = ()
    copies: int = 1
    columns: int = 1
    sheet: str = "a4"
    duplex: bool = True
    heading: str = ""
    lines: tuple[str, ...] = ()
    minutes: int | None = None
    materials: bool = False
    form: str = "blank"
    number_digits: int = 6
    is_proof: bool = False

    @classmethod
    def parse(cls, stored: dict[str, Any] | None) -> "PrintOrder":
        """From stored JSON; what is unknown is left out."""
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in (stored or {}).items() if name in known}
        for name in ("codes", "lines"):
            if name in values:
                values[name] = tuple(values[name])
        return cls(**values)

    def as_dict(self) -> dict[str, Any]:
        """As it is stored."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


def fault_of(kind: str, order: PrintOrder, codes: Sequence[str]) -> str | None:
    """Why an order cannot be followed: unknown_kind, unknown_code, copies, too_many; None when it can."""
    if kind not in KINDS or order.form not in FORMS or order.sheet not in ("a4", "a3") or order.columns not in (1, 2):
        return "unknown_kind"
    if not set(order.codes) <= set(codes):
        return "unknown_code"
    if not 1 <= order.copies <= (MOST_SHEETS if is_single_form(kind, order) else MOST_COPIES):
        return "copies"
    if not 3 <= order.number_digits <= 7:
        return "copies"
    most = {"papers": MOST_PAPERS, "answer_sheets": MOST_SHEETS}.get(kind)
    return "too_many" if most is not None and total_of(kind, order, codes) > most else None


def is_single_form(kind: str, order: PrintOrder) -> bool:
    """Whether one form serves all papers, so that copies are counted once."""
    return kind == "answer_sheets" and order.form != "coded"


def total_of(kind: str, order: PrintOrder, codes: Sequence[str]) -> int:
    """How many papers or sheets the file will hold; keys are one piece."""
    if kind == "keys":
        return 1
    if is_single_form(kind, order):
        return order.copies
    return len(chosen(order, codes)) * order.copies


def chosen(order: PrintOrder, codes: Sequence[str]) -> list[str]:
    """The codes that are printed, in the order of the set."""
    return [code for code in codes if not order.codes or code in order.codes]


def as_proof(order: PrintOrder, is_proof: bool) -> PrintOrder:
    """The same order, marked as a proof or not."""
    return replace(order, is_proof=is_proof)
