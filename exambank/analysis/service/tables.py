"""A report as tables: for the workbook, the CSV file, the JSON schema, the printed page. Numbers stay numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from exambank.analysis import explaining, rules
from exambank.analysis.groups import Compared
from exambank.analysis.models import AnalysisItem, AnalysisRun
from exambank.analysis.rules import Pooled
from exambank.analysis.rules.pooling import Estimate
from exambank.analysis.service import scales, wording
from exambank.analysis.service.comparing import Comparison
from exambank.analysis.service.flags import notices_in, reviews_in
from exambank.analysis.service.pooled import pool_versions
from exambank.analysis.service.reading import Report

SCHEMA = "exambank.analysis/1"
PLACES = 4  # of a figure in a workbook; the JSON file has all
WHOLE = ("skewness", "kurtosis", "kr20", "kr21", "lambda2", "lambda6", "omega_total", "split_half")

Cell = str | int | float | None


@dataclass(frozen=True)
class Sheet:
    """One table: headers in the reader's language, rows of texts and numbers, widths in letters."""

    name: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int]
    titles: Sequence[str] = ()


# --- on the page ---


def index_rows(item: AnalysisItem) -> list[tuple[explaining.Explanation, float | None, list[float] | None, str | None]]:
    """Every index of an item: what it means, its value, its interval, and why there is none."""
    figures, found = item.figures, []
    for name in explaining.ITEM_FIGURES:
        if name == "not_reached" or name not in figures:
            continue
        value = figures[name]
        reason = None if value is not None else figures["reasons"].get(name)
        found.append((explaining.explain(name), value, figures.get(f"{name}_ci"), reason))
    return found


def further_rows(summary: Mapping[str, Any]) -> list[tuple[explaining.Explanation, float | None, str | None]]:
    """The further coefficients of a whole test, each with its value or why there is none; empty for older runs."""
    whole = summary.get("whole") or {}
    return [
        (explaining.explain(name), whole[name], whole.get("reasons", {}).get(name)) for name in WHOLE if name in whole
    ]


# --- workbook and CSV ---


def sheets(report: Report, comparison: Comparison) -> list[Sheet]:
    """The whole report: summary, items, options, groups, and what each figure means."""
    return [
        summary_sheet(report), items_sheet(report), options_sheet(report), groups_sheet(comparison),
        explanations_sheet(),
    ]  # fmt: skip


def summary_sheet(report: Report) -> Sheet:
    """Figures of the whole exam, with their intervals, and the data they rest on."""
    run, summary = report.run, report.run.summary
    low, high = summary["alpha_ci"] or (None, None)
    rows: list[list[Cell]] = [
        [_("Candidates marked"), run.n, None, None],
        [_("Number of items"), summary["n_items"], None, None],
        [_("Mean"), _round(summary["mean"]), None, None],
        [_("Standard deviation"), _round(summary["sd"]), None, None],
        [_("Median"), _round(summary["median"]), None, None],
        [_("Lowest"), _round(summary["min"]), None, None],
        [_("Highest"), _round(summary["max"]), None, None],
        [_("Passed"), summary["passing"], None, None],
        [_("Reliability alpha"), _round(summary["alpha"]), _round(low), _round(high)],
        [_("Error of a mark"), _round(summary["sem"]), None, None],
        [_("Items given to enough candidates"), summary["judged"], None, None],
        [_("Sound items"), summary["sound"], None, None],
        [_("Share of sound items"), _round(summary["sound_share"]), None, None],
    ]
    rows += [[one.name, _round(value), None, None] for one, value, _reason in further_rows(summary)]
    rows += [
        [label, count, None, None] for label, count in zip(wording.band_labels(summary), summary["bands"], strict=True)
    ]
    rows += [
        [_("Formulas"), run.formulas, None, None], [_("Data"), run.data_hash, None, None],
        [_("Run"), run.public_id, None, None],
    ]  # fmt: skip
    return Sheet(_("Summary"), [_("Figure"), _("Value"), _("Low"), _("High")], rows, [36, 20, 12, 12], _titles(run))


def items_sheet(report: Report) -> Sheet:
    """A row for each item: its indices with their intervals, and what stands out."""
    headers = [
        _("Item"), _("Version"), _("Candidates"), _("Difficulty p"), _("p, low"), _("p, high"), _("Band of difficulty"),
        _("Discrimination D"), _("D, low"), _("D, high"), _("Band of discrimination"), _("Correlation with the rest"),
        _("r, low"), _("r, high"), _("Correlation with the total"), _("Biserial correlation"), _("Alpha without it"),
        _("Effective weight"), _("Median time in seconds"), _("Exams with this version"), _("Candidates, all exams"),
        _("p, all exams"), _("p, all exams, low"), _("p, all exams, high"), _("r, all exams"), _("r, all exams, low"),
        _("r, all exams, high"), _("Left blank"), _("Not reached"), _("To be reviewed"), _("Notices"),
    ]  # fmt: skip
    widths = [16, 9, 12, *[12] * 26, 28, 36]
    pooled = _pooled_by_version(report)
    rows = [_item_row(item, pooled[item.item_version_id]) for item in report.items]
    return Sheet(_("Items"), headers, rows, widths, _titles(report.run))


