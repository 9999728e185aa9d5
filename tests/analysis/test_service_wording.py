"""What figures and flags say: every flag has a label and a sentence with its n and interval, every reason its words."""

import re
from types import SimpleNamespace

import pytest
from flask_babel import force_locale

from exambank.analysis import rules
from exambank.analysis.rules import Earlier, Estimate, Exposure, Flag, Pooled
from exambank.analysis.service import wording
from exambank.psychometrics import Reason

OPTIONS = [{"token": f"t{letter}", "letter": letter} for letter in "ABCD"]
FIGURES = {
    "difficulty": 0.42, "difficulty_ci": [0.3, 0.55], "item_rest": -0.31, "item_rest_ci": [-0.5, -0.1],
    "upper_share": 0.6, "lower_share": 0.5,
}  # fmt: skip
GROUP = {"grouping": "class", "group": "K75", "value": -1.9}
MOVED = {"now": 0.8, "earlier": 0.4, "common": 0.1, "value": 0.3}
FURTHER = {
    "dif": GROUP, "drift": MOVED, "exposed": {"exams": 3, "months": 24, "n": 3}, "speeded": {"value": 0.25},
}  # fmt: skip


def item(*flags: dict) -> SimpleNamespace:
    return SimpleNamespace(n=57, figures=FIGURES | {"flags": list(flags)}, options=OPTIONS)


def flag(code: str, **changes) -> dict:
    evidence = {"n": 57, "value": 0.25, "low": 0.11, "high": 0.39, "confidence": 0.95}
    return Flag(code, ("tB",), {**evidence, **FURTHER.get(code, {}), **changes}).as_dict()


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("code", rules.ORDER)
def test_every_flag_has_a_label_a_square_and_a_sentence(app, code, language):
    with force_locale(language):
        assert wording.flag_label(code)
        assert wording.FLAG_SQUARES[code] in {"crossed", "trouble", "half", "dashed"}
        said = wording.flag_sentence(item(), flag(code))
        assert not re.search(r"%\(|\bNone\b", said)
        if code != "exposed":
            assert "57" in said


@pytest.mark.parametrize("code", ["miskey", "negative", "hard", "easy", "poor", "dead_option", "very_hard", "too_few"])
def test_a_flag_of_an_earlier_run_is_still_told(app, code):
    old = {"code": code, "options": ["tB"]}
    assert wording.flag_sentence(item(), old)
    assert wording.evidence_words(rules.read_flag(old)) == ""


def test_the_interval_stands_in_the_unit_of_its_figure(app):
    with force_locale("en"):
        assert "95% interval from 0.11 to 0.39" in wording.flag_sentence(item(), flag("poor"))
        assert "95% interval from 11\u00a0% to 39\u00a0%" in wording.flag_sentence(item(), flag("hard"))
        told = wording.flag_sentence(item(), flag("miskey", exams=3, n=171, confidence=0.9))
        assert "3 exams together, 171 candidates; 90% interval" in told


def test_what_moved_or_differs_is_told_in_its_direction(app):
    with force_locale("en"):
        assert "easier" in wording.flag_sentence(item(), flag("drift"))
        assert "harder" in wording.flag_sentence(item(), flag("drift", value=-0.3))
        assert "taken off" not in wording.flag_sentence(item(), flag("drift", common=0))
        assert "harder for class K75" in wording.flag_sentence(item(), flag("dif"))
        assert "easier for paper 102" in wording.flag_sentence(
            item(), flag("dif", value=2, grouping="paper", group="102")
        )


def test_flags_as_the_rules_make_them_can_be_told(app):
    [drift] = rules.drift_flags({1: Earlier(60, 0.9)}, {1: [Earlier(60, 0.3)]})[1]
    exposed = rules.exposure_flag(Exposure(3, 3, 24))
    for one in (drift, exposed):
        assert wording.flag_sentence(item(), one.as_dict())


def test_every_reason_has_its_words(app):
    with force_locale("en"):
        for reason in [*Reason, "one_paper"]:
            assert wording.reason_label(str(reason)) != str(reason)
    assert wording.reason_label(None) == ""
    assert wording.reason_label("something of a later version") == "something of a later version"


def test_a_verdict_names_the_gravest_first(app):
    with force_locale("en"):
        grave = wording.item_verdict(item(flag("miskey"), flag("attractive_option"), flag("hard"), flag("dead_option")))
        assert (grave.kind, len(grave.further)) == ("refusal", 1)
        assert wording.item_verdict(item(flag("dif"))).kind == "caution"
        assert wording.item_verdict(item(flag("exposed"))).kind == ""
        assert wording.item_verdict(item(flag("too_few"), flag("exposed"))).strong == "Not enough data to judge."


