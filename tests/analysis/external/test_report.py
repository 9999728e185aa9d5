"""The report on small files whose figures can be computed by hand."""

import json

import numpy as np
import pytest

from exambank.analysis.external import Unfit
from exambank.analysis.external.report import finite
from exambank.psychometrics import Prior, abilities, fit_logistic, marginal_reliability

# Guttman's ladder: everybody knows what those below know, and one thing more.
LADDER = "candidate,I1,I2,I3\nA,1,1,1\nB,1,1,0\nC,1,0,0\nD,0,0,0\n"
FIELDS = {
    "test": {"mean", "sd", "median", "min", "max", "skewness", "kurtosis", "alpha", "alpha_ci", "kr20", "kr21", "lambda2",
             "lambda6", "omega_total", "split_half", "sem"},
    "items": {"item", "n", "difficulty", "sd", "item_total", "item_rest", "item_rest_ci", "biserial", "d27",
              "alpha_if_deleted", "options", "flags"},
    "options": {"option", "count", "share", "option_total", "option_rest", "is_key", "by_group"},
    "irt": {"model", "log_likelihood", "n_parameters", "aic", "bic", "marginal_reliability", "items", "candidates",
            "information"},
    "curves": {"item", "a", "b", "c", "d", "se_a", "se_b", "se_d", "infit", "outfit", "s_x2", "s_x2_df", "s_x2_p"},
    "dif": {"item", "group", "reference", "focal", "mh_chi2", "mh_p", "mh_alpha", "mh_delta", "ets_class", "lr_uniform",
            "lr_nonuniform", "delta_r2_uniform", "delta_r2_nonuniform"},
}  # fmt: skip


def csv_of(cells, names=None) -> str:
    """A wide file of these cells; candidates are called C0, C1, ..., items I1, I2, ..."""
    heading = ",".join(f"I{column + 1}" for column in range(len(cells[0])))
    rows = (f"{names[at] if names else f'C{at}'}," + ",".join(map(str, row)) for at, row in enumerate(cells))
    return "candidate," + heading + "\n" + "\n".join(rows) + "\n"


def simulated(n=200, k=12, seed=7) -> np.ndarray:
    rng = np.random.default_rng(seed)
    slopes, difficulties, theta = np.exp(rng.normal(0, 0.3, k)), rng.normal(0, 1, k), rng.normal(0, 1, n)
    chances = 1 / (1 + np.exp(-slopes * (theta[:, np.newaxis] - difficulties)))
    return (rng.random((n, k)) < chances).astype(int)


def test_the_figures_of_a_ladder(report_of):
    report, notes = report_of(LADDER)
    assert notes == []
    assert (report["schema"], report["n_candidates"], report["n_items"]) == ("exambank.analysis/1", 4, 3)
    test = report["test"]
    assert (test["mean"], test["median"], test["min"], test["max"], test["skewness"]) == (1.5, 1.5, 0.0, 3.0, 0.0)
    # totals 3, 2, 1, 0: variance 5/3; items: variances 1/4, 1/3, 1/4, together 5/6
    assert test["sd"] == pytest.approx((5 / 3) ** 0.5)
    assert test["alpha"] == test["kr20"] == pytest.approx(3 / 2 * (1 - 1 / 2))
    assert test["kr21"] == pytest.approx(3 / 2 * (1 - 1.5 * 1.5 / 5))
    assert test["sem"] == pytest.approx((5 / 3 * 1 / 4) ** 0.5)
    assert test["kurtosis"] == pytest.approx((2 * 1.5**4 + 2 * 0.5**4) / 4 / (5 / 4) ** 2 - 3)
    first = report["items"][0]
    assert (first["item"], first["n"], first["difficulty"], first["sd"]) == ("I1", 4, 0.75, 0.5)
    assert first["item_total"] == pytest.approx(1.5 / (0.75 * 5) ** 0.5)
    assert first["item_rest"] == pytest.approx(0.75 / (0.75 * 2.75) ** 0.5)
    # 27 % are 1.08 candidates: A and 0.08 of B above; D and 0.08 of C below, who knows the item
    assert first["d27"] == pytest.approx(1 - 0.08 / 1.08)
    # without I1: totals 2, 1, 0, 0
    assert first["alpha_if_deleted"] == pytest.approx(2 * (1 - (1 / 3 + 1 / 4) / (11 / 12)))
    assert first["options"] == []


