"""Drafts of every kind at random, with the signs that mean something in a cell."""

import unicodedata

from hypothesis import strategies as st

from exambank.bank.interactions import REGISTRY
from exambank.interchange.neutral import Draft, draft_of
from tests.interchange.drafts import as_html, choices, htmls, phrases

lines = phrases.map(lambda one: unicodedata.normalize("NFC", one))
rich = htmls()
shares = st.sampled_from(["1", "0.5", "0.333333", "0.25", "0.05"])
figures = st.sampled_from(["1", "2", "0.5", "-3.5", "1234567.891", "0", "1e30", "-0.001"])
units = st.sampled_from(["kg", "m/s", "%", "° C", "a;b", "x = 2", "km^2"])
INNER = sorted(set(REGISTRY) - {"case", "oral"})


@st.composite
def drafts(draw, kinds=tuple(sorted(REGISTRY))) -> Draft:
    """Any item of any kind, with labels or without."""
    kind = draw(st.sampled_from(kinds))
    stem, content = _CONTENTS[kind](draw)
    if draw(st.booleans()):
        content = {**content, "explanation": draw(rich)}
    return draft_of(kind, stem, content, **(_labels(draw) if draw(st.booleans()) else {}))


def _labels(draw) -> dict:
    names = ("level", "name", "identifier", "source", "outcome", "licence")
    return {
        "topic_names": tuple(draw(st.lists(lines, max_size=2, unique=True))),
        "tags": tuple(draw(st.lists(lines, max_size=3, unique=True))),
        "points": draw(st.sampled_from(["", "0.25", "1"])),
        "expected_seconds": draw(st.sampled_from([None, 90])),
        **{name: draw(lines) for name in names},
    }


def _several(draw, what, least=1, most=3) -> list:
    return [draw(what) for _turn in range(draw(st.integers(least, most)))]


def _single(draw):
    one = draw(choices("single_choice"))
    return one.stem, {**one.content, "scoring": {"wrong": draw(st.sampled_from(["0", "0.333333"]))}}


def _multiple(draw):
    one = draw(choices("multiple_choice"))
    rule = draw(st.sampled_from(REGISTRY["multiple_choice"].rules_known))
    bound = draw(st.sampled_from(["0", "-0.5"]))
    return one.stem, {**one.content, "scoring": {"rule": rule, "lower_bound": bound}}


def _cluster(draw):
    one = draw(choices("true_false_cluster"))
    return one.stem, one.content


def _true_false(draw):
    words = draw(st.sampled_from(["", "Yes <b>x</b>"]))
    return draw(rich), {
        "options": [{"token": "true", "html": words, "is_key": draw(st.booleans())}, {"token": "false"}]
    }


def _short_text(draw):
    rule = {name: draw(st.booleans()) for name in ("ignore_case", "ignore_diacritics", "wildcards")}
    accepted = [{"text": one, "share": draw(shares)} for one in _several(draw, lines)]
    return draw(rich), {"accepted": accepted, "scoring": rule, "width": draw(st.sampled_from([20, 35]))}


def _numeric(draw):
    answers = [
        {"value": one, "tolerance": draw(st.sampled_from(["0", "0.1"])), "is_relative": draw(st.booleans()),
         "share": draw(shares)}
        for one in _several(draw, figures)
    ]  # fmt: skip
    named = [{"name": one, "factor": draw(st.sampled_from(["1", "0.001"]))} for one in _several(draw, units, 0, 2)]
    scoring = {"unit": draw(st.sampled_from(["none", "optional", "required"])),
               "unit_penalty": draw(st.sampled_from(["0", "0.5", "1"]))}  # fmt: skip
    return draw(rich), {"answers": answers, "units": named, "scoring": scoring}


def _matching(draw):
    prompts = [{"token": f"p{at}", "html": one} for at, one in enumerate(_several(draw, rich, 2, 4))]
    words = draw(st.lists(rich, min_size=2, max_size=4, unique_by=lambda one: draft_of("essay", one, {}).stem))
    targets = [{"token": f"t{at}x", "html": one} for at, one in enumerate(words)]
    pairs = {row["token"]: draw(st.sampled_from(targets))["token"] for row in prompts}
    rule = draw(st.sampled_from(["per_pair", "all_or_nothing"]))
    return draw(rich), {"options": prompts, "targets": targets, "pairs": pairs, "scoring": {"rule": rule}}


def _ordering(draw):
    rule = draw(st.sampled_from(["all_or_nothing", "per_place", "per_neighbour"]))
    return draw(rich), {"options": [{"html": one} for one in _several(draw, rich, 2, 4)], "scoring": {"rule": rule}}


def _fill_in(draw):
    stem, gaps = draw(rich), []
    for at in range(draw(st.integers(1, 3))):
        gap = {"token": f"a{at}", "weight": draw(st.sampled_from(["1", "2"]))}
        if draw(st.booleans()):
            gap |= {"kind": "text", "accepted": [{"text": draw(lines), "share": draw(shares)}]}
        else:
            gap |= {"kind": "choice", "choices": [{"text": draw(lines), "is_key": not one} for one in range(2)]}
        gaps.append(gap)
        stem += f' <span data-gap="a{at}"></span> {as_html(draw(lines))}'
    return stem, {"gaps": gaps}


def _essay(draw):
    prompts = [{"token": f"p{at}", "html": one} for at, one in enumerate(_several(draw, rich, 0, 2))]
    names = ["", *(row["token"] for row in prompts)]
    rubric = [
        {"html": one, "points": draw(st.sampled_from(["0.25", "1.5"])), "prompt": draw(st.sampled_from(names))}
        for one in _several(draw, rich, 0)
    ]
    hints = {"words": draw(st.sampled_from([None, 300])), "minutes": draw(st.sampled_from([None, 20]))}
    return draw(rich), {"prompts": prompts, "rubric": rubric, "model_answer": draw(rich), "hints": hints}


def _oral(draw):
    rubric = [{"html": one, "points": "0.5"} for one in _several(draw, rich, 0)]
    hints = {"preparation_minutes": draw(st.sampled_from([None, 15]))}
    return draw(rich), {"rubric": rubric, "model_answer": draw(rich), "follow_ups": draw(rich), "hints": hints}


def _case(draw):
    questions = [
        {"kind": one.kind, "stem": one.stem, "content": one.content, "weight": draw(st.sampled_from(["1", "2.5"]))}
        for one in _several(draw, drafts(INNER))
    ]
    return draw(rich), {"questions": questions}


_CONTENTS = {
    "single_choice": _single, "multiple_choice": _multiple, "true_false": _true_false, "true_false_cluster": _cluster,
    "short_text": _short_text, "numeric": _numeric, "matching": _matching, "ordering": _ordering, "fill_in": _fill_in,
    "essay": _essay, "oral": _oral, "case": _case,
}  # fmt: skip
