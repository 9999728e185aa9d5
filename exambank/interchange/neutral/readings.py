"""PURE. What was found in a file: entries that are disjoint and complete, each with its place and its problems."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from exambank.interchange.neutral.drafts import Draft
from exambank.interchange.neutral.media import MediaFile

ACCEPTED, WARNING, RAW, REFUSED = "accepted", "warning", "raw", "refused"
STATUSES = (ACCEPTED, WARNING, RAW, REFUSED)
NOTICE = "notice"  # worth telling, but the entry is as good as without it


@dataclass(frozen=True)
class Place:
    """Where in the file: a code of ``messages.PLACES`` with values ("row": {"row": 12})."""

    code: str = ""
    values: Mapping = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """What is wrong with an entry: a code of ``messages.PROBLEMS`` with values.

    ``severity`` is notice, warning, raw or refused. ``column`` is the header or part as the file names it; ``place``
    where it is when that is finer than the entry's own place.
    """

    code: str
    severity: str
    column: str = ""
    values: Mapping = field(default_factory=dict)
    place: Place | None = None


@dataclass(frozen=True)
class Raw:
    """An item that we keep as it came: its own bytes, which nothing here runs, and the files that belong to it.

    ``format`` is the format's name; ``suffix`` what such a file is called (".xml"); ``files`` go by their paths.
    """

    format: str
    body: bytes
    suffix: str
    name: str = ""
    identifier: str = ""
    files: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True)
class Entry:
    """One item of the source. ``name`` is what people call it there (number, title, identifier).

    ``source``: how the file has it, as (label, plain text). ``evidence``: by which signs each option was taken for the
    key: (label, ((signal, share 0..1), ...)).
    """

    place: Place
    name: str = ""
    draft: Draft | None = None
    raw: Raw | None = None
    problems: tuple[Problem, ...] = ()
    source: tuple[tuple[str, str], ...] = ()
    evidence: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = ()

    @property
    def status(self) -> str:
        severities = {problem.severity for problem in self.problems}
        if self.draft is None and self.raw is not None:
            return RAW
        if self.draft is None or REFUSED in severities:
            return REFUSED
        return WARNING if severities & {WARNING, RAW} else ACCEPTED


@dataclass(frozen=True)
class Convention:
    """A way in which this file may mark its keys, for a person to choose from: how many items it decides."""

    code: str
    items: int
    conflicts: int = 0


@dataclass(frozen=True)
class Reading:
    """A file understood. ``entries`` hold every item of the source, in its order."""

    format: str
    entries: tuple[Entry, ...]
    media: Mapping[str, MediaFile] = field(default_factory=dict)
    notices: tuple[tuple[str, dict], ...] = ()
    title: str = ""
    conventions: tuple[Convention, ...] = ()
    convention: str = ""  # the one by which it was read
    facts: Mapping = field(default_factory=dict)  # what a page may tell of the file (sheet, header_row)

    def count(self, status: str) -> int:
        return sum(entry.status == status for entry in self.entries)

    def counts(self) -> dict[str, int]:
        """How many entries stand in each status; the four add up to all."""
        found = dict.fromkeys(STATUSES, 0)
        for entry in self.entries:
            found[entry.status] += 1
        return found
