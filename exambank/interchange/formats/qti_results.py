"""PURE. QTI Results Reporting: what one candidate gave and got, as an ``assessmentResult``.

Its elements have the same names in every version; only the namespace differs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from exambank.bank import rules
from exambank.interchange.formats.qti_write.answers import Answer
from exambank.interchange.formats.qti_write.nodes import QTI21, QTI22, QTI30, Node, Version, plain_document

VERSIONS = {"2.1": QTI21, "2.2": QTI22, "3.0": QTI30}
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
FINAL, WAITING = "final", "pendingResponseProcessing"


@dataclass(frozen=True)
class ItemResult:
    """One question of one candidate; ``points`` is None while a person has still to mark it."""

    identifier: str
    answers: tuple[Answer, ...]
    points: Decimal | None
    max_points: Decimal


@dataclass(frozen=True)
class CandidateResult:
    """One sitting: who (``sourced_id``), also known as (system, identifier); marks are None until all are there."""

    sourced_id: str
    sessions: tuple[tuple[str, str], ...]
    test: str
    at: datetime
    seconds: int | None
    points: Decimal | None
    max_points: Decimal | None
    mark: Decimal | None
    items: tuple[ItemResult, ...]


def write_result(result: CandidateResult, version: Version, *, with_keys: bool) -> bytes:
    """The file of one candidate; right answers stand in it only ``with_keys``."""
    at = result.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    sessions = (Node("sessionIdentifier", sourceID=system, identifier=name) for system, name in result.sessions)
    root = Node(
        "assessmentResult",
        Node("context", *sessions, sourcedId=result.sourced_id),
        _test_result(result, at),
        *(_item_result(one, place, at, with_keys) for place, one in enumerate(result.items, start=1)),
        xmlns=version.result_namespace,
        xmlns__xsi=_XSI,
        xsi__schemaLocation=f"{version.result_namespace} {version.result_schema}",
    )
    return plain_document(root)


def _test_result(result: CandidateResult, at: str) -> Node:
    found = Node("testResult", identifier=result.test, datestamp=at)
    if result.seconds is not None:
        found.add(_response(Answer("duration", "single", "float", (str(result.seconds),)), with_keys=False))
    if result.points is not None:
        found.add(_outcome("SCORE", result.points, result.max_points))
        found.add(_outcome("MAXSCORE", result.max_points))
    return found.add(_outcome("MARK", result.mark) if result.mark is not None else None)


def _item_result(item: ItemResult, place: int, at: str, with_keys: bool) -> Node:
    status = FINAL if item.points is not None else WAITING
    outcomes: Iterable[Node] = ()
    if item.points is not None:
        outcomes = (_outcome("SCORE", item.points, item.max_points), _outcome("MAXSCORE", item.max_points))
    return Node(
        "itemResult",
        *(_response(one, with_keys) for one in item.answers),
        *outcomes,
        identifier=item.identifier,
        sequenceIndex=place,
        datestamp=at,
        sessionStatus=status,
    )


def _response(answer: Answer, with_keys: bool) -> Node:
    correct = [Node("value", one) for one in answer.correct] if with_keys else []
    return Node(
        "responseVariable",
        Node("correctResponse", *correct) if correct else None,
        Node("candidateResponse", *(Node("value", one) for one in answer.given)),
        identifier=answer.identifier,
        cardinality=answer.cardinality,
        baseType=answer.base_type,
    )


def _outcome(name: str, value: Decimal, most: Decimal | None = None) -> Node:
    largest = rules.write_number(most) if most is not None else None
    return Node(
        "outcomeVariable", Node("value", rules.write_number(value)), identifier=name, cardinality="single",
        baseType="float", normalMaximum=largest,
    )  # fmt: skip
