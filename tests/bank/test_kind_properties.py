"""What holds for every kind, whatever content and whatever response."""

import json
from decimal import Decimal
from html.parser import HTMLParser
from random import Random

import nh3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exambank.bank import rules
from exambank.bank.interactions import REGISTRY
from exambank.bank.interactions.base import share_of
from exambank.errors import InvalidInput
from tests.bank.kinds import EXAMPLES, KINDS, content_of, key_payload, payloads, stem_of

MOST = Decimal("2.5")
# the application only gives the language of labels
IN_APP = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(KINDS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = sorted(
    {"options", "scoring", "token", "html", "is_key", "is_locked", "rule", "lower_bound", "wrong", "table", "accepted",
     "text", "share", "answers", "value", "tolerance", "is_relative", "units", "name", "factor", "unit", "unit_penalty",
     "targets", "pairs", "gaps", "kind", "choices", "weight", "prompts", "rubric", "points", "prompt", "model_answer",
     "hints", "words", "minutes", "questions", "stem", "content", "follow_ups", "width"}
)  # fmt: skip
SHAPED_JUNK = st.recursive(
    JUNK, lambda inner: st.dictionaries(st.sampled_from(NAMES), inner | st.lists(inner, max_size=3), max_size=8),
    max_leaves=20,
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_an_example_of_each_kind_is_sound(app, kind):
    blocking = [one for one in REGISTRY[kind].check(content_of(kind), stem_of(kind)) if one.is_blocking]
    assert blocking == []


@settings(IN_APP, max_examples=25)
@given(junk=JUNK | SHAPED_JUNK)
@pytest.mark.parametrize("kind", KINDS)
def test_any_json_becomes_a_content_that_can_be_stored_checked_dealt_and_scored(app, kind, junk):
    one = REGISTRY[kind]
    content = one.normalise(junk)
    assert one.normalise(json.loads(json.dumps(content))) == content
    one.check(content, "Câu?")
    for words in (one.texts(content), one.describe_key(content), one.describe_scoring(content)):
        assert words is not None
    fragment = json.loads(json.dumps(one.fragment("Câu?", content)))
    tokens = one.deal_order(content, Random(1))
    assert sorted(tokens) == sorted(one.tokens_of(fragment))
    assert one.arrange(fragment, tokens)["kind"] == kind
    assert one.scoring_rule(content)["kind"] == kind
    assert one.lowest_share(content) <= 0
    assert one.score(content, None, MOST).points == 0
    one.key_view(content)


def mutated(kind):
    """The example with one of its leaves replaced by junk."""

    @st.composite
    def build(draw):
        content = json.loads(json.dumps(EXAMPLES[kind]))
        place = content
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = draw(st.sampled_from(keys))
            if isinstance(place[key], dict | list) and place[key] and draw(st.integers(0, 3)):
                place = place[key]
                continue
            place[key] = draw(JUNK)
            return content

    return build()


@settings(IN_APP, max_examples=25)
@given(data=st.data())
@pytest.mark.parametrize("kind", KINDS)
def test_a_content_with_junk_in_one_place_is_stored_and_never_gives_more_than_all(app, kind, data):
    one = REGISTRY[kind]
    content = one.normalise(data.draw(mutated(kind)))
    assert one.normalise(content) == content
    one.check(content, stem_of(kind))
    tokens = one.deal_order(content, Random(2))
    payload = one.parse_response(data.draw(payloads(kind, content)), tokens) if _may_answer(kind, content) else None
    score = one.score(content, payload, MOST)
    assert share_of(MOST, one.lowest_share(content)) - Decimal("0.01") <= score.points <= MOST


def _may_answer(kind, content):
    """Whether responses can be drawn at all: there is something to answer."""
    if kind in ("single_choice", "multiple_choice", "true_false_cluster", "matching", "ordering"):
        return bool(content["options"])
    if kind == "essay":
        return bool(content["prompts"])
    if kind == "fill_in":
        return all(gap["kind"] == "text" or gap["choices"] for gap in content["gaps"])
    if kind == "case":
        return all(_may_answer(row["kind"], row["content"]) for row in content["questions"])
    return True


@settings(IN_APP, max_examples=25)
@given(data=st.data(), seed=st.integers(0, 2**32))
@pytest.mark.parametrize("kind", KINDS)
def test_points_lie_within_their_bounds_and_do_not_depend_on_the_dealt_order(app, kind, data, seed):
    one, content = REGISTRY[kind], content_of(kind)
    payload = data.draw(payloads(kind, content))
    tokens = one.deal_order(content, Random(seed))
    first = one.parse_response(payload, tokens)
    again = one.parse_response(payload, one.deal_order(content, Random(seed + 1)))
    assert json.loads(first) == json.loads(again)
    score = one.score(content, first, MOST)
    assert score == one.score(content, again, MOST) == one.score(content, json.loads(first), MOST)
    lowest = share_of(MOST, one.lowest_share(content)) - Decimal("0.001")
    assert lowest <= score.points <= MOST
    assert score.points == score.points.quantize(Decimal("0.0001"))
    if one.is_blank(first):
        assert score.points == 0
        assert score.outcome == ("pending" if kind == "oral" else "blank")
    parts = one.split_score(content, first, MOST)
    assert sum(part.points for part in parts) == score.points
    assert sum(part.max_points for part in parts) == MOST
    for _label, words, outcome in one.describe_response(content, first, tokens):
        assert isinstance(words, str)
        assert outcome in {None, "right", "partial", "wrong", "blank", "pending"}


@settings(IN_APP, max_examples=25)
@given(data=st.data())
@pytest.mark.parametrize("kind", KINDS)
def test_a_canonical_response_is_read_as_itself(app, kind, data):
    one, content = REGISTRY[kind], content_of(kind)
    tokens = one.deal_order(content, Random(3))
    canonical = one.parse_response(data.draw(payloads(kind, content)), tokens)
    assert one.parse_response(canonical, tokens) == canonical
    assert one.parse_response(json.dumps(json.loads(canonical)), tokens) == canonical


@settings(IN_APP, max_examples=25)
@given(value=JUNK)
@pytest.mark.parametrize("kind", KINDS)
def test_a_response_that_does_not_fit_is_refused_and_never_fails_otherwise(app, kind, value):
    one, content = REGISTRY[kind], content_of(kind)
    tokens = one.deal_order(content, Random(3))
    for given_value in (value, *({name: value} for name in key_payload(kind, content))):
        try:
            canonical = one.parse_response(given_value, tokens)
        except InvalidInput:
            continue
        assert one.parse_response(canonical, tokens) == canonical


@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_key_gives_all_points_and_a_blank_none(app, kind):
    one, content = REGISTRY[kind], content_of(kind)
    tokens = one.tokens_of(one.fragment(stem_of(kind), content))
    payload = one.parse_response(key_payload(kind, content), tokens)
    for score in (one.score(content, payload, MOST), one.score(content, payload, Decimal("0.3333"))):
        if one.needs_marker(content):
            assert score.outcome == "pending"
        else:
            assert score.outcome == "right"
    if not one.needs_marker(content):
        assert one.score(content, payload, MOST).points == MOST
    assert one.is_blank(None)
    assert one.is_blank("")
    assert one.score(content, None, MOST).points == 0
    described = one.describe_response(content, payload, tokens)
    assert described
    assert all(words for _label, words, _outcome in described)
    assert one.describe_key(content)
    assert one.describe_scoring(content)


def test_a_case_without_an_essay_gives_all_points_for_the_whole_key(app):
    one = REGISTRY["case"]
    rows = [row for row in EXAMPLES["case"]["questions"] if row["kind"] != "essay"]
    content = one.normalise({"questions": rows})
    assert not one.needs_marker(content)
    for most in (Decimal("1"), Decimal("0.3333"), Decimal("7.25")):
        score = one.score(content, key_payload("case", content), most)
        assert (score.points, score.outcome) == (most, "right")


@settings(IN_APP, max_examples=20)
@given(seed=st.integers(0, 2**32))
@pytest.mark.parametrize("kind", KINDS)
def test_a_deal_names_everything_once_and_the_page_is_drawn_in_its_order(app, kind, seed):
    one, content = REGISTRY[kind], content_of(kind)
    fragment = json.loads(json.dumps(one.fragment(stem_of(kind), content)))
    tokens = one.deal_order(content, Random(seed))
    assert tokens == one.deal_order(content, Random(seed))
    assert sorted(tokens) == sorted(one.tokens_of(fragment))
    view = one.arrange(fragment, tokens)
    assert one.tokens_of(view) == tokens
    assert one.arrange(fragment, one.tokens_of(fragment)) == fragment
    if kind == "ordering":
        assert tokens != [row["token"] for row in content["options"]]


# --- nothing secret, nothing alive ---

SECRETS = {
    "short_text": [("accepted", 0, "text"), ("accepted", 1, "text"), ("accepted", 1, "token")],
    "numeric": [("answers", 0, "token"), ("units", 0, "name"), ("units", 1, "name")],
    "fill_in": [("gaps", 0, "accepted", 0, "text")],
    "essay": [("rubric", 0, "html"), ("rubric", 1, "html"), ("rubric", 0, "token"), ("model_answer",)],
    "oral": [("rubric", 0, "html"), ("rubric", 0, "token"), ("model_answer",), ("follow_ups",)],
}
FIGURES = {
    "single_choice": [("scoring", "wrong")],
    "multiple_choice": [("scoring", "lower_bound")],
    "short_text": [("accepted", 1, "share")],
    "numeric": [("answers", 0, "value"), ("answers", 0, "tolerance"), ("answers", 0, "share"), ("units", 1, "factor"),
                ("scoring", "unit_penalty")],
    "fill_in": [("gaps", 0, "weight"), ("gaps", 1, "weight"), ("gaps", 0, "accepted", 0, "share")],
    "essay": [("rubric", 0, "points"), ("rubric", 1, "points")],
    "oral": [("rubric", 0, "points")],
}  # fmt: skip


def planted(kind):
    """The example with a mark of its own in every secret place, and the marks."""
    content, marks = json.loads(json.dumps(EXAMPLES[kind])), []
    places = [(path, f"zq{number}secret") for number, path in enumerate(SECRETS.get(kind, []))]
    places += [(path, f"0.{number}77317") for number, path in enumerate(FIGURES.get(kind, []), start=1)]
    for path, mark in places:
        row = content
        for step in path[:-1]:
            row = row.setdefault(step, {}) if isinstance(row, dict) else row[step]
        row[path[-1]] = mark
        marks.append(mark)
    return content, marks


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "case"])
def test_a_fragment_holds_nothing_secret(app, kind):
    one = REGISTRY[kind]
    raw, marks = planted(kind)
    content = one.normalise(raw)
    assert all(mark in json.dumps(content) for mark in marks)
    within = REGISTRY["case"].normalise(
        {"questions": [{"token": "q1", "kind": kind, "stem": "Câu?", "content": raw, "weight": "0.977317"}]}
    )
    fragments = [one.fragment("Câu?", content)]
    if kind != "oral":
        fragments.append(REGISTRY["case"].fragment("Chuyện", within))
    for fragment in fragments:
        text = json.dumps(fragment)
        assert not [mark for mark in [*marks, "0.977317"] if mark in text]
        names = set(names_in(fragment))
        assert not names & {"is_key", "is_locked", "scoring", "share", "weight", "pairs", "rubric", "accepted",
                            "answers", "model_answer", "follow_ups", "points", "tolerance", "factor"}  # fmt: skip


