"""A check apart, as `tests/psychometrics/test_reference.py`: the command on real data, every field against R."""

import csv
import json

import numpy as np
import pytest
from click.testing import CliRunner

from exambank.analysis.commands import analyse

pytestmark = pytest.mark.reference

SETS = ["lsat6", "cttdata", "sat12", "msatb", "gmat"]
SETS_WITH_RESPONSES = SETS[1:]
MODELS = {"rasch": "1PL", "2pl": "2PL"}
CLASSICAL = {"abs": 1e-10, "rel": 0}
TEST_FIELDS = {
    "mean": "mean", "sd": "sd_n1", "median": "median", "min": "min", "max": "max", "skewness": "skew",
    "kurtosis": "kurtosis_excess", "alpha": "alpha", "kr20": "kr20", "kr21": "kr21_var_n1", "lambda2": "guttman_lambda2",
    "split_half": "split_half_spearman_brown", "sem": "sem_alpha",
}  # fmt: skip
ITEM_FIELDS = {
    "difficulty": "p", "sd": "sd_n1", "item_total": "pbis_item_total", "item_rest": "pbis_item_rest",
    "biserial": "biserial_total", "alpha_if_deleted": "alpha_if_deleted",
}  # fmt: skip


@pytest.fixture
def report_on(folder, tmp_path, monkeypatch):
    """The report of the command on files of a data set, by their names."""
    monkeypatch.setenv("EXAMBANK_LANG", "en")

    def told(name: str, responses: str, *words: str) -> dict:
        where, out = folder / "data" / name, tmp_path / "report.json"
        given = [str(where / word) if word.endswith(".csv") else word for word in (responses, *words)]
        result = CliRunner().invoke(analyse, [*given, "--quiet", "--out", str(out)])
        assert result.exit_code == 0, result.output
        return json.loads(out.read_text(encoding="utf-8"))

    return told


def reference(folder, name: str, kind: str) -> dict:
    return json.loads((folder / "ref" / f"{name}.{kind}.json").read_text(encoding="utf-8"))


def column(rows, field) -> list:
    return [row[field] for row in rows]


@pytest.mark.parametrize("name", SETS)
def test_classical_figures_agree_with_r(folder, report_on, name):
    report, expected = report_on(name, "scored.csv"), reference(folder, name, "ctt")
    test, items, theirs = report["test"], report["items"], expected["test"]
    for ours, field in TEST_FIELDS.items():
        assert test[ours] == pytest.approx(theirs[field], **CLASSICAL), ours
    low, _value, high = theirs["alpha_feldt_ci_psych"]
    assert test["alpha_ci"] == pytest.approx([low, high], **CLASSICAL)
    assert test["lambda6"] == pytest.approx(theirs["guttman_lambda6_psych"], abs=1e-6)
    assert test["omega_total"] == pytest.approx(theirs["omega_ml"]["omega_total_ml"], abs=1e-4)
    for ours, field in ITEM_FIELDS.items():
        assert column(items, ours) == pytest.approx(expected["items"][field], **CLASSICAL), ours
    assert column(items, "d27") == pytest.approx(expected["items"]["D27_fractional_ties"]["D"], **CLASSICAL)


@pytest.mark.parametrize("name", SETS_WITH_RESPONSES)
def test_answers_marked_by_their_keys_are_the_scores_and_options_agree_with_r(folder, report_on, name):
    report = report_on(name, "responses.csv", "--key", "key.csv")
    scored = report_on(name, "scored.csv")
    assert report["test"] == scored["test"]
    assert column(report["items"], "item_rest") == column(scored["items"], "item_rest")
    for item, expected in zip(report["items"], reference(folder, name, "distractors")["items"], strict=True):
        options = item["options"]
        assert item["item"] == expected["item"]
        assert column(options, "option") == expected["options"]
        assert [one["option"] for one in options if one["is_key"]] == [expected["key"]]
        assert column(options, "count") == expected["count"]
        assert column(options, "share") == pytest.approx(expected["prop"], **CLASSICAL)
        assert column(options, "option_total") == pytest.approx(expected["pbis_total"], **CLASSICAL)
        assert column(options, "option_rest") == pytest.approx(expected["pbis_rest"], **CLASSICAL)
        assert column(options, "by_group") == expected["groups5"]["counts"]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", SETS)
