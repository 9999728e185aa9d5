"""What each kind finds wrong with a content, and where; and which responses it takes."""

import json
from random import Random

import pytest
from werkzeug.datastructures import MultiDict

from exambank.bank.interactions import REGISTRY, field_name
from exambank.errors import InvalidInput
from tests.bank.kinds import EXAMPLES, KINDS, content_of, key_payload, stem_of

ESSAY_LIMIT = 60_000


def found(kind, changes, stem=None):
    """(code, part) of what blocks the example with some of it changed."""
    content = REGISTRY[kind].normalise({**json.loads(json.dumps(EXAMPLES[kind])), **changes})
    problems = REGISTRY[kind].check(content, stem or stem_of(kind))
    assert all(problem.message for problem in problems)
    return [(problem.code, problem.part) for problem in problems if problem.is_blocking]


def test_penalties_are_shares(app):
    assert found("single_choice", {"scoring": {"wrong": "2"}}) == [("bad_penalty", "")]
    assert found("single_choice", {"scoring": {"wrong": "một nửa"}}) == [("bad_penalty", "")]
    assert found("multiple_choice", {"scoring": {"lower_bound": "-2"}}) == [("bad_penalty", "")]
    assert found("multiple_choice", {"scoring": {"lower_bound": "x"}}) == [("bad_penalty", "")]


def test_accepted_texts_are_there_once_and_one_gives_all_points(app):
    assert found("short_text", {"accepted": []}) == [("no_key", "")]
    assert found("short_text", {"accepted": [{"text": " "}]}) == [("no_key", "")]
    twins = [{"token": "aa", "text": "hòa"}, {"token": "bb", "text": "Hoà"}]
    assert found("short_text", {"accepted": twins}) == [("twin_accepted", "accepted:bb")]
    half = [{"token": "aa", "text": "x", "share": "0.5"}]
    assert found("short_text", {"accepted": half}) == [("no_full_answer", "")]
    wrong = [{"token": "aa", "text": "x"}, {"token": "bb", "text": "y", "share": "50"}]
    assert found("short_text", {"accepted": wrong}) == [("bad_share", "accepted:bb")]
    stars = {"accepted": [{"token": "aa", "text": "**"}], "scoring": {"wildcards": True}}
    assert found("short_text", stars) == [("takes_anything", "accepted:aa")]


def test_numbers_tolerances_and_units_make_sense(app):
    def one(**changes):
        return found("numeric", {"answers": [{"token": "aa", "value": "3", **changes}]})

    assert one() == []
    assert one(value="ba") == [("bad_number", "answer:aa")]
    assert one(tolerance="-1") == one(tolerance="ít") == [("bad_tolerance", "answer:aa")]
    assert one(value="0", tolerance="0.1", is_relative=True) == [("bad_tolerance", "answer:aa")]
    assert one(tolerance="5", is_relative=True) == [("bad_tolerance", "answer:aa")]
    assert one(share="2") == [("bad_share", "answer:aa")]
    assert one(share="0.5") == [("no_full_answer", "")]
    assert found("numeric", {"answers": []}) == [("no_key", "")]
    assert found("numeric", {"units": []}) == [("no_unit", "")]
    assert found("numeric", {"units": [{"name": "kg"}, {"name": "k g", "factor": "2"}]}) == [("bad_unit", "")]
    assert found("numeric", {"units": [{"name": "g", "factor": "0.001"}]}) == [("bad_unit", "")]
    assert found("numeric", {"units": [{"name": "g", "factor": "0"}, {"name": "kg"}]}) == [("bad_unit", "")]
    assert found("numeric", {"scoring": {"unit": "required", "unit_penalty": "0"}}) == [("bad_penalty", "")]
    assert found("numeric", {"scoring": {"unit": "required"}}) == []