def names_in(value):
    if isinstance(value, dict):
        yield from value
        for one in value.values():
            yield from names_in(one)
    if isinstance(value, list):
        for one in value:
            yield from names_in(one)


@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice", "matching", "ordering", "fill_in"])
def test_a_fragment_is_the_same_whatever_the_key(app, kind):
    one, other = REGISTRY[kind], json.loads(json.dumps(EXAMPLES[kind]))
    for row in other["options"] if "options" in other else other["gaps"][1]["choices"]:
        row["is_key"] = not row.get("is_key")
    if kind == "matching":
        other["pairs"] = {"aa11": "t0000cccc", "bb22": "t0000aaaa"}
        other["targets"].reverse()
    if kind == "ordering":
        other["options"].reverse()
    if kind == "fill_in":
        other["gaps"][1]["choices"].reverse()
    changed = one.normalise(other)
    assert one.fragment("Câu?", changed) == one.fragment("Câu?", content_of(kind))
    if kind != "ordering":  # its deal avoids the right order, whichever that is
        assert one.deal_order(changed, Random(5)) == one.deal_order(content_of(kind), Random(5))


ATTACKS = [
    "<script>alert(1)</script>chữ", '<img src=x onerror="alert(1)">', '<a href="javascript:alert(1)">chữ</a>',
    '<b onclick="x()" style="color:red">chữ</b>', "<svg/onload=alert(1)>", "<iframe srcdoc='<script>x</script>'>",
    '<b>&#x338; onclick=x</b>', "e&#x301;", "&#x200b;chữ", "<b\u0338 onclick=x>", "</textarea><script>x</script>",
    '<img data-media="0190a1b2-0000-7000-8000-000000000001" alt="Bản đồ" src="//evil" onload="x">',
    '<span data-gap="aa11" onfocus=x></span>', "<math><mtext><script>x</script></mtext></math>", "<p>&lt;script&gt;</p>",
]  # fmt: skip


