"""Every kind of item: what it checks, deals, takes and scores; and that a candidate's fragment tells nothing."""

import json
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from exambank.bank.interactions import REGISTRY, content_from_text, field_name
from exambank.errors import InvalidInput
from tests.bank.factories import FOUR

ONE = Decimal("1")
KINDS = ["multiple_choice", "single_choice", "true_false", "true_false_cluster"]


def tokens_of(content):
    return [row["token"] for row in content["options"]]


def problems(kind, options, scoring=None):
    return [problem.code for problem in REGISTRY[kind].check(content_from_text(kind, options, scoring))]


def test_the_registry_holds_the_kinds_in_the_order_in_which_they_are_offered(app):
    assert list(REGISTRY) == [
        "single_choice", "multiple_choice", "true_false", "true_false_cluster", "short_text", "numeric", "matching",
        "ordering", "fill_in", "essay", "oral", "case",
    ]  # fmt: skip
    assert all(one.kind == kind for kind, one in REGISTRY.items())
    assert (
        len({one.label() for one in REGISTRY.values()}) == len({one.instruction() for one in REGISTRY.values()}) == 12
    )
    assert {one.family for one in REGISTRY.values()} == {"objective", "written", "spoken", "composite"}


def test_faults_of_content_are_named(app):
    assert problems("single_choice", FOUR) == []
    assert problems("single_choice", [("a", False), ("b", False)]) == ["no_key"]
    assert problems("single_choice", [("a", True), ("b", True)]) == ["several_keys"]
    assert problems("single_choice", [("a", True)]) == ["too_few_options"]
    assert problems("single_choice", [("Đúng", True), (" đung ", False)]) == ["twin_options"]
    assert problems("single_choice", [("a", True), ("b", False), ("", False)]) == ["empty_option"]
    assert problems("single_choice", [(str(number), number == 1) for number in range(11)]) == ["too_many_options"]
    assert problems("multiple_choice", [("a", False), ("b", False)]) == ["no_key"]
    assert problems("multiple_choice", [("a", True), ("b", False)]) == ["one_key"]
    assert problems("true_false", [("", True), ("", False)]) == []
    assert problems("true_false", [("", False), ("", False)]) == ["no_key"]
    assert problems("true_false_cluster", FOUR) == []
    assert problems("true_false_cluster", FOUR, {"table": ["0", "0.5", "1"]}) == ["bad_table"]
    assert problems("true_false_cluster", FOUR, {"table": ["0", "0.5", "0.25", "0.5", "1"]}) == ["bad_table"]
    assert problems("true_false_cluster", FOUR, {"table": ["0", "NaN", "0.25", "0.5", "1"]}) == ["bad_table"]


def test_single_choice_scores_all_or_nothing():
    one, content = REGISTRY["single_choice"], content_from_text("single_choice", FOUR)
    right, wrong = tokens_of(content)[:2]
    assert one.score(content, json.dumps({"choice": right}), Decimal("0.25")).points == Decimal("0.25")
    assert one.score(content, {"choice": wrong}, ONE) == one.score(content, {"choice": "gone"}, ONE)
    assert one.score(content, {"choice": wrong}, ONE).outcome == "wrong"
    assert one.score(content, None, ONE).outcome == one.score(content, {"choice": None}, ONE).outcome == "blank"


def test_true_false_options_are_named_true_and_false():
    one = REGISTRY["true_false"]
    content = content_from_text("true_false", [("", False), ("", True)])
    assert tokens_of(content) == ["true", "false"]
    assert [row["html"] for row in content["options"]] == ["Đúng", "Sai"]
    assert one.score(content, {"choice": "false"}, ONE).outcome == "right"
    assert one.parse_response('{"choice":"true"}', tokens_of(content)) == '{"choice":"true"}'
    swapped = one.normalise({"options": list(reversed(content["options"]))})
    assert swapped == content
    assert one.deal_order(content, Random(1)) == ["true", "false"]


def test_multiple_choice_gives_all_or_nothing_or_credit_for_each():
    one = REGISTRY["multiple_choice"]
    options = [("a", True), ("b", True), ("c", False), ("d", False), ("e", False)]
    whole = content_from_text("multiple_choice", options)
    part = content_from_text("multiple_choice", options, {"rule": "per_option"})

    def points(content, chosen):
        return one.score(content, {"choices": [tokens_of(content)[at] for at in chosen]}, ONE)

    assert [points(whole, chosen).points for chosen in ([0, 1], [0], [0, 1, 2])] == [1, 0, 0]
    assert [points(part, chosen).points for chosen in ([0, 1], [0], [0, 2], [2, 3], [0, 1, 2, 3, 4])] == [
        1, Decimal("0.5"), Decimal("0.1667"), 0, 0,
    ]  # fmt: skip
    assert [points(part, chosen).outcome for chosen in ([0, 1], [0], [2], [])] == ["right", "partial", "wrong", "blank"]


def test_a_cluster_scores_by_the_number_of_right_statements_and_a_blank_is_not_right():
    one = REGISTRY["true_false_cluster"]
    content = content_from_text("true_false_cluster", [("a", True), ("b", False), ("c", True), ("d", False)])
    tokens = tokens_of(content)

    def points(*decisions):
        payload = {"statements": dict(zip(tokens, decisions, strict=True))}
        return one.score(content, json.dumps(payload), ONE).points

    assert points(True, False, True, False) == 1
    assert points(True, False, True, None) == points(True, False, True, True) == Decimal("0.5")
    assert points(True, None, True, None) == Decimal("0.25")
    assert points(None, False, None, None) == Decimal("0.1")
    assert points(False, True, False, True) == points(None, None, None, None) == 0
    assert one.score(content, {"statements": {}}, ONE).outcome == "blank"