def test_every_prompt_has_its_match_and_no_match_stands_twice(app):
    assert found("matching", {"pairs": {"aa11": "t0000aaaa"}}) == [("no_key", "option:bb22")]
    assert found("matching", {"pairs": {"aa11": "t0000aaaa", "bb22": "t0000eeee"}}) == [("no_key", "option:bb22")]
    targets = [*EXAMPLES["matching"]["targets"], {"token": "t0000dddd", "html": "<b>Viên</b>"}]
    assert found("matching", {"targets": targets}) == [("twin_targets", "target:t0000dddd")]
    targets[-1]["html"] = " "
    assert found("matching", {"targets": targets}) == [("empty_target", "target:t0000dddd")]
    accents = [*EXAMPLES["matching"]["targets"], {"token": "t0000dddd", "html": "Viễn"}]
    assert found("matching", {"targets": accents}) == []


def test_lines_to_be_ordered_are_at_least_two_and_all_different(app):
    lines = EXAMPLES["ordering"]["options"]
    assert found("ordering", {"options": lines[:1]}) == [("too_few_options", "")]
    assert found("ordering", {"options": [*lines, {"token": "ee", "html": "dd44"}]}) == [
        ("twin_options", "option:dd44")
    ]
    assert found("ordering", {"options": [*lines, {"token": "ee", "html": ""}]}) == [("empty_option", "option:ee")]


def test_gaps_stand_in_the_text_and_have_their_answers(app):
    stem = stem_of("fill_in")
    assert found("fill_in", {}, stem) == []
    assert found("fill_in", {}, "Không có chỗ trống") == [("gap_not_shown", "gap:aa11"), ("gap_not_shown", "gap:bb22")]
    assert found("fill_in", {}, stem + '<span data-gap="aa11"></span>') == [("gap_not_shown", "gap:aa11")]
    assert found("fill_in", {}, stem + '<span data-gap="zz99"></span>') == [("gap_without_answer", "stem")]
    gaps = EXAMPLES["fill_in"]["gaps"]
    assert found("fill_in", {"gaps": []}, "Câu")[0] == ("no_gap", "")
    assert found("fill_in", {"gaps": [{**gaps[0], "accepted": []}, gaps[1]]}) == [("no_key", "gap:aa11")]
    assert found("fill_in", {"gaps": [{**gaps[0], "weight": "0"}, gaps[1]]}) == [("bad_weight", "gap:aa11")]
    choices = gaps[1]["choices"]
    assert found("fill_in", {"gaps": [gaps[0], {**gaps[1], "choices": choices[:1]}]}) == [
        ("too_few_choices", "gap:bb22")
    ]
    assert found("fill_in", {"gaps": [gaps[0], {**gaps[1], "choices": choices[1:] * 2}]}) == [
        ("twin_choices", "gap:bb22"),
        ("no_key", "gap:bb22"),
    ]


def test_a_marking_guide_has_points_in_quarters(app):
    for kind in ("essay", "oral"):
        assert found(kind, {"rubric": []}) == [("no_rubric", "")]
        for points in ("0.3", "0", "-1", "101", "vài", ""):
            row = {"token": "aa", "html": "Ý", "points": points}
            assert found(kind, {"rubric": [row]}) == [("bad_points", "rubric:aa")], points
        assert found(kind, {"rubric": [{"token": "aa", "html": "", "points": "1"}]}) == [("empty_rubric", "rubric:aa")]
    assert found("essay", {"prompts": [{"token": "aa11", "html": " "}]}) == [("empty_prompt", "prompt:aa11")]
    content = REGISTRY["essay"].normalise({**EXAMPLES["essay"], "rubric": EXAMPLES["essay"]["rubric"][:1]})
    problems = REGISTRY["essay"].check(content)
    assert [(one.code, one.part, one.is_blocking) for one in problems] == [
        ("prompt_without_rubric", "prompt:bb22", False)
    ]