def flat_items_sheet(report: Report) -> Sheet:
    """The same with the options beside each item, where all has to stand in one table: the key, then who chose what."""
    sheet = items_sheet(report)
    letters = sorted({row["letter"] for item in report.items for row in item.options if row["letter"]})
    headers = [_("Key")]
    for letter in letters:
        headers += [_("%(letter)s, chosen", letter=letter), _("%(letter)s, correlation with the rest", letter=letter)]
    rows = [[*row, *_flat_options(item, letters)] for item, row in zip(report.items, sheet.rows, strict=True)]
    widths = [*sheet.widths, *[12] * len(headers)]
    return Sheet(sheet.name, [*sheet.headers, *headers], rows, widths, sheet.titles)


def _flat_options(item: AnalysisItem, letters: Sequence[str]) -> list[Cell]:
    rows = {row["letter"]: row for row in item.options if row["letter"]}
    found: list[Cell] = ["".join(letter for letter, row in rows.items() if row["is_key"])]
    for letter in letters:
        row = rows.get(letter)
        found += [row["count"], _round(row["rest"])] if row else [None, None]
    return found


def _pooled_by_version(report: Report) -> dict[int, Pooled]:
    return pool_versions([item.item_version_id for item in report.items], report.run.course_module_id)


def _item_row(item: AnalysisItem, pooled: Pooled) -> list[Cell]:
    figures = item.figures
    return [
        item.item_version.item.code, item.item_version.number, item.n,
        *_with_ends(figures, "difficulty"), wording.difficulty_label(figures["difficulty"]),
        *_with_ends(figures, "d27"), wording.discrimination_label(figures["d27"]),
        *_with_ends(figures, "item_rest"), _round(figures.get("item_total")), _round(figures.get("biserial")),
        _round(figures.get("alpha_if_deleted")), _round(figures.get("effective_weight")),
        _round((figures.get("seconds") or {}).get("median")), pooled.exams, pooled.n,
        *_own_with_ends(pooled.difficulty), *_own_with_ends(pooled.discrimination), figures["omitted"],
        figures.get("not_reached"),
        _labels(reviews_in(figures)), _labels(notices_in(figures)),
    ]  # fmt: skip


