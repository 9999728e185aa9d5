"""PURE. Text with its looks: what a regular expression reads as plain text, and can be cut without losing them."""

from collections.abc import Iterable
from typing import NamedTuple

from exambank.interchange.neutral import Problem

THING = "\ufffc"  # stands in the text for a picture, a formula or an object


class Look(NamedTuple):
    """How letters look. ``underline`` is its kind, ``highlight`` and ``colour`` are "" where they are as usual."""

    bold: bool = False
    italic: bool = False
    underline: str = ""
    strike: bool = False
    highlight: str = ""
    colour: str = ""
    place: str = ""  # "sub" or "sup"


PLAIN = Look()


class Thing(NamedTuple):
    """What is no letter: a "formula" (value: its TeX), a "picture" (its id), a "marker" (words for what is missing)."""

    kind: str
    value: str
    alt: str = ""
    problem: Problem | None = None


class Span(NamedTuple):
    """Letters of one look; ``thing`` when the text is its one sign."""

    text: str
    look: Look = PLAIN
    thing: Thing | None = None


class Rich:
    """A text as spans. ``text`` is their letters; slices keep their looks."""

    __slots__ = ("spans", "text")

    def __init__(self, spans: Iterable[Span] = ()):
        self.spans = _joined(spans)
        self.text = "".join(span.text for span in self.spans)

    def __len__(self) -> int:
        return len(self.text)

    def __bool__(self) -> bool:
        return bool(self.text.strip())

    def __repr__(self) -> str:
        return f"Rich({self.text!r})"

    def __add__(self, other: "Rich") -> "Rich":
        return Rich([*self.spans, *other.spans])

    def __getitem__(self, part: slice) -> "Rich":
        first, last, _step = part.indices(len(self.text))
        if first == 0 and last == len(self.text):
            return self
        found, place = [], 0
        for span in self.spans:
            start, end = max(first, place), min(last, place + len(span.text))
            if start < end:
                found.append(Span(span.text[start - place : end - place], span.look, span.thing))
            place += len(span.text)
            if place >= last:
                break
        return Rich(found)

    def strip(self, signs: str | None = None) -> "Rich":
        """Without white space (or these signs) at its ends."""
        start = len(self.text) - len(self.text.lstrip(signs))
        return self[start : start + len(self.text.strip(signs))]

    def lines(self) -> list["Rich"]:
        """The text cut at its line breaks."""
        found, start = [], 0
        for place, letter in enumerate(self.text):
            if letter == "\n":
                found.append(self[start:place])
                start = place + 1
        return [*found, self[start:]] if found else [self]

    def without(self, start: int, end: int) -> "Rich":
        """The text with this part taken out."""
        return self[:start] + self[end:]

    @property
    def things(self) -> list[Thing]:
        return [span.thing for span in self.spans if span.thing]

    @property
    def is_empty(self) -> bool:
        return not self.text.strip()

    def plain(self) -> str:
        """Its words on one line, formulas and markers spelled out."""
        return " ".join("".join(_spelled(span) for span in self.spans).split())


def join_rich(parts: Iterable[Rich], between: str = "\n") -> Rich:
    """These texts one after the other."""
    spans: list[Span] = []
    for part in parts:
        if spans:
            spans.append(Span(between))
        spans.extend(part.spans)
    return Rich(spans)


def plain_rich(text: str) -> Rich:
    """Words without any look."""
    return Rich([Span(text)])


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    found: list[Span] = []
    for span in spans:
        if not span.text:
            continue
        last = found[-1] if found else None
        if last and not last.thing and not span.thing and last.look == span.look:
            found[-1] = Span(last.text + span.text, span.look)
        else:
            found.append(span)
    return tuple(found)


def _spelled(span: Span) -> str:
    if not span.thing:
        return span.text
    return {"formula": f"\\({span.thing.value}\\)", "picture": f"[{span.thing.alt or 'hình'}]"}.get(
        span.thing.kind, span.thing.value
    )
