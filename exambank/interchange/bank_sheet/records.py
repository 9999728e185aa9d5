"""PURE. What a bank sheet is read into: drafts, row by row, with the problems found."""

from dataclasses import asdict, dataclass, field

WARNING, REFUSED, ACCEPTED = "warning", "refused", "accepted"


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row: a code with values; ``column`` is the header as the file has it."""

    code: str
    severity: str
    column: str = ""
    values: dict = field(default_factory=dict)


@dataclass(frozen=True)
class DraftOption:
    """An option (in a cluster a statement, ``is_key`` being its truth) as plain text."""

    text: str
    is_key: bool
    is_locked: bool = False


@dataclass(frozen=True)
class ItemDraft:
    """An item as the file tells it; texts are plain, nothing is looked up yet.

    ``topic_names`` are the names under which the topic may already exist, the first being the one to create.
    """

    kind: str
    stem: str
    options: tuple[DraftOption, ...]
    scoring: tuple[str, ...] = ()
    topic_names: tuple[str, ...] = ()
    level: str = ""
    tags: tuple[str, ...] = ()
    source: str = ""
    picture_name: str = ""
    note: str = ""

    def as_dict(self) -> dict:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict) -> "ItemDraft":
        lists = {name: tuple(values[name]) for name in ("scoring", "topic_names", "tags")}
        options = tuple(DraftOption(**option) for option in values["options"])
        return cls(**{**values, **lists, "options": options})


@dataclass(frozen=True)
class RowReading:
    """One row of the file: ``row`` is the number people see in Excel, ``number`` the item's own (STT)."""

    row: int
    number: str
    draft: ItemDraft | None
    problems: tuple[Problem, ...]
    source: tuple[tuple[str, str], ...]  # header and text of every filled cell

    @property
    def status(self) -> str:
        if self.draft is None or any(problem.severity == REFUSED for problem in self.problems):
            return REFUSED
        return WARNING if self.problems else ACCEPTED


@dataclass(frozen=True)
class BankReading:
    """A file understood as a bank: the rows are disjoint and complete."""

    sheet_name: str
    header_row: int
    rows: tuple[RowReading, ...]
    notices: tuple[tuple[str, dict], ...] = ()

    def count(self, status: str) -> int:
        return sum(row.status == status for row in self.rows)
