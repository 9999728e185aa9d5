"""The sentences of analysis, in one place: what a figure means and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from exambank.analysis import rules
from exambank.analysis.models import AnalysisItem, AnalysisRun
from exambank.analysis.service.flag_words import (
    FLAG_SQUARES,
    evidence_words,
    flag_label,
    flag_sentence,
    group_words,
    letters_of,
)
from exambank.analysis.service.numbers import show_interval, show_number, show_percent, show_percents

__all__ = [
    "FLAG_SQUARES",
    "Verdict",
    "band_labels",
    "calibration_sentence",
    "difficulty_label",
    "discrimination_label",
    "evidence_words",
    "exam_verdict",
    "flag_label",
    "flag_sentence",
    "group_words",
    "item_verdict",
    "letters_of",
    "pooled_sentence",
    "reason_label",
    "reliability_sentence",
    "scale_sentence",
    "show_interval",
    "show_number",
    "show_percent",
    "show_percents",
    "speed_sentence",
]

BANDS = ("0-3,9", "4-4,9", "5-6,4", "6,5-7,9", "8-10")


def band_labels(summary: Mapping[str, Any]) -> list[str]:
    """The bands of marks: the familiar ones on a scale of ten, shares of the scale otherwise."""
    if summary["scale_max"] == "10":
        comma = show_number(0.5, 1)[1]
        return [label.replace(",", comma) for label in BANDS]
    return ["0-39 %", "40-49 %", "50-64 %", "65-79 %", "80-100 %"]


def reason_label(code: str | None) -> str:
    """Why a figure does not exist."""
    return {
        None: "",
        "no_responses": _("nobody was given this"),
        "too_few_candidates": _("too few candidates"),
        "too_few_items": _("too few items"),
        "constant_item": _("everybody got the same here"),
        "constant_score": _("everybody has the same score on the rest"),
        "perfect_correlation": _("agrees with the rest completely"),
        "papers_differ": _("the papers hold different items"),
        "not_determined": _("the answers leave it open"),
        "not_dichotomous": _("some items give partial credit"),
        "maxima_differ": _("the items do not all give the same points"),
        "no_key": _("the item has no key"),
        "one_paper": _("everybody had the same items"),
    }.get(code, code)


def difficulty_label(difficulty: float | None) -> str:
    """The Vietnamese band of difficulty."""
    if difficulty is None:
        return ""
    return {"hard": _("hard"), "medium": _("medium"), "easy": _("easy")}[rules.difficulty_band(difficulty)]


def discrimination_label(d27: float | None) -> str:
    """The Vietnamese band of discrimination."""
    if d27 is None:
        return ""
    labels = {"good": _("good"), "acceptable": _("acceptable"), "poor": _("poor")}
    return labels[rules.discrimination_band(d27)]


@dataclass(frozen=True)
class Verdict:
    """What a person would say aloud, the conclusion first; ``kind`` is refusal, caution or nothing."""

    strong: str
    text: str
    note: str
    kind: str = ""
    further: tuple[str, ...] = ()


def item_verdict(item: AnalysisItem) -> Verdict:
    """The conclusion on one item."""
    flags = item.figures["flags"]
    codes = {flag["code"] for flag in flags}
    if codes & rules.SERIOUS:  # how hard an item is says nothing while its key is in doubt
        flags = [flag for flag in flags if flag["code"] not in {"very_hard", "hard", "easy", "attractive_option"}]
    sentences = tuple(flag_sentence(item, flag) for flag in flags)
    text, further = sentences[0] if sentences else "", sentences[1:]
    note = _(
        "%(count)s candidates were given this item. Difficulty %(p)s (%(p_ci)s), correlation with the rest %(r)s "
        "(%(r_ci)s).",
        count=item.n,
        p=show_number(item.figures["difficulty"]),
        p_ci=show_interval(item.figures["difficulty_ci"]) or _("no interval"),
        r=show_number(item.figures["item_rest"]),
        r_ci=show_interval(item.figures["item_rest_ci"]) or _("no interval"),
    )
    if "too_few" in codes:
        return Verdict(_("Not enough data to judge."), text, note)
    if codes & rules.SERIOUS:
        return Verdict(_("Review before using it again."), text, note, "refusal", further)
    if codes & {"very_hard", "poor", "dif", "drift", "attractive_option"}:
        return Verdict(_("Worth a look before using it again."), text, note, "caution", further)
    if codes:
        return Verdict(_("Usable, with a remark."), text, note, further=further)
    if not rules.is_sound(item.figures["difficulty"], item.figures["d27"]):  # no flag, but for want of certainty
        return Verdict(
            _("Nothing is surely wrong with it."),
            _(
                "Its figures do not reach what counts as sound (difficulty from 0.3 to 0.7, discrimination D of at "
                "least 0.2), but the intervals leave that open. Use it again: the exams add up."
            ),
            note,
        )
    return Verdict(
        _("A sound item."), _("It is neither too hard nor too easy and tells the strong from the weak."), note
    )


def exam_verdict(run: AnalysisRun, items: list[AnalysisItem]) -> Verdict:
    """The conclusion on a whole exam: how many items discriminate, the 70 % rule, where to look."""
    summary = run.summary
    note = _(
        "Sound is an item with a difficulty from 0.3 to 0.7 and a discrimination of at least 0.2; a paper is "
        "acceptable when 70%% of its items are sound. Only items given to at least %(least)s candidates are judged.",
        least=rules.MINIMUM_N,
    )
    if not summary["judged"]:
        return Verdict(
            _("Not enough data to judge the items."),
            _(
                "%(count)s candidates were marked, but no item was given to %(least)s of them: every candidate had "
                "other items, or too few came. The figures below describe; they add up in the bank with every further "
                "exam.",
                count=run.n,
                least=rules.MINIMUM_N,
            ),
            note,
        )
    strong = _(
        "%(good)s of %(judged)s items tell the strong from the weak.",
        good=summary["discriminating"],
        judged=summary["judged"],
    )
    rule = (
        _("%(share)s of the items are sound: the paper is acceptable.", share=show_percent(summary["sound_share"]))
        if summary["is_acceptable"]
        else _(
            "%(share)s of the items are sound, fewer than the 70%% wanted.",
            share=show_percent(min(round(summary["sound_share"], 2), rules.SOUND_SHARE - 0.01)),  # 69.7 is not 70
        )
    )
    serious = [item for item in items if any(flag["code"] in rules.SERIOUS for flag in item.figures["flags"])]
    if not serious:
        calm = _("No item is under suspicion.")
        return Verdict(strong, f"{rule} {calm}", note)
    codes = ", ".join(item.item_version.item.code for item in serious[:5])
    if len(serious) > 5:
        codes = _("%(codes)s and %(count)s more", codes=codes, count=len(serious) - 5)
    look = _("Look at these before using them again: %(codes)s.", codes=codes)
    return Verdict(strong, f"{rule} {look}", note, "caution")


def reliability_sentence(summary: Mapping[str, Any]) -> str:
    """Alpha and what it means; or why there is none and what can be said instead."""
    if summary["alpha"] is not None:
        return _(
            "Reliability alpha %(alpha)s (%(interval)s): how far another paper of this kind would rank the learners "
            "alike. Two of three marks lie within about %(sem)s points of what the learner would get on average over "
            "many such papers.",
            alpha=show_number(summary["alpha"]),
            interval=show_interval(summary["alpha_ci"]) or _("no interval"),
            sem=show_number(summary["sem"]),
        )
    if summary["alpha_reason"] == "papers_differ" and summary["papers"]:
        return _(
            "Alpha is computed for each set of items, because the papers hold different items: one figure for all "
            "would describe a paper that nobody sat."
        )
    if summary["alpha_reason"] == "papers_differ":
        return _(
            "There is no alpha: almost every candidate had a paper with other items, and alpha describes one fixed "
            "set. What holds are the mean, the spread and each item's correlation with the rest of the own paper."
        )
    return _("There is no alpha: %(reason)s.", reason=reason_label(summary["alpha_reason"]))


def speed_sentence(summary: Mapping[str, Any]) -> str:
    """Whether the time sufficed; "" where runs of old did not look at it."""
    speed = summary.get("speed")
    if not speed or not speed["n"]:
        return ""
    words = {"share": show_percent(speed["finished"]), "interval": show_percents(speed["finished_ci"])}
    if speed["is_speeded"]:
        return _(
            "Time was too short: only %(share)s reached the end of the paper (%(interval)s), where "
            "four in five should.",
            **words,
        )
    if speed["is_speeded"] is None:
        return _("%(share)s reached the end of the paper (%(interval)s): too few to tell if time was short.", **words)
    return _("Time sufficed: %(share)s reached the end of the paper (%(interval)s).", **words)


def pooled_sentence(pooled: rules.Pooled) -> str:
    """One item over all its exams: the best estimate, how much of it is borrowed from the bank, whether exams agree."""
    if pooled.difficulty is None:
        return _("No exam has told anything about this version yet.")
    found = [_pooled_figures(pooled)]
    borrowed = max(one.borrowed for one in (pooled.difficulty, pooled.discrimination) if one)
    if borrowed >= 0.005:
        found.append(_borrowed_words(pooled.n, show_percent(borrowed)))
    if any(one and one.p is not None and one.p < 0.05 for one in (pooled.difficulty, pooled.discrimination)):
        found.append(_("The exams differ by more than chance, and the intervals are widened by that much."))
    return " ".join(found)


def _borrowed_words(n: int, share: str) -> str:
    if n < rules.MINIMUM_N:
        return _(
            "With so few answers up to %(share)s of it comes from what items of this bank are usually like.",
            share=share,
        )
    return _(
        "Up to %(share)s of it comes from what items of this bank are usually like; the more answers, the less.",
        share=share,
    )


def _pooled_figures(pooled: rules.Pooled) -> str:
    difficulty, r = pooled.difficulty, pooled.discrimination
    return ngettext(
        "In %(num)s exam with %(n)s candidates: difficulty %(p)s (%(p_ci)s), correlation with the rest %(r)s "
        "(%(r_ci)s).",
        "Over %(num)s exams with %(n)s candidates: difficulty %(p)s (%(p_ci)s), correlation with the rest %(r)s "
        "(%(r_ci)s).",
        pooled.exams,
        n=pooled.n,
        p=show_number(difficulty.value),
        p_ci=show_interval([difficulty.low, difficulty.high]),
        r=show_number(r.value if r else None),
        r_ci=show_interval([r.low, r.high]) if r else _("no interval"),
    )


def scale_sentence(summary: Mapping[str, Any]) -> str:
    """What the common scale of an exam with different papers allows to say; "" where nobody needs one."""
    scale = summary.get("scale")
    if not scale or scale["reason"] == "one_paper":
        return ""
    if scale["reason"] == "too_few_candidates":
        return _(
            "The papers differ, and %(count)s candidates are too few to put them on one scale; %(least)s are needed.",
            count=scale["n"], least=scale.get("least", rules.MINIMUM_CANDIDATES),
        )  # fmt: skip
    if scale["reason"]:
        return _("The papers differ and cannot be put on one scale: %(reason)s.", reason=reason_label(scale["reason"]))
    return _(
        "The papers differ. Beside each mark stands what its points amount to on all items of the exam: advice for "
        "those who set papers, never a mark (%(count)s candidates, reliability %(reliability)s).",
        count=scale["n"], reliability=show_number(scale["reliability"]),
    )  # fmt: skip


def calibration_sentence(summary: Mapping[str, Any]) -> str:
    """How far the items of a bank are on one scale, from the summary of its newest calibration."""
    if summary["reason"] == "too_few_candidates":
        return _(
            "The items of this bank are not on one scale yet: %(count)s candidates, %(least)s are needed.",
            count=summary["n"], least=rules.MINIMUM_CANDIDATES,
        )  # fmt: skip
    if summary["reason"]:
        return _("The items of this bank are not on one scale: %(reason)s.", reason=reason_label(summary["reason"]))
    told = _(
        "%(items)s items are on one scale, from %(count)s candidates of %(exams)s exams.",
        items=summary["items"], count=summary["n"], exams=summary["exams"],
    )  # fmt: skip
    if not summary["left_out"]:
        return told
    further = _(
        "%(count)s exams are left out: too small, or with too few items in common with the others.",
        count=summary["left_out"],
    )
    return f"{told} {further}"