def test_every_field_of_the_schema_is_there(report_of):
    cells = [["A" if right else "B" for right in row] for row in simulated()]
    key = "item,key\n" + "".join(f"I{at + 1},A\n" for at in range(12))
    groups = "id,sex\n" + "".join(f"C{at},{'FM'[at % 2]}\n" for at in range(200))
    report, notes = report_of(csv_of(cells), key, groups, irt="2pl")
    assert notes == []
    found = {
        "test": report["test"], "items": report["items"][0], "options": report["items"][0]["options"][0],
        "irt": report["irt"], "curves": report["irt"]["items"][0], "dif": report["dif"][0],
    }  # fmt: skip
    assert {name: set(block) for name, block in found.items()} == FIELDS
    assert all(None not in block.values() for block in found.values())
    assert [row["candidate"] for row in report["irt"]["candidates"]] == [f"C{at}" for at in range(200)]
    assert set(report["irt"]["information"][0]) == {"theta", "information", "expected_score"}
    assert [report["irt"]["information"][at]["theta"] for at in (0, 40, 80)] == [-4.0, 0.0, 4.0]


def test_options_are_counted_by_groups_of_score(report_of):
    responses = "id,I1,I2,I3\nA,a,B,C\nB,A,B,\nC,A,,B\nD,C,NA,A\n"
    report, _notes = report_of(responses, "item,key\nI1,A\nI2,B\nI3,C\n")
    first, second, third = report["items"]
    assert [(one["option"], one["is_key"], one["count"]) for one in first["options"]] == [
        ("A", True, 3),
        ("C", False, 1),
    ]
    assert [(one["option"], one["count"], one["share"]) for one in second["options"]] == [
        ("B", 2, 2 / 3),
        ("", 1, 1 / 3),
    ]
    assert [one["option"] for one in third["options"]] == ["A", "B", "C", ""]
    # totals 3/3, 2/3, 1/3, 0/2: of four candidates one group stays empty
    assert first["options"][0]["by_group"] == [0, 1, 0, 1, 1]
    assert (second["n"], second["difficulty"]) == (3, 2 / 3)


def test_points_and_parts_of_points_are_judged_against_the_largest(report_of):
    report, _notes = report_of("id;I1;I2\nA;2;0,5\nB;1;0,25\nC;0;0\n")
    assert [one["difficulty"] for one in report["items"]] == [0.5, 0.5]
    assert [one["item_rest"] for one in report["items"]] == [1.0, 1.0]
    assert [one["biserial"] for one in report["items"]] == [None, None]
    assert (report["test"]["mean"], report["test"]["max"], report["test"]["kr20"]) == (1.25, 2.5, None)


@pytest.mark.parametrize(
    "text",
    ["id,I1\nA,1\n", "id,I1,I2\nA,1,1\nB,1,1\n", "id,I1,I2\nA,NA,NA\nB,NA,NA\n", "id,I1,I2\nA,0,0\nB,0,0\nC,0,0\n",
     "id,I1,I2\nA,1,NA\nB,NA,1\n"],
)  # fmt: skip
@pytest.mark.parametrize(
    "wishes", [{}, {"irt": "rasch"}, {"irt": "2pl"}, {"irt": "2pl", "has_priors": True}, {"polytomous": "grm"}]
)
def test_what_is_undefined_is_null_and_never_nan(report_of, text, wishes):
    report, _notes = report_of(text, None, "id,sex\nA,F\nB,M\n", **wishes)
    json.dumps(report, allow_nan=False)
    assert report["test"]["alpha"] is None
    assert report["items"][0]["item_rest"] is None


@pytest.mark.parametrize("model", ["rasch", "2pl", "3pl"])
def test_a_slope_that_one_item_alone_leaves_open_is_null(report_of, model):
    report, notes = report_of(csv_of([[int(at % 3 == 0)] for at in range(30)]), irt=model)
    curve, candidate = report["irt"]["items"][0], report["irt"]["candidates"][0]
    assert {curve[field] for field in ("a", "b", "c", "d", "se_a", "se_b", "se_d", "infit", "outfit")} == {None}
    assert (report["irt"]["log_likelihood"], candidate["theta"]) == (None, None)
    [note] = notes
    assert (note.code, note.values["reason"]) == ("items_without_curve", "too_few_items")


def test_items_without_a_curve_are_told_by_the_reason(report_of):
    rows = [[int(at % 3 == 0), int(at % 2 == 0), 1] for at in range(30)]
    _report, notes = report_of(csv_of(rows), irt="rasch")
    [note] = [one for one in notes if one.code == "items_without_curve"]
    assert note.values["reason"] == "constant_item"
    assert len(note.values["items"]) == 1


def test_no_number_that_is_none_gets_into_a_report():
    given = {"a": [1.5, float("nan"), {"b": float("-inf"), "c": "x"}], "d": True, "e": None}
    assert finite(given) == {"a": [1.5, None, {"b": None, "c": "x"}], "d": True, "e": None}