@pytest.mark.parametrize(("difficulty", "d27", "strong"), [
    (0.42, 0.31, "A sound item."), (0.42, 0.1, "Nothing is surely wrong with it."),
    (0.25, 0.4, "Nothing is surely wrong with it."), (0.42, None, "Nothing is surely wrong with it."),
])  # fmt: skip
def test_sound_is_called_only_what_the_rule_counts_as_sound(app, difficulty, d27, strong):
    one = item()
    one.figures |= {"difficulty": difficulty, "d27": d27}
    with force_locale("en"):
        assert wording.item_verdict(one).strong == strong


def test_a_share_below_the_rule_never_reads_as_the_rule(app):
    summary = {"judged": 33, "discriminating": 30, "is_acceptable": False}
    with force_locale("en"):
        for share in (23 / 33, 0.69, 0.6949):
            run = SimpleNamespace(n=60, summary=summary | {"sound_share": share})
            assert "69\u00a0% of the items are sound, fewer than" in wording.exam_verdict(run, []).text


def test_whether_time_sufficed_is_told(app):
    def said(finished, is_speeded):
        speed = {"n": 40, "finished": finished, "finished_ci": [0.1, 0.9], "is_speeded": is_speeded}
        return wording.speed_sentence({"speed": speed})

    with force_locale("en"):
        assert said(0.3, True).startswith("Time was too short: only 30\u00a0%")
        assert "too few to tell" in said(0.8, None)
        assert said(1.0, False).startswith("Time sufficed")
    assert wording.speed_sentence({}) == ""


def estimate(value: float, borrowed: float = 0.0, p: float | None = None) -> Estimate:
    return Estimate(80, 2, value, value - 0.1, value + 0.1, value, value - 0.1, value + 0.1, borrowed, 0.5, p, 80.0)


def test_pooled_figures_tell_what_is_borrowed_and_whether_exams_agree(app):
    with force_locale("en"):
        plain = wording.pooled_sentence(Pooled(80, 2, estimate(0.5, p=0.6), None, ()))
        assert plain.startswith("Over 2 exams with 80 candidates: difficulty 0.50 (from 0.40 to 0.60)")
        assert "comes from" not in plain
        told = wording.pooled_sentence(Pooled(80, 2, estimate(0.5, 0.4), estimate(0.2, 0.6, p=0.01), ()))
        assert "few answers" not in told
        few = wording.pooled_sentence(Pooled(15, 1, estimate(0.5, 0.7), None, ()))
        assert few.startswith("In 1 exam with 15 candidates")
        assert "With so few answers up to 70\u00a0%" in few
        assert "Up to 60\u00a0%" in told
        assert "differ by more than chance" in told
        assert wording.pooled_sentence(Pooled(0, 0, None, None, ()))


SCALE = {"n": 90, "model": "1pl", "reliability": 0.8, "reason": None}


@pytest.mark.parametrize(
    ("summary", "begins"),
    [
        ({}, ""),
        ({"scale": SCALE | {"reason": "one_paper"}}, ""),
        ({"scale": SCALE | {"reason": "too_few_candidates"}}, "The papers differ, and 90 candidates are too few"),
        ({"scale": SCALE | {"reason": "not_dichotomous"}}, "The papers differ and cannot be put on one scale: some"),
        ({"scale": SCALE}, "The papers differ. Beside each mark stands"),
    ],
)
def test_the_common_scale_is_advice_or_its_absence_has_a_reason(app, summary, begins):
    with force_locale("en"):
        assert wording.scale_sentence(summary).startswith(begins)
        assert bool(wording.scale_sentence(summary)) is bool(begins)


def test_the_calibration_of_a_bank_is_told(app):
    summary = {"n": 450, "exams": 3, "left_out": 0, "items": 70, "reason": None}
    with force_locale("en"):
        assert wording.calibration_sentence(summary).endswith("from 450 candidates of 3 exams.")
        assert "1 exams are left out" in wording.calibration_sentence(summary | {"left_out": 1})
        assert "100 are needed" in wording.calibration_sentence(summary | {"reason": "too_few_candidates"})
        assert "too few items" in wording.calibration_sentence(summary | {"reason": "too_few_items"})
