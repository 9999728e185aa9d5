"""Another system that follows the rules in our items scores as we do."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.bank import rules
from exambank.bank.interactions import REGISTRY
from exambank.interchange.formats.qti_write.answers import answers_of
from exambank.interchange.neutral import Draft, draft_of
from tests.bank.kinds import EXAMPLES, payloads, stem_of
from tests.interchange.drafts import example
from tests.interchange.qti_write.packages import VERSIONS, item_of, write
from tests.interchange.qti_write.player import declared, play

ROWS = [{"html": text, "is_key": place < 2} for place, text in enumerate(["Một", "Hai", "Ba", "Bốn", "Năm"])]
LINES = [{"html": text} for text in ("Một", "Hai", "Ba", "Bốn")]
MULTIPLE = [
    draft_of("multiple_choice", "?", {"options": ROWS, "scoring": {"rule": rule, "lower_bound": bound}})
    for rule in REGISTRY["multiple_choice"].rules_known
    for bound in ("0", "-0.5")
]
ORDERS = [
    draft_of("ordering", "?", {"options": LINES, "scoring": {"rule": rule}})
    for rule in REGISTRY["ordering"].rules_known
]
CLUSTERS = [
    draft_of("true_false_cluster", "?", {"options": ROWS[:4], "scoring": {"table": table}})
    for table in (["0", "0.1", "0.25", "0.5", "1"], ["0", "0.25", "0.5", "0.75", "1"])
]
PLAIN = ("single_choice", "true_false", "matching", "fill_in", "short_text")
SCORED = [*map(example, PLAIN), *MULTIPLE, *ORDERS, *CLUSTERS]


def share(draft: Draft, payload: dict) -> Fraction:
    """What we give, as a share of the points."""
    return Fraction(REGISTRY[draft.kind].score(draft.content, payload, Decimal(10_000)).points) / 10_000


def played(version: str, draft: Draft, payload: dict) -> Fraction:
    """What the player gives for the same response."""
    answers = answers_of(draft.kind, draft.content, payload)
    return play(item_of(write(version, draft).body), {one.identifier: one.given for one in answers})


@pytest.mark.parametrize("draft", SCORED, ids=lambda draft: f"{draft.kind}-{draft.content['scoring']}")
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_the_score_of_any_response_is_ours(draft, data):
    payload = data.draw(payloads(draft.kind, draft.content))
    if not _can_be_said(payload):
        return
    assert abs(played("qti22", draft, payload) - share(draft, payload)) < Fraction(1, 1000)


def _can_be_said(payload: dict) -> bool:
    """Where tones may stand and how many blanks there are we alone compare; an order in QTI has no empty places."""
    places = [place for place in payload.get("places", {}).values() if place is not None]
    return sorted(places) == list(range(1, len(places) + 1)) and not {"hoà  bình", "a\nb"} & set(_words(payload))


def _words(payload: dict) -> list:
    return [payload.get("text"), *payload.get("gaps", {}).values()]


@pytest.mark.parametrize(
    ("answer", "typed", "expected"),
    [
        ({"value": "3,5", "tolerance": "0.1"}, "3.6", 1),
        ({"value": "3,5", "tolerance": "0.1"}, "3.61", 0),
        ({"value": "200", "tolerance": "0.05", "is_relative": True}, "190", 1),
        ({"value": "200", "tolerance": "0.05", "is_relative": True}, "189", 0),
        ({"value": "-7"}, "-7", 1),
        ({"value": "-7"}, "", 0),
    ],
)
@pytest.mark.parametrize("version", VERSIONS)
def test_a_number_is_right_within_its_tolerance(version, answer, typed, expected):
    draft = draft_of("numeric", "?", {"answers": [answer, {"value": "1000", "share": "0.25"}]})
    assert played(version, draft, {"value": typed}) == share(draft, {"value": typed}) == expected
    assert played(version, draft, {"value": "1000"}) == Fraction(1, 4)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("draft", [*SCORED, example("numeric"), example("case")], ids=lambda draft: draft.kind)
def test_the_right_response_that_is_declared_gets_all_points(version, draft):
    item = item_of(write(version, draft).body)
    expected = Fraction(1)
    if draft.kind == "case":  # the essay in it waits for a person
        weights = {row["kind"]: Fraction(row["weight"]) for row in draft.content["questions"]}
        expected -= weights["essay"] / sum(weights.values())
    assert abs(play(item, declared(item)) - expected) < Fraction(1, 10**6)


def test_what_is_declared_right_is_what_we_score_right():
    for kind in EXAMPLES:
        draft = draft_of(kind, stem_of(kind), EXAMPLES[kind])
        item = item_of(write("qti21", draft).body)
        correct = {one.identifier: one.correct for one in answers_of(kind, draft.content, None)}
        assert correct == declared(item)
        assert rules.sanitize_html(draft.stem) == draft.stem