def test_randomly_drawn_papers_have_no_alpha_and_say_so(report_of):
    cells = simulated(300, 12).astype(object)
    rng = np.random.default_rng(1)
    for row in cells:
        row[rng.permutation(12)[:6]] = "NA"
    report, notes = report_of(csv_of(cells), irt="2pl", has_priors=True)
    assert report["test"]["alpha"] is report["test"]["mean"] is None
    assert 0.2 < report["irt"]["marginal_reliability"] < 0.9
    assert [note.code for note in notes] == ["papers_differ"]


def test_curves_are_those_of_the_fit(report_of):
    cells = simulated()
    report, _notes = report_of(csv_of(cells), irt="2pl", has_priors=True)
    fit = fit_logistic(cells, prior=Prior())
    assert [one["a"] for one in report["irt"]["items"]] == [one.slope for one in fit.items]
    assert [one["d"] for one in report["irt"]["items"]] == [one.intercept for one in fit.items]
    assert [one["se_b"] for one in report["irt"]["items"]] == [one.se_difficulty for one in fit.items]
    assert [one["theta"] for one in report["irt"]["candidates"]] == [one.theta for one in abilities(fit)]
    assert report["irt"]["marginal_reliability"] == marginal_reliability(fit)
    assert report["irt"]["bic"] == fit.bic


def test_rasch_gives_one_slope_and_needs_no_priors(report_of):
    report, notes = report_of(csv_of(simulated()), irt="rasch", has_priors=True)
    assert len({one["a"] for one in report["irt"]["items"]}) == 1
    assert (report["irt"]["model"], report["irt"]["n_parameters"]) == ("rasch", 13)
    assert [note.code for note in notes] == ["priors_not_used"]


def test_quarter_points_are_right_or_wrong_to_a_curve(report_of):
    cells = simulated()
    whole, _notes = report_of(csv_of(cells), irt="2pl")
    quarters, _notes = report_of(csv_of([["0.25" if one else "0" for one in row] for row in cells]), irt="2pl")
    assert quarters["irt"]["items"] == whole["irt"]["items"]


def test_items_with_part_of_the_points_need_a_model_for_them(report_of):
    cells = simulated()
    cells[:, 0] += cells[:, 1]
    with pytest.raises(Unfit) as refusal:
        report_of(csv_of(cells), irt="2pl")
    assert (refusal.value.code, refusal.value.values) == (
        "more_than_two_scores", {"item": "I1", "values": "0, 1, 2", "count": 1},
    )  # fmt: skip
    with pytest.raises(Unfit) as refusal:
        report_of(csv_of(cells), irt="rasch", polytomous="grm")
    assert refusal.value.code == "models_differ"


@pytest.mark.parametrize("model", ["grm", "gpcm"])
def test_items_with_part_of_the_points_have_a_row_of_thresholds(report_of, model):
    cells = simulated()
    cells[:, 0] += cells[:, 1]
    report, _notes = report_of(csv_of(cells), polytomous=model, irt="2pl")
    assert report["irt"]["model"] == model
    partial, plain = report["irt"]["items"][0], report["irt"]["items"][2]
    assert (partial["categories"], partial["b"], len(partial["thresholds"])) == ([0, 1, 2], None, 2)
    assert plain["b"] == plain["thresholds"][0] == pytest.approx(-plain["d"] / plain["a"])
    halves, _notes = report_of(csv_of((cells / 2).tolist()), polytomous=model)
    assert halves["irt"]["log_likelihood"] == pytest.approx(report["irt"]["log_likelihood"], abs=1e-6)
    ends = [one["irt"]["information"][-1]["expected_score"] for one in (report, halves)]
    assert 11 < ends[0] < 13  # of 13 points: 12 items, one of them of 2
    assert ends[1] == pytest.approx(ends[0] / 2)
    assert halves["irt"]["items"][0]["categories"] == [0, 0.5, 1]


def test_scores_of_too_many_levels_have_no_model(report_of):
    with pytest.raises(Unfit) as refusal:
        report_of("id,I1\n" + "".join(f"{n},{n}\n" for n in range(30)), polytomous="grm")
    assert (refusal.value.code, refusal.value.values) == ("too_many_levels", {"item": "I1", "count": 30, "limit": 20})


# --- groups ---


def test_the_first_group_in_sort_order_is_the_reference_of_all_others(report_of):
    groups = "id,unit,sex\n" + "".join(
        f"C{at},{'cab'[at % 3]},{'' if at % 10 == 9 else 'FM'[at % 2]}\n" for at in range(200)
    )
    report, _notes = report_of(csv_of(simulated()), None, groups)
    compared = [(row["group"], row["reference"], row["focal"], row["item"]) for row in report["dif"]]
    pairs = [("unit", "a", "b"), ("unit", "a", "c"), ("sex", "F", "M")]
    assert compared == [(*pair, f"I{at + 1}") for pair in pairs for at in range(12)]