def test_curves_agree_with_r(folder, report_on, name, model):
    expected = reference(folder, name, "irt")[MODELS[model]]
    assert expected["converged"]
    irt = report_on(name, "scored.csv", "--irt", model)["irt"]
    assert irt["log_likelihood"] == pytest.approx(expected["logLik"], abs=1e-6)
    assert irt["n_parameters"] == expected["n_par"]
    assert (irt["aic"], irt["bic"]) == pytest.approx((expected["AIC"], expected["BIC"]), abs=1e-5)
    assert irt["marginal_reliability"] == pytest.approx(expected["marginal_rxx"], abs=1e-5)
    items, theirs = irt["items"], expected["items"]
    for ours, field in {"a": "slope_a1", "d": "intercept_d"}.items():
        assert column(items, ours) == pytest.approx(theirs[field], abs=1e-5), ours
    # b = -d / a carries the tolerance of both, the larger the flatter the curve
    scale = np.array([(1 + abs(b)) / abs(a) for a, b in zip(theirs["slope_a1"], theirs["difficulty_b"], strict=True)])
    assert (np.abs(np.array(column(items, "b")) - theirs["difficulty_b"]) <= 1e-5 * scale).all()
    assert column(items, "c") == pytest.approx(theirs["guess_g"], abs=1e-5)
    for ours, field in {"se_a": "se_a_irt", "se_b": "se_b_delta", "se_d": "se_d"}.items():
        assert column(items, ours) == pytest.approx(theirs[field], rel=1e-4), ours
    persons = expected["persons"]
    people = irt["candidates"][: len(persons["EAP"])]
    assert column(people, "theta") == pytest.approx(persons["EAP"], abs=1e-5)
    assert column(people, "se") == pytest.approx(persons["EAP_SE"], abs=1e-5)
    at = {round(row["theta"], 6): row for row in irt["information"]}
    told = [at[round(theta, 6)] for theta in expected["information"]["theta"]]
    assert column(told, "information") == pytest.approx(expected["information"]["test"], abs=1e-5)
    assert column(told, "expected_score") == pytest.approx(expected["information"]["expected_score"], abs=1e-5)


@pytest.mark.parametrize("name", ["sat12", "gmat"])
def test_curves_with_guessing_agree_with_r_as_far_as_r_has_come(folder, report_on, name):
    """R's own steps become small long before the maximum; ours is the higher."""
    expected = reference(folder, name, "irt")["3PL_prior"]
    irt = report_on(name, "scored.csv", "--irt", "3pl")["irt"]
    assert irt["log_likelihood"] == pytest.approx(expected["logLik"], abs=1e-3)
    assert (irt["model"], irt["n_parameters"]) == ("3pl", expected["n_par"])
    items, theirs = irt["items"], expected["items"]
    for ours, (field, close) in {
        "a": ("slope_a1", 1e-3), "d": ("intercept_d", 1e-3), "b": ("difficulty_b", 1e-4), "c": ("guess_g", 1e-4),
    }.items():  # fmt: skip
        assert column(items, ours) == pytest.approx(theirs[field], abs=close), ours
    for ours, field in {"se_a": "se_a_irt", "se_b": "se_b_delta", "se_d": "se_d"}.items():
        assert column(items, ours) == pytest.approx(theirs[field], rel=1e-3), ours
    people = irt["candidates"][: len(expected["persons"]["EAP"])]
    assert column(people, "theta") == pytest.approx(expected["persons"]["EAP"], abs=1e-4)
    assert irt["marginal_reliability"] == pytest.approx(expected["marginal_rxx"], abs=1e-5)