def test_problems_within_a_case_name_the_question(app):
    one = REGISTRY["case"]
    content = one.normalise(
        {
            "questions": [
                {"token": "q1", "kind": "short_text", "stem": "", "content": {}, "weight": "0"},
                {"token": "q2", "kind": "matching", "stem": "Ghép", "content": {**EXAMPLES["matching"], "pairs": {}}},
                {"token": "q3", "kind": "case", "stem": "Không", "content": {}},
                {"token": "q4", "kind": "oral", "stem": "Không", "content": {}},
            ]
        }
    )
    assert [(problem.code, problem.part) for problem in one.check(content)] == [
        ("empty_stem", "question:q1/stem"), ("bad_weight", "question:q1"), ("no_key", "question:q1"),
        ("no_key", "question:q2/option:aa11"), ("no_key", "question:q2/option:bb22"),
    ]  # fmt: skip
    assert all("1" in one.message or "2" in one.message for one in one.check(content))
    assert [problem.code for problem in one.check(one.normalise({}))] == ["no_question"]


def test_names_are_given_once_and_twins_get_new_ones():
    twins = [{"token": "aa11", "html": "Một"}, {"token": "aa11", "html": "Hai"}, {"html": "Ba"}]
    for kind in ("single_choice", "ordering", "matching"):
        tokens = [row["token"] for row in REGISTRY[kind].normalise({"options": twins})["options"]]
        assert tokens[0] == "aa11"
        assert len(set(tokens)) == 3
    targets = REGISTRY["matching"].normalise({"options": twins, "targets": twins})["targets"]
    assert all(row["token"].startswith("t") for row in targets)
    assert len({row["token"] for row in targets}) == 3


# --- responses ---