def test_items_with_part_of_the_points_match_but_are_not_compared(report_of):
    cells = simulated()
    cells[:, 0] += cells[:, 1]
    groups = "id,sex\n" + "".join(f"C{at},{'FM'[at % 2]}\n" for at in range(200))
    report, notes = report_of(csv_of(cells), None, groups)
    assert (report["dif"][0]["mh_p"], report["dif"][0]["lr_uniform"]) == (None, None)
    assert report["dif"][1]["mh_p"] is not None
    assert [(note.code, note.values) for note in notes] == [("items_without_dif", {"items": ["I1"]})]


def test_an_item_that_one_group_cannot_know_is_of_class_c(report_of):
    cells = simulated(400)
    cells[::2, 0] &= (np.arange(200) % 4 == 0).astype(int)
    groups = "id,sex\n" + "".join(f"C{at},{'FM'[at % 2]}\n" for at in range(400))
    report, _notes = report_of(csv_of(cells), None, groups)
    assert report["dif"][0]["ets_class"] == "C"
    assert report["dif"][0]["mh_alpha"] < 0.2


# --- flags ---


def keyed(cells, wrong="B", key="A"):
    return csv_of([[key if right else wrong for right in row] for row in cells])


def test_a_key_that_an_option_beats_is_put_in_doubt(report_of):
    cells = simulated(300)
    key = "item,key\nI1,B\n" + "".join(f"I{at + 1},A\n" for at in range(1, 12))
    report, _notes = report_of(keyed(cells), key)
    review = [(item["item"], flag) for item in report["items"] for flag in item["flags"] if flag["kind"] == "review"]
    assert [(item, flag["code"], flag["options"]) for item, flag in review] == [
        ("I1", "miskey", ["A"]), ("I1", "negative", []),
    ]  # fmt: skip
    miskey, negative = review[0][1]["evidence"], review[1][1]["evidence"]
    assert miskey["n"] == negative["n"] == 300
    assert 0 < miskey["interval"][0] < miskey["value"] < miskey["interval"][1]
    assert negative["interval"][0] < negative["value"] < negative["interval"][1] < 0


def test_scores_alone_show_a_negative_item_too(report_of):
    cells = simulated(300)
    cells[:, 0] = 1 - cells[:, 0]
    report, _notes = report_of(csv_of(cells))
    flags = {item["item"]: [flag["code"] for flag in item["flags"]] for item in report["items"]}
    assert flags["I1"] == ["negative"]
    assert not any("negative" in codes for item, codes in flags.items() if item != "I1")


def test_notices_have_their_interval_beyond_the_limit(report_of):
    rng = np.random.default_rng(3)
    cells = np.array([["A" if right else "B" for right in row] for row in simulated(300)], dtype=object)
    cells[:, 0] = np.where(rng.random(300) < 0.9, "A", "B")
    cells[:3, 1] = "C"
    key = "item,key\n" + "".join(f"I{at + 1},A\n" for at in range(12))
    report, _notes = report_of(csv_of(cells), key)
    easy = next(flag for flag in report["items"][0]["flags"] if flag["code"] == "easy")["evidence"]
    assert easy["interval"][0] > easy["limit"] == 0.7
    dead = next(flag for flag in report["items"][1]["flags"] if flag["code"] == "dead_option")
    assert (dead["options"], dead["kind"], dead["evidence"]["n"]) == (["C"], "notice", 300)
    assert dead["evidence"]["interval"][1] < dead["evidence"]["limit"] == 0.05


def test_rare_sets_of_letters_are_no_dead_options(report_of):
    cells = [["AC" if right else "B" for right in row] for row in simulated(300)]
    cells[0][0] = "BD"
    report, _notes = report_of(csv_of(cells), "item,key\n" + "".join(f"I{at + 1},AC\n" for at in range(12)))
    assert [one["option"] for one in report["items"][0]["options"]] == ["AC", "B", "BD"]
    assert not any(flag["code"] == "dead_option" for item in report["items"] for flag in item["flags"])


def test_with_few_candidates_nothing_is_judged(report_of):
    report, _notes = report_of(csv_of(1 - simulated(19)))
    assert {flag["code"] for item in report["items"] for flag in item["flags"]} == {"too_few"}
    assert report["items"][0]["flags"][0]["evidence"] == {"n": 19}


def test_of_free_text_the_commonest_answers_are_listed(report_of):
    cells = [["Hà Nội" if row[0] else f"word {at}"] for at, row in enumerate(simulated(300))]
    n_wrong = sum(cell[0] != "Hà Nội" for cell in cells)
    assert n_wrong > 60
    report, notes = report_of(csv_of(cells), "item,key\nI1,HÀ NỘI\n")
    listed = report["items"][0]["options"]
    assert len(listed) == 60
    assert [one["count"] for one in listed if one["is_key"]] == [300 - n_wrong]
    assert [(note.code, note.values["count"]) for note in notes] == [("rare_answers", n_wrong - 59)]
