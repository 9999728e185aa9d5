"""PURE. The test of a package: its sections by topic, its items with what each is worth."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from exambank.bank.interactions.contents import fraction_of
from exambank.interchange.formats.qti_write.nodes import Node, Version, document
from exambank.interchange.formats.qti_write.scoring import decimals, outcome, set_to

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
WEIGHT = "WEIGHT"


@dataclass(frozen=True)
class Reference:
    """An item of the test: where it is, the topic it stands under, what it is worth here and by itself."""

    identifier: str
    href: str
    topic: str
    points: str
    largest: str

    def weight(self) -> str | None:
        """By how much its own score is multiplied; None where nothing is said."""
        points, largest = fraction_of(self.points), fraction_of(self.largest)
        return decimals(points / largest) if points > 0 and largest > 0 else None


def write_test(title: str, references: Iterable[Reference], version: Version, *, is_linear: bool) -> bytes:
    """The assessment test; items stay in their order, so a topic that returns has a second section."""
    runs = groupby(references, key=lambda one: one.topic)
    sections = [_section(number, topic or title, list(run)) for number, (topic, run) in enumerate(runs, start=1)]
    part = Node(
        "testPart", *(sections or [_section(1, title, [])]), identifier="PART", submissionMode="simultaneous",
        navigationMode="linear" if is_linear else "nonlinear",
    )  # fmt: skip
    root = Node(
        "assessmentTest",
        outcome("SCORE"),
        outcome("MAXSCORE"),
        part,
        Node("outcomeProcessing", _total("SCORE"), _total("MAXSCORE")),
        xmlns=version.namespace,
        xmlns__xsi=_XSI,
        xsi__schemaLocation=f"{version.namespace} {version.schema}",
        identifier="TEST",
        title=title,
        toolName="exambank",
    )
    return document(root, version)


def _section(number: int, title: str, references: list[Reference]) -> Node:
    rows = [
        Node("assessmentItemRef", _weight(one), identifier=one.identifier, href=one.href) for one in references
    ]  # fmt: skip
    return Node("assessmentSection", *rows, identifier=f"SECTION-{number}", title=title, visible=True)


def _weight(reference: Reference) -> Node | None:
    value = reference.weight()
    return Node("weight", identifier=WEIGHT, value=value) if value is not None else None


def _total(name: str) -> Node:
    return set_to(name, Node("sum", Node("testVariables", variableIdentifier=name, weightIdentifier=WEIGHT)))