def options_sheet(report: Report) -> Sheet:
    """A row for each option of each item: who chose it."""
    headers = [
        _("Item"), _("Option"), _("Key"), _("Chosen"), _("Share"), _("Correlation with the rest"), _("r, low"),
        _("r, high"), *(_("Group %(number)s", number=number) for number in range(1, 6)),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for item in report.items:
        for row in item.options:
            low, high = row["rest_ci"] or (None, None)
            option = row["letter"] if row["token"] else _("left blank")
            rows.append([
                item.item_version.item.code, option, _("key") if row["is_key"] else "", row["count"],
                _round(row["share"]), _round(row["rest"]), _round(low), _round(high),
                *(_round(count) for count in row["by_group"]),
            ])  # fmt: skip
    return Sheet(_("Options"), headers, rows, [16, 12, 8, *[12] * 10], _titles(report.run))


def groups_sheet(found: Comparison) -> Sheet:
    """Papers, classes and exams of the module beside one another; of small groups the count alone."""
    headers = [
        _("Compared"), _("Group"), _("Candidates"), _("Mean"), _("Low"), _("High"), _("Standard deviation"),
        _("Share passed"), _("Low"), _("High"), _("Difference to the whole"), _("Low"), _("High"), _("Judgement"),
    ]  # fmt: skip
    parts = [
        (_("Paper"), found.papers), (_("Class"), found.classes), (_("Gender"), found.genders),
        (_("Exam"), [group for _exam, group in found.terms]),
    ]  # fmt: skip
    rows = [[kind, *_group_row(group)] for kind, groups in parts for group in groups]
    return Sheet(_("Groups"), headers, rows, [12, 32, *[12] * 11, 28])


def _group_row(group: Compared) -> list[Cell]:
    ends = [group.mean_ci, group.pass_ci, group.difference_ci]
    mean, share, difference = ([_round(one) for one in end] if end else [None, None] for end in ends)
    return [
        group.label or _("no class"), group.n, _round(group.mean), *mean, _round(group.sd), _round(group.pass_share),
        *share, _round(group.difference), *difference, verdict_label(group.verdict),
    ]  # fmt: skip


def verdict_label(verdict: str) -> str:
    """What can be said of a group beside the whole."""
    return {
        "hidden": _("not enough candidates"),
        "withheld": _("not shown: it would tell of a few"),
        "few": _("too few to judge"),
        "alone": "",
        "alike": _("no sure difference"),
        "higher": _("surely higher"),
        "lower": _("surely lower"),
    }[verdict]


def explanations_sheet() -> Sheet:
    """What each figure means and how it is computed."""
    names = [*explaining.EXAM_FIGURES, *explaining.FURTHER_FIGURES, *explaining.ITEM_FIGURES]
    rows = [[one.name, one.meaning, one.formula] for one in explaining.explain_all(names)]
    return Sheet(_("Explanations"), [_("Figure"), _("What it says"), _("Formula")], rows, [28, 70, 60])


def _titles(run: AnalysisRun) -> list[str]:
    exam = run.exam
    return [exam.title, f"{exam.course_module.name} ({exam.course_module.code})"]


def _with_ends(figures: Mapping[str, Any], name: str) -> list[Cell]:
    low, high = figures[f"{name}_ci"] or (None, None)
    return [_round(figures[name]), _round(low), _round(high)]


def _own_with_ends(found: Estimate | None) -> list[Cell]:
    """What the answers of all exams say themselves, nothing borrowed from the bank."""
    return [_round(found.own), _round(found.own_low), _round(found.own_high)] if found else [None, None, None]


def _labels(flags: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(wording.flag_label(flag["code"]) for flag in flags)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, PLACES)


# --- JSON ---


def as_schema(report: Report) -> dict[str, Any]:
    """The report in the schema of ``exambank analyse``; marks stand on the scale of the Regulation, named in ``run``.

    Nobody is named in it: who may see statistics need not be one who may see the marks of persons.
    """
    run, summary = report.run, report.run.summary
    whole = summary.get("whole") or {}
    test = {name: summary[name] for name in ("mean", "sd", "median", "min", "max", "alpha", "alpha_ci", "sem")}
    curves, pooled = scales.curves_of(report.items), _pooled_by_version(report)
    return {
        "schema": SCHEMA,
        "n_candidates": run.n,
        "n_items": summary["n_items"],
        "run": {
            "id": run.public_id, "exam": run.exam.public_id, "formulas": run.formulas, "data_hash": run.data_hash,
            "finished_at": run.finished_at.isoformat(), "scale_max": summary["scale_max"],
            "pass_mark": summary["pass_mark"],
        },
        "test": test | {name: whole.get(name) for name in WHOLE},
        "items": [_item_schema(item, pooled[item.item_version_id]) for item in report.items],
        "irt": _irt_schema(curves) if curves else None,
        "dif": [],
    }  # fmt: skip


_ITEM_NAMES = (
    "difficulty", "difficulty_ci", "sd", "item_total", "item_rest", "item_rest_ci", "biserial", "d27", "d27_ci",
    "alpha_if_deleted", "effective_weight", "omitted", "not_reached",
)  # fmt: skip


def _item_schema(item: AnalysisItem, pooled: Pooled) -> dict[str, Any]:
    figures = item.figures
    return {
        "item": item.item_version.item.code,
        "version": item.item_version.public_id,
        "kind": figures["kind"],
        "n": item.n,
        **{name: figures.get(name) for name in _ITEM_NAMES},
        "options": [
            {
                "option": row["letter"], "count": row["count"], "share": row["share"], "option_total": None,
                "option_rest": row["rest"], "option_rest_ci": row["rest_ci"], "is_key": row["is_key"],
                "by_group": row["by_group"],
            }
            for row in item.options
        ],
        "flags": [_flag_schema(item, rules.read_flag(flag)) for flag in figures["flags"]],
        "pooled": {
            "exams": pooled.exams, "n": pooled.n, "difficulty": _estimate_schema(pooled.difficulty),
            "item_rest": _estimate_schema(pooled.discrimination),
        },
    }  # fmt: skip


def _flag_schema(item: AnalysisItem, flag: Mapping[str, Any]) -> dict[str, Any]:
    """With the letters that the options have in ``options``, where a run keeps their tokens."""
    letters = {row["token"]: row["letter"] for row in item.options}
    evidence = dict(flag["evidence"])
    if "by_option" in evidence:
        evidence["by_option"] = {letters.get(token, token): one for token, one in evidence["by_option"].items()}
    options = [letters.get(token, token) for token in flag["options"]]
    return {"code": flag["code"], "kind": flag["kind"], "options": options, "evidence": evidence}


def _estimate_schema(found: Estimate | None) -> dict[str, Any] | None:
    """``own``: from the item's answers alone; ``value`` is drawn towards the bank, by the share ``borrowed``."""
    if found is None:
        return None
    return {
        "n": found.n, "own": found.own, "own_ci": [found.own_low, found.own_high], "value": found.value,
        "value_ci": [found.low, found.high], "borrowed": found.borrowed,
    }  # fmt: skip


def _model_of(curves: Sequence[scales.Curve]) -> str:
    if any(curve.guessing for curve in curves):
        return "3pl"
    return "rasch" if len({curve.a for curve in curves}) == 1 else "2pl"


def _irt_schema(curves: Sequence[tuple[str, scales.Curve]]) -> dict[str, Any]:
    grid = [at / 5 for at in range(-20, 21)]
    return {
        "model": _model_of([curve for _code, curve in curves]),
        "items": [
            {"item": code, "a": curve.a, "b": curve.b, "c": curve.guessing, "d": -curve.a * curve.b}
            for code, curve in curves
        ],
        "candidates": [],
        "information": [
            {
                "theta": theta, "information": sum(curve.information(theta) for _code, curve in curves),
                "expected_score": sum(curve.chance(theta) for _code, curve in curves),
            }
            for theta in grid
        ],
    }  # fmt: skip