class Alive(HTMLParser):
    """Names what could run or load."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag in {"script", "style", "iframe", "svg", "math", "object", "a", "form", "input", "textarea"}:
            self.found.append(tag)
        self.found += [name for name, _ in attrs if name.startswith("on") or name in {"src", "href", "style", "srcdoc"}]


def alive_in(html):
    reader = Alive()
    reader.feed(html)
    reader.close()
    return reader.found


def strings_in(value, path=()):
    if isinstance(value, dict):
        for name, one in value.items():
            yield from strings_in(one, (*path, name))
    elif isinstance(value, list):
        for one in value:
            yield from strings_in(one, path)
    elif isinstance(value, str):
        yield path, value


def poison(value, attack):
    """The content with an attack behind every text in it but the names."""
    if isinstance(value, dict):
        return {name: one if name in {"token", "kind", "prompt", "rule", "pairs", "unit"} else poison(one, attack)
                for name, one in value.items()}  # fmt: skip
    if isinstance(value, list):
        return [poison(one, attack) for one in value]
    return value + attack if isinstance(value, str) else value


RICH = {"html", "stem", "model_answer", "follow_ups"}


@settings(IN_APP, max_examples=20)
@given(attack=st.sampled_from(ATTACKS) | st.lists(st.sampled_from(ATTACKS), min_size=2, max_size=3).map("".join))
@pytest.mark.parametrize("kind", KINDS)
def test_any_html_in_any_field_comes_out_inert(app, kind, attack):
    one = REGISTRY[kind]
    content = one.normalise(poison(EXAMPLES[kind], attack))
    stem = rules.sanitize_html(stem_of(kind) + attack)
    fragment = one.fragment(stem, content)
    shown = [text for path, text in strings_in([content, fragment]) if path and path[-1] in RICH and text != stem]
    shown += [part.html for part in one.parts(stem, content) if part.html != stem] + one.texts(content)
    for text in shown:
        assert alive_in(text) == []
        assert rules.sanitize_html(text) == text
        assert alive_in(nh3.clean_text(text)) == []
    assert alive_in(stem) == []
    for label, words in one.describe_key(content):
        assert isinstance(label, str)
        assert "\u200b" not in words


def test_pictures_that_a_candidate_sees_are_named_and_others_are_not():
    ids = [f"0190a1b2-0000-7000-8000-00000000000{number}" for number in range(6)]
    shown = [f'<img data-media="{one}" alt="Hình">' for one in ids]
    essay = REGISTRY["essay"].normalise(
        {"prompts": [{"html": shown[1]}], "rubric": [{"html": shown[4], "points": "1"}], "model_answer": shown[5]}
    )
    choice = REGISTRY["single_choice"].normalise({"options": [{"html": shown[2], "is_key": True}, {"html": shown[3]}]})
    case = REGISTRY["case"].normalise(
        {
            "questions": [
                {"kind": "essay", "stem": shown[0], "content": essay},
                {"kind": "single_choice", "content": choice},
            ]
        }
    )
    assert REGISTRY["essay"].fragment(shown[0], essay)["pictures"] == ids[:2]
    assert REGISTRY["case"].fragment(shown[0], case)["pictures"] == ids[:4]
    assert REGISTRY["matching"].fragment("", REGISTRY["matching"].normalise({"targets": [{"html": shown[3]}]}))[
        "pictures"
    ] == [ids[3]]
