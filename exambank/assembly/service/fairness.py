"""The fairness report of a set: made from its layouts when it is dealt, kept as figures, judged before release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from exambank.assembly.models import PaperSet
from exambank.assembly.rules import fairness
from exambank.assembly.rules.demands import Demands
from exambank.assembly.rules.fairness import Asked
from exambank.assembly.service.arranging import key_place
from exambank.assembly.service.pool import KnownItem, contents_of, forecasts_of, know_bank
from exambank.courses import service as courses
from exambank.courses.models import CourseModule
from exambank.courses.rules import RegulationRules
from exambank.db import db
from exambank.errors import StateConflict

USUAL_SCALE = 10.0


def make_report(
    course_module_id: int,
    layouts: Mapping[str, Sequence[dict[str, Any]]],
    *,
    demands: Demands | None = None,
    fixed: frozenset[int] = frozenset(),
    max_deviation: float | None = None,
    known: Sequence[KnownItem] | None = None,
) -> dict[str, Any]:
    """What ``PaperSet.report`` keeps of papers (code -> questions): figures, no item. Empty where there is no question.

    ``demands``: what is judged (None: nothing, as of a paper written as a whole); ``fixed``: versions that stand in
    every paper; ``max_deviation``: the engine's; ``known``: the bank, where it is read already.
    """
    versions = {question["version"] for layout in layouts.values() for question in layout}
    if not versions:
        return {}
    bank = [one for one in known or know_bank(course_module_id) if one.item.version_id in versions]
    contents, kinds = contents_of(versions), {one.item.version_id: one.item.kind for one in bank}
    asked = {
        code: [_asked(question, kinds[question["version"]], contents[question["version"]]) for question in layout]
        for code, layout in layouts.items()
    }
    return fairness.report_on(
        asked, forecasts_of(bank, contents), demands, fixed=fixed, max_deviation=max_deviation,
        scale=_scale_of(course_module_id),
    )  # fmt: skip


def _asked(question: Mapping[str, Any], kind: str, content: Mapping[str, Any]) -> Asked:
    points = float(question["points"]) if question.get("scored", True) else 0.0
    return Asked(question["version"], points, key_place(kind, content, question["options"]))


def _scale_of(course_module_id: int) -> float:
    """The mark of a paper without a fault: of the newest rules that the module's programme adopted."""
    programme = db.session.get(CourseModule, course_module_id).programme
    adopted = [one for one in courses.list_regulations(programme) if one.adopted_at is not None]
    if not adopted:
        return USUAL_SCALE
    return float(RegulationRules.parse(max(adopted, key=lambda one: one.version).rules).scale_max)


def refuse_release(paper_set: PaperSet, content: Any = None) -> None:
    """StateConflict naming why the papers may not be released: what was demanded does not hold."""
    if not paper_set.report.get("is_releasable", True):
        reasons = " ".join(
            say_check(check) for check in paper_set.report["demands"] if check["blocks"] and not check["holds"]
        )
        raise StateConflict(
            _("These papers are not alike enough to be released. %(reasons)s", reasons=reasons)
            + " "
            + _("Withdraw this set, then deal again with other demands or more questions in the bank.")
        )


def _refusals(report: Mapping[str, Any]) -> list[str]:
    return [say_check(check) for check in report["demands"] if check["blocks"] and not check["holds"]]


def say_check(check: Mapping[str, Any]) -> str:
    """A demand with what was found, as a sentence."""
    wanted, found = check["wanted"], check["found"]
    texts = {
        "tolerance": lambda: _(
            "The papers differ by %(found)s %% of their mean; at most %(wanted)s %% are allowed.",
            found=percent(found), wanted=percent(wanted),
        ),
        "overlap": lambda: _("Two papers share %(found)s questions; at most %(wanted)s are allowed.",
                             found=found, wanted=wanted),
        "papers_per_item": lambda: _("A question stands in up to %(found)s papers; at most %(wanted)s are allowed.",
                                     found=found, wanted=wanted),
        "distinct_items": lambda: _("All papers together take %(found)s questions; at most %(wanted)s are allowed.",
                                    found=found, wanted=wanted),
        "max_same_key_run": lambda: _("Up to %(found)s equal keys stand in a row; at most %(wanted)s are wanted.",
                                      found=found, wanted=wanted),
    }  # fmt: skip
    return texts[check["name"]]()


def percent(share: float | None) -> str:
    """A share as per cent with at most two decimals, with the decimal sign of the reader."""
    return "?" if share is None else shown(100 * share, 2)


def shown(value: float, places: int = 2) -> str:
    """A figure as people read it: the reader's decimal sign, no idle zeros behind it."""
    return format_decimal(round(value, places) + 0.0, format="0." + "#" * places)


def said(report: Mapping[str, Any]) -> list[str]:
    """The report as a person would say it aloud: the finding first."""
    if not report.get("papers"):
        return []
    sentences = [_sentence_of(report, 1, _("An average candidate"))]
    if len(report["papers"]) > 1:
        sentences += [
            _(
                "The best and the worst paper differ by %(gap)s of %(scale)s points for an average candidate "
                "(%(hundred)s of 100).",
                gap=shown(report["gaps"][1]), scale=shown(report["scale"]),
                hundred=shown(100 * report["gaps"][1] / report["scale"], 1),
            ),
            _sentence_of(report, 0, _("A weak candidate")),
            _sentence_of(report, 2, _("A strong candidate")),
        ]  # fmt: skip
    return sentences


def _sentence_of(report: Mapping[str, Any], at: int, who: str) -> str:
    low, high = (shown(value, 1) for value in report["ranges"][at])
    if low == high:
        return _("%(who)s may expect %(low)s points, whichever paper is drawn.", who=who, low=low)
    return _("%(who)s may expect %(low)s to %(high)s points, whichever paper is drawn.", who=who, low=low, high=high)


def say_knowledge(report: Mapping[str, Any]) -> str:
    """How much stands behind the prediction."""
    known = report["knowledge"]
    if not known["answered"]:
        return _(
            "No question of these papers was answered by %(n)s candidates yet: the prediction rests on a general "
            "assumption, and says only that the papers are built alike.",
            n=fairness.ANSWERS_WANTED,
        )
    return _(
        "%(answered)s of %(items)s questions have been answered by at least %(n)s candidates; of the others little is "
        "known, and they are taken for as hard as their level.",
        answered=known["answered"], items=known["items"], n=fairness.ANSWERS_WANTED,
    )  # fmt: skip


@dataclass(frozen=True)
class ShownReport:
    """A report in words: ``said`` the findings, ``demands`` each with whether it holds, ``rows`` the papers drawn."""

    said: list[str]
    refused: list[str]
    demands: list[tuple[str, bool]]
    knowledge: str
    rows: list[Mapping[str, Any]]


def read_report(paper_set: PaperSet) -> ShownReport | None:
    """The report kept with a set as people read it; None where there is none (a brought file, a set of before)."""
    report = paper_set.report
    if not report.get("papers"):
        return None
    checks = report["demands"]
    return ShownReport(
        said(report), _refusals(report),
        [(say_check(check), check["holds"]) for check in checks], say_knowledge(report),
        fairness.ends_of(report["papers"]),
    )  # fmt: skip


__all__ = [
    "ShownReport", "make_report", "percent", "read_report", "refuse_release", "said", "say_check", "say_knowledge",
    "shown",
]  # fmt: skip