BAD = {
    "short_text": ['{"text":1}', '{"text":null}', '{"text":"a","x":1}', "{}", json.dumps({"text": "x" * 501})],
    "numeric": ['{"value":1}', '{"unit":"kg"}', '{"value":"1","unit":null}', '{"value":"1","x":"2"}',
                json.dumps({"value": "1" * 61})],
    "matching": ['{"pairs":{"aa11":"aa11"}}', '{"pairs":{"t0000aaaa":"aa11"}}', '{"pairs":{"aa11":1}}', '{"pairs":[]}',
                 '{"pairs":{"zz":null}}'],
    "ordering": ['{"places":{"aa11":0}}', '{"places":{"aa11":5}}', '{"places":{"aa11":1,"bb22":1}}',
                 '{"places":{"aa11":true}}', '{"places":{"aa11":1.0}}', '{"places":{"aa11":"1"}}', '{"places":{"zz":1}}'],
    "fill_in": ['{"gaps":{"bb22":"Huế"}}', '{"gaps":{"zz":"x"}}', '{"gaps":{"aa11":5}}', '{"gaps":[]}',
                json.dumps({"gaps": {"aa11": "x" * 501}})],
    "essay": ['{"text":"x"}', '{"parts":{"zz":"x"}}', '{"parts":{"aa11":5}}', '{"parts":null}',
              json.dumps({"parts": {"aa11": "x" * 40_000, "bb22": "x" * 20_001}})],
    "oral": ['{"text":null}', '{"parts":{}}', json.dumps({"text": "x" * (ESSAY_LIMIT + 1)})],
    "case": ['{"questions":{"zz":{}}}', '{"questions":{"q00":5}}', '{"questions":{"q00":{"choice":"zz"}}}',
             '{"questions":{"q01":{"choice":null}}}', '{"questions":[]}', '{"choice":null}'],
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_a_response_of_another_shape_is_refused(app, kind):
    one, content = REGISTRY[kind], content_of(kind)
    tokens = one.deal_order(content, Random(1))
    for given in [*BAD[kind], "", "null", "[]", "[" * 60_000, "x" * 70_000]:
        with pytest.raises(InvalidInput):
            one.parse_response(given, tokens)


def test_long_texts_fit_as_long_as_the_room_can_keep_them(app):
    one = REGISTRY["essay"]
    vietnamese = "Đảng lãnh đạo ế" * 4000
    assert len(vietnamese) == ESSAY_LIMIT
    stored = one.parse_response({"text": vietnamese}, ())
    assert len(stored) < 64 * 1024
    assert json.loads(stored) == {"text": vietnamese}
    assert one.parse_response(stored, ()) == stored
    with pytest.raises(InvalidInput, match="quá dài"):
        one.parse_response({"text": '"' * ESSAY_LIMIT}, ())
    with pytest.raises(InvalidInput, match="quá dài"):
        one.parse_response({"text": "x" * (ESSAY_LIMIT + 1)}, ())


def test_typed_text_is_composed_and_holds_nothing_unseen():
    given = REGISTRY["essay"].parse_response({"text": "\n\nTie\u0302\u0301ng\u200b Vie\u0323\u0302t\r\nhai\u0000"}, ())
    assert json.loads(given) == {"text": "Tiếng Việt\nhai"}
    line = REGISTRY["short_text"].parse_response({"text": " a\nb\t c "}, ())
    assert json.loads(line) == {"text": "a b  c"}


def fields_of(kind, payload, question):
    """The plain form's fields that give a payload."""
    if kind == "case":
        rows = {row["token"]: row["kind"] for row in EXAMPLES["case"]["questions"]}
        return [
            pair
            for token, inner in payload["questions"].items()
            for pair in fields_of(rows[token], inner, f"{question}.{token}")
        ]
    if kind == "numeric":
        return [(field_name(question, name), payload[name]) for name in ("value", "unit")]
    if kind in ("short_text", "oral"):
        return [(field_name(question), payload["text"])]
    if kind in ("single_choice", "true_false"):
        return [(field_name(question), payload["choice"])]
    if kind == "multiple_choice":
        return [(field_name(question), choice) for choice in payload["choices"]]
    (named,) = payload.values()
    words = {True: "true", False: "false"} if kind == "true_false_cluster" else {}
    return [(field_name(question, token), words.get(given, str(given))) for token, given in named.items()]


@pytest.mark.parametrize("kind", KINDS)
def test_the_plain_form_gives_the_same_response_as_the_page_with_scripts(app, kind):
    one, content = REGISTRY[kind], content_of(kind)
    tokens = one.deal_order(content, Random(4))
    payload = key_payload(kind, content)
    form = MultiDict(fields_of(kind, payload, 7))
    assert one.response_from_form(form, 7, tokens) == one.parse_response(payload, tokens)
    assert one.is_blank(one.response_from_form(MultiDict(), 7, tokens))


def test_the_room_can_keep_a_response_of_every_kind_and_texts_are_found(app):
    for kind in KINDS:
        content = content_of(kind)
        assert all(isinstance(text, str) for text in REGISTRY[kind].texts(content))
    assert any("Hương Cảng" in text for text in REGISTRY["fill_in"].texts(content_of("fill_in")))
    assert any("Bài mẫu" in text for text in REGISTRY["case"].texts(content_of("case")))
    assert any("Pa-ri" in text for text in REGISTRY["matching"].texts(content_of("matching")))


def test_anchors_of_problems_name_parts_that_there_are(app):
    for kind in KINDS:
        anchors = [part.anchor for part in REGISTRY[kind].parts(stem_of(kind), content_of(kind))]
        assert anchors[0] == "stem"
        assert len(set(anchors)) == len(anchors)


def test_two_lines_to_be_ordered_are_not_always_dealt_the_wrong_way_round(app):
    """Never the right order would tell it: of two lines there is one other."""
    one = REGISTRY["ordering"]
    content = one.normalise({"options": [{"html": "trước"}, {"html": "sau"}]})
    dealt = {tuple(one.deal_order(content, Random(seed))) for seed in range(40)}
    assert len(dealt) == 2