@pytest.mark.parametrize(("name", "heading"), [("gmat", "group"), ("msatb", "gender")])
def test_groups_agree_with_r(folder, report_on, name, heading):
    rows = report_on(name, "responses.csv", "--key", "key.csv", "--groups", "group.csv")["dif"]
    expected = reference(folder, name, "dif")
    assert {(row["group"], row["reference"], row["focal"]) for row in rows} == {
        (heading, str(expected["reference"]), str(expected["focal"]))
    }
    assert column(rows, "item") == expected["items"]
    haenszel, logistic, close = expected["MH_base_R"], expected["logistic_glm"], {"abs": 1e-9, "rel": 1e-9}
    assert column(rows, "mh_chi2") == pytest.approx(haenszel["chi2_continuity"], **close)
    assert column(rows, "mh_p") == pytest.approx(haenszel["p"], **close)
    assert column(rows, "mh_alpha") == pytest.approx(haenszel["alpha_MH"], **close)
    assert column(rows, "mh_delta") == pytest.approx(-2.35 * np.log(haenszel["alpha_MH"]), **close)
    for ours, field in {
        "lr_uniform": "LR_uniform", "lr_nonuniform": "LR_nonuniform", "delta_r2_uniform": "dR2_uniform",
        "delta_r2_nonuniform": "dR2_nonuniform",
    }.items():  # fmt: skip
        assert column(rows, ours) == pytest.approx(logistic[field], abs=1e-6, rel=0), ours


def test_the_two_generated_items_of_gmat_are_found(report_on):
    report = report_on("gmat", "responses.csv", "--key", "key.csv", "--groups", "group.csv")
    uniform, nonuniform = report["dif"][:2]
    assert (uniform["item"], uniform["ets_class"]) == ("I01", "C")
    assert nonuniform["item"] == "I02"
    assert nonuniform["lr_nonuniform"] > 10.83  # 1 in 1,000
    assert [note["code"] for note in report["notes"]] == ["too_many_groups"]


def test_the_probably_miskeyed_item_of_sat12_is_found_and_no_other(report_on):
    report = report_on("sat12", "responses.csv", "--key", "key.csv")
    review = [
        (item["item"], flag["code"], flag["options"])
        for item in report["items"]
        for flag in item["flags"]
        if flag["kind"] == "review"
    ]
    assert review == [("I32", "miskey", ["C"])]


def test_randomly_assembled_papers_give_the_true_parameters_back(folder, report_on):
    plain = report_on("sparse600", "responses_long.csv", "--irt", "2pl")
    assert plain["irt"]["log_likelihood"] == pytest.approx(
        reference(folder, "sparse600", "irt")["2PL"]["logLik"], abs=1e-3
    )
    assert plain["test"]["alpha"] is None
    irt = report_on("sparse600", "responses_long.csv", "--irt", "2pl", "--priors")["irt"]

    def true(name: str, column: str) -> dict[str, float]:
        with (folder / "data" / "sparse600" / name).open(encoding="utf-8", newline="") as file:
            return {next(iter(row.values())): float(row[column]) for row in csv.DictReader(file)}

    def rmse(rows, name, field, truth) -> float:
        return float(np.sqrt(np.mean([(row[field] - truth[row[name]]) ** 2 for row in rows])))

    assert rmse(irt["items"], "item", "a", true("true_items.csv", "a")) <= 0.18
    assert rmse(irt["items"], "item", "b", true("true_items.csv", "b")) <= 0.255
    assert rmse(irt["candidates"], "candidate", "theta", true("true_persons.csv", "theta")) <= 0.307


@pytest.mark.parametrize("sitting", ["sittingA.csv", "sittingB.csv"])
def test_sittings_without_a_column_of_candidates_are_read_whole(report_on, sitting):
    report = report_on("link2", sitting, "--irt", "2pl")
    assert (report["n_items"], report["irt"]["candidates"][-1]["candidate"]) == (60, str(report["n_candidates"]))
    assert [note["code"] for note in report["notes"]] == ["no_candidate_column"]
    assert all(0.2 < item["a"] < 3 for item in report["irt"]["items"])