def test_the_national_table_is_stretched_to_other_lengths():
    def table(count):
        return content_from_text("true_false_cluster", [(str(at), True) for at in range(count)])["scoring"]["table"]

    assert table(4) == ["0", "0.1", "0.25", "0.5", "1"]
    assert table(2) == ["0", "0.25", "1"]
    assert table(3) == ["0", "0.15", "0.4167", "1"]
    assert table(8) == ["0", "0.05", "0.1", "0.175", "0.25", "0.375", "0.5", "0.75", "1"]


BAD = ["", "null", "[]", "1", "{}", '{"choice":1}', '{"choice":NaN}', '{"choice":["a"]}', '{"choice":"zzzz"}', '{"choice":{"a":1}}',
       '{"choice":null,"score":1}', '{"choices":"a"}', '{"choices":["zzzz"]}', '{"choices":[1]}', '{"choices":[[]]}',
       '{"statements":[]}', '{"statements":{"zzzz":true}}', '{"statements":{"a":1}}', '{"statements":"x"}', "[" * 15_000, "x" * 30_000]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_response_that_does_not_fit_is_refused(app, kind):
    content = content_from_text(kind, FOUR)
    for given_text in BAD:
        if given_text == '{"statements":{"a":1}}':
            given_text = json.dumps({"statements": {tokens_of(content)[0]: 1}})
        with pytest.raises(InvalidInput):
            REGISTRY[kind].parse_response(given_text, tokens_of(content))
    if kind == "multiple_choice":
        with pytest.raises(InvalidInput):
            REGISTRY[kind].parse_response({"choices": [tokens_of(content)[0]] * 2}, tokens_of(content))


@pytest.mark.parametrize("kind", KINDS)
def test_the_plain_form_and_json_give_the_same_response(kind):
    content = content_from_text(kind, FOUR)
    tokens = tokens_of(content)
    first, last = tokens[0], tokens[-1]
    cases = {
        "multiple_choice": (
            MultiDict([(field_name(3), last), (field_name(3), first)]),
            {"choices": [last, first]},
        ),
        "true_false_cluster": (
            MultiDict({field_name(3, first): "true", field_name(3, last): "false"}),
            {"statements": {first: True, last: False}},
        ),
    }
    form, value = cases.get(kind, (MultiDict({field_name(3): tokens[1]}), {"choice": tokens[1]}))
    one = REGISTRY[kind]
    assert one.response_from_form(form, 3, tokens) == one.parse_response(json.dumps(value), tokens)
    assert one.is_blank(one.response_from_form(MultiDict(), 3, tokens))
    assert not one.is_blank(one.response_from_form(form, 3, tokens))


words = st.text(alphabet="abcdeghiklmnơưđ xyz", min_size=1, max_size=12)
contents = st.tuples(st.sampled_from(KINDS), st.lists(st.tuples(words, st.booleans()), min_size=2, max_size=8))


@settings(max_examples=60)
@given(contents, st.integers(0, 2**32), st.data())
def test_a_fragment_is_the_same_whatever_the_key_and_the_scoring(case, seed, data):
    kind, options = case
    one, content = REGISTRY[kind], content_from_text(kind, options)
    other = json.loads(json.dumps(content))
    for row in other["options"]:
        row["is_key"] = data.draw(st.booleans())
    other["scoring"] = {"rule": "per_option", "table": ["0", "1"]}
    assert json.dumps(one.fragment("câu", content)) == json.dumps(one.fragment("câu", other))
    assert one.deal_order(content, Random(seed)) == one.deal_order(other, Random(seed))


@settings(max_examples=60)
@given(contents, st.integers(0, 2**32))
def test_a_deal_keeps_every_option_and_locked_ones_in_place(case, seed):
    kind, options = case
    content = content_from_text(kind, options)
    content["options"][-1]["is_locked"] = True
    dealt = REGISTRY[kind].deal_order(content, Random(seed))
    assert sorted(dealt) == sorted(tokens_of(content))
    assert all(dealt[at] == row["token"] for at, row in enumerate(content["options"]) if row["is_locked"])


@settings(max_examples=60)
@given(contents, st.data())
def test_points_lie_between_nothing_and_all_and_the_key_gives_all(case, data):
    kind, options = case
    one, content = REGISTRY[kind], content_from_text(kind, options)
    tokens, most = tokens_of(content), Decimal("0.25")
    if kind == "true_false_cluster":
        payload = {"statements": {token: data.draw(st.sampled_from([True, False, None])) for token in tokens}}
    elif kind == "multiple_choice":
        payload = {"choices": data.draw(st.lists(st.sampled_from(tokens), unique=True))}
    else:
        payload = {"choice": data.draw(st.sampled_from([*tokens, None]))}
    score = one.score(content, one.parse_response(payload, tokens), most)
    assert 0 <= score.points <= most
    assert score.points == score.points.quantize(Decimal("0.0001"))
    assert (score.outcome == "blank") == one.is_blank(payload)


def test_the_key_moves_evenly_when_options_are_shuffled():
    content = content_from_text("single_choice", FOUR)
    key = content["options"][0]["token"]
    rng = Random(7)
    places = [REGISTRY["single_choice"].deal_order(content, rng).index(key) for _ in range(4000)]
    assert all(abs(places.count(at) - 1000) < 120 for at in range(4))


def test_the_snapshot_of_scoring_names_keys_and_rule():
    content = content_from_text("multiple_choice", FOUR, {"rule": "per_option"})
    rule = REGISTRY["multiple_choice"].scoring_rule(content)
    assert rule == {
        "kind": "multiple_choice",
        "keys": [tokens_of(content)[0]],
        "options": tokens_of(content),
        "rule": "false",
        "lower_bound": "0",
    }
