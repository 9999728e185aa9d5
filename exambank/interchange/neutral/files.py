"""PURE. What stands at the door of a reader, and what a writer takes and gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from exambank.interchange.neutral.drafts import Draft
from exambank.interchange.neutral.media import MediaFile
from exambank.interchange.neutral.readings import Problem, Raw


class UnreadableFile(ValueError):
    """The file as a whole cannot be used; ``code`` (of ``messages.FILES``) and ``values`` say why."""

    def __init__(self, code: str, **values):
        super().__init__(code)
        self.code, self.values = code, values


def _nobody_watches(done: int, total: int) -> None:
    """Nobody watches how far the reading has come."""


def _nothing_beside(path: str) -> bytes | None:
    """A file that came alone: nothing lies beside it."""
    return None


@dataclass(frozen=True)
class Source:
    """A file to read. ``choices`` are what a person decided about it (``{"key": "underline"}``); ``key_body`` is a
    second file that tells only the keys; ``beside`` gives the bytes of a file next to it, by its relative path, or
    None; ``progress`` is told how far it is, and may raise to stop.
    """

    body: bytes
    name: str
    choices: Mapping[str, str] = field(default_factory=dict)
    key_body: bytes = b""
    key_name: str = ""
    beside: Callable[[str], bytes | None] = _nothing_beside
    progress: Callable[[int, int], None] = _nobody_watches


@dataclass(frozen=True)
class Bundle:
    """Items to write. ``raws`` are items kept as they came: a writer of the same family hands them on unchanged.

    ``choices``: what the person wants of this format (``{"keys": "marked" | "separate" | "none"}`` in Word).
    """

    title: str
    drafts: tuple[Draft, ...]
    media: Mapping[str, MediaFile] = field(default_factory=dict)
    raws: tuple[Raw, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Loss:
    """What the format could not hold of the draft at ``index`` (of the raw one when ``is_raw``).

    The problem's severity: notice or warning when a part is lost, refused when the item was not written at all.
    """

    index: int
    problem: Problem
    is_raw: bool = False


@dataclass(frozen=True)
class Written:
    """A file that was written."""

    body: bytes
    suffix: str
    media_type: str
    losses: tuple[Loss, ...] = ()
