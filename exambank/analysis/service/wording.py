"""The sentences of analysis, in one place: what a figure means and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from exambank.analysis import rules
from exambank.analysis.models import AnalysisItem, AnalysisRun

BANDS = ("0-3,9", "4-4,9", "5-6,4", "6,5-7,9", "8-10")


def show_number(value: float | None, places: int = 2) -> str:
    """A figure with the reader's decimal sign and a true minus; a missing one is a hyphen."""
    if value is None:
        return "-"
    shown = format_decimal(round(value, places) + 0.0, format="0." + "0" * places if places else "0")
    return shown.replace("-", "\u2212")


def show_percent(share: float | None) -> str:
    """A share in whole per cent."""
    return "-" if share is None else f"{show_number(share * 100, 0)}\u00a0%"


def show_interval(ends: list[float] | None, places: int = 2) -> str:
    """An interval in brackets; nothing where there is none."""
    if not ends:
        return ""
    return _("from %(low)s to %(high)s", low=show_number(ends[0], places), high=show_number(ends[1], places))


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
    }[code]


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


def flag_label(code: str) -> str:
    """A flag in two or three words, for a table."""
    return {
        "miskey": _("key in doubt"),
        "negative": _("negative discrimination"),
        "very_hard": _("hardly anybody right"),
        "poor": _("discriminates poorly"),
        "hard": _("too hard"),
        "easy": _("too easy"),
        "dead_option": _("distractor hardly chosen"),
        "too_few": _("not enough data"),
    }[code]


FLAG_SQUARES = {
    "miskey": "crossed", "negative": "crossed", "very_hard": "trouble", "poor": "half", "hard": "half", "easy": "half",
    "dead_option": "half", "too_few": "dashed",
}  # fmt: skip


def letters_of(item: AnalysisItem, tokens: list[str]) -> str:
    """The letters of options, as they stand in the item's own order."""
    known = {row["token"]: row["letter"] for row in item.options}
    return ", ".join(known[token] for token in tokens if token in known)


def flag_sentence(item: AnalysisItem, flag: Mapping[str, Any]) -> str:
    """What one flag says about this item, and what to do."""
    figures, letters = item.figures, letters_of(item, flag["options"])
    code = flag["code"]
    if code == "miskey":
        return _(
            "Strong learners turn to option %(letters)s more than to the key. Check whether the key was mistyped, and "
            "whether %(letters)s is right in some reading of the stem.",
            letters=letters,
        )
    if code == "negative":
        return _(
            "Learners who know more get it right less often: the correlation with the rest of the paper is %(value)s, "
            "surely below 0. Read stem, options and key again.",
            value=show_number(figures["item_rest"]),
        )
    if code == "very_hard":
        return _(
            "Only %(share)s of the points were earned. Check the key first, then whether this was taught.",
            share=show_percent(figures["difficulty"]),
        )
    if code == "poor":
        return _(
            "It hardly tells the strong from the weak: the best 27%% earned %(upper)s of its points, the weakest 27%% "
            "%(lower)s. Make the stem clearer or the distractors closer to real mistakes.",
            upper=show_percent(figures["upper_share"]),
            lower=show_percent(figures["lower_share"]),
        )
    if code == "hard":
        return _(
            "It was hard: %(share)s of the points were earned. Keep it if it is meant to be demanding; otherwise "
            "make it plainer.",
            share=show_percent(figures["difficulty"]),
        )
    if code == "easy":
        return _(
            "It was easy: %(share)s of the points were earned. Keep it if everybody must know this; otherwise ask "
            "for more.",
            share=show_percent(figures["difficulty"]),
        )
    if code == "dead_option":
        return _(
            "Fewer than 5%% chose %(letters)s: replace it with a mistake that learners really make.", letters=letters
        )
    return _(
        "Only %(count)s candidates were given it; it can be judged from %(least)s on. Use it again: the exams add up.",
        count=item.n,
        least=rules.MINIMUM_N,
    )


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
        flags = [flag for flag in flags if flag["code"] not in {"very_hard", "hard", "easy"}]
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
    if codes & {"very_hard", "poor"}:
        return Verdict(_("Worth a look before using it again."), text, note, "caution", further)
    if codes:
        return Verdict(_("Usable, with a remark."), text, note, further=further)
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
            "%(share)s of the items are sound, fewer than the 70%% wanted.", share=show_percent(summary["sound_share"])
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
            "alike. A single mark is sure to about %(sem)s points either way.",
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
