"""What a flag says, in a label and in plain sentences: what was seen, what to look at, and what it rests on."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from exambank.accounts.rules import Gender
from exambank.analysis import rules
from exambank.analysis.models import AnalysisItem
from exambank.analysis.service.numbers import show_interval, show_number, show_percent, show_percents

OF_SHARES = frozenset({"very_hard", "hard", "easy", "dead_option", "attractive_option", "speeded", "drift"})
"""Flags whose interval is one of shares, to be read in per cent."""
FLAG_SQUARES = {
    "miskey": "crossed", "negative": "crossed", "very_hard": "trouble", "dif": "trouble", "drift": "trouble",
    "attractive_option": "half", "poor": "half", "speeded": "half", "hard": "half", "easy": "half",
    "dead_option": "half", "exposed": "half", "too_few": "dashed",
}  # fmt: skip

Told = Mapping[str, Any]


def flag_label(code: str) -> str:
    """A flag in two or three words, for a table."""
    return {
        "miskey": _("key in doubt"),
        "negative": _("negative discrimination"),
        "very_hard": _("hardly anybody right"),
        "dif": _("differs between groups"),
        "drift": _("changed over the years"),
        "attractive_option": _("distractor chosen more than the key"),
        "poor": _("discriminates poorly"),
        "speeded": _("many did not reach it"),
        "hard": _("too hard"),
        "easy": _("too easy"),
        "dead_option": _("distractor hardly chosen"),
        "exposed": _("used too often"),
        "too_few": _("not enough data"),
    }[code]


def letters_of(item: AnalysisItem, tokens: list[str]) -> str:
    """The letters of options, as they stand in the item's own order."""
    known = {row["token"]: row["letter"] for row in item.options}
    return ", ".join(known[token] for token in tokens if token in known)


def flag_sentence(item: AnalysisItem, flag: Mapping[str, Any]) -> str:
    """What one flag says about this item and what to look at, then how many candidates and which interval say so."""
    told = rules.read_flag(flag)
    said = _SENTENCES[told["code"]](item, told)
    evidence = evidence_words(told)
    return f"{said} {evidence}" if evidence else said


def evidence_words(flag: Told) -> str:
    """What a flag rests on: of how many candidates, and the interval; "" for what runs of old did not keep."""
    evidence = flag["evidence"]
    if evidence.get("low") is None:
        return ""
    if flag["code"] == "exposed":
        return ""  # it counts exams, and says so itself
    show = show_percents if flag["code"] in OF_SHARES else show_interval
    words = {
        "n": show_number(evidence["n"], 0), "confidence": show_number(evidence["confidence"] * 100, 0),
        "interval": show([evidence["low"], evidence["high"]]),
    }  # fmt: skip
    if evidence.get("exams", 1) > 1 and flag["code"] in rules.SERIOUS:
        return _(
            "(%(exams)s exams together, %(n)s candidates; %(confidence)s%% interval %(interval)s.)",
            exams=evidence["exams"], **words,
        )  # fmt: skip
    return _("(%(n)s candidates; %(confidence)s%% interval %(interval)s.)", **words)


def _miskey(item: AnalysisItem, flag: Told) -> str:
    return _(
        "Strong learners turn to option %(letters)s more than to the key. Check whether the key was mistyped, and "
        "whether %(letters)s is right in some reading of the stem.",
        letters=letters_of(item, flag["options"]),
    )


def _negative(item: AnalysisItem, flag: Told) -> str:
    return _(
        "Learners who know more get it right less often: the correlation with the rest of the paper is %(value)s, "
        "surely below 0. Read stem, options and key again.",
        value=show_number(flag["evidence"].get("value", item.figures["item_rest"])),
    )


def _very_hard(item: AnalysisItem, flag: Told) -> str:
    return _(
        "Only %(share)s of the points were earned. Check the key first, then whether this was taught.",
        share=show_percent(item.figures["difficulty"]),
    )


def _poor(item: AnalysisItem, flag: Told) -> str:
    return _(
        "It hardly tells the strong from the weak: the best 27%% earned %(upper)s of its points, the weakest 27%% "
        "%(lower)s. Make the stem clearer or the distractors closer to real mistakes.",
        upper=show_percent(item.figures["upper_share"]),
        lower=show_percent(item.figures["lower_share"]),
    )


def _hard(item: AnalysisItem, flag: Told) -> str:
    return _(
        "It was hard: %(share)s of the points were earned. Keep it if it is meant to be demanding; otherwise "
        "make it plainer.",
        share=show_percent(item.figures["difficulty"]),
    )


def _easy(item: AnalysisItem, flag: Told) -> str:
    return _(
        "It was easy: %(share)s of the points were earned. Keep it if everybody must know this; otherwise ask "
        "for more.",
        share=show_percent(item.figures["difficulty"]),
    )


def _dead(item: AnalysisItem, flag: Told) -> str:
    return _(
        "Fewer than 5%% chose %(letters)s: replace it with a mistake that learners really make.",
        letters=letters_of(item, flag["options"]),
    )


def _attractive(item: AnalysisItem, flag: Told) -> str:
    return _(
        "More learners chose %(letters)s than the key; that the stronger ones do is not shown. Ask whether this "
        "mistake was dealt with in class, and whether the stem leads there.",
        letters=letters_of(item, flag["options"]),
    )


def _speeded(item: AnalysisItem, flag: Told) -> str:
    return _(
        "%(share)s did not come to this question before the time was over. Its figures tell of the time as well as of "
        "the question: look at the time allowed and the length of the paper.",
        share=show_percent(flag["evidence"]["value"]),
    )


def _drift(item: AnalysisItem, flag: Told) -> str:
    evidence = flag["evidence"]
    shares = {"now": show_percent(evidence["now"]), "earlier": show_percent(evidence["earlier"])}
    moved = (
        _(
            "It has become easier: %(now)s of the points now, %(earlier)s in earlier exams. Ask whether the question "
            "has become known, or is taught differently.",
            **shares,
        )
        if evidence["value"] > 0
        else _(
            "It has become harder: %(now)s of the points now, %(earlier)s in earlier exams. Ask whether the matter has "
            "changed (laws, documents), or is taught less.",
            **shares,
        )
    )
    if not evidence["common"]:
        return moved
    further = _("What all repeated items have in common is taken off: the class as a whole may be stronger or weaker.")
    return f"{moved} {further}"


def _dif(item: AnalysisItem, flag: Told) -> str:
    evidence = flag["evidence"]
    if evidence["grouping"] == "gender":
        return _dif_of_gender(evidence)
    group = group_words(evidence["grouping"], evidence["group"])
    if evidence["value"] < 0:
        return _(
            "It is harder for %(group)s than for others of the same strength. A reason to read it, no proof: was it "
            "taught or printed differently there?",
            group=group,
        )
    return _(
        "It is easier for %(group)s than for others of the same strength. A reason to read it, no proof: was it taught "
        "differently there, or known beforehand?",
        group=group,
    )


def _dif_of_gender(evidence: Mapping[str, Any]) -> str:
    """Of two groups the one with the harder item is named, whichever of them was compared with the other."""
    if (evidence["value"] < 0) == (evidence["group"] == Gender.FEMALE):
        return _(
            "It is harder for women than for men of the same strength. A reason to read it, no proof: does its "
            "situation or its wording rest on something that men know better from their work or daily life?"
        )
    return _(
        "It is harder for men than for women of the same strength. A reason to read it, no proof: does its situation "
        "or its wording rest on something that women know better from their work or daily life?"
    )


def group_words(grouping: str, label: str) -> str:
    """A group of candidates by name."""
    return {
        "class": _("class %(label)s", label=label),
        "unit": _("candidates of %(label)s", label=label),
        "paper": _("paper %(label)s", label=label),
    }[grouping]


def _exposed(item: AnalysisItem, flag: Told) -> str:
    evidence = flag["evidence"]
    return _(
        "It was given in %(exams)s of %(of)s exams of this module in %(months)s months: future candidates may know it. "
        "Let it rest, or write a variant.",
        exams=evidence["exams"], of=evidence["n"], months=evidence["months"],
    )  # fmt: skip


def _too_few(item: AnalysisItem, flag: Told) -> str:
    return _(
        "Only %(count)s candidates were given it; it can be judged from %(least)s on. Use it again: the exams add up.",
        count=item.n,
        least=rules.MINIMUM_N,
    )


_SENTENCES: dict[str, Callable[[AnalysisItem, Told], str]] = {
    "miskey": _miskey,
    "negative": _negative,
    "very_hard": _very_hard,
    "dif": _dif,
    "drift": _drift,
    "attractive_option": _attractive,
    "poor": _poor,
    "speeded": _speeded,
    "hard": _hard,
    "easy": _easy,
    "dead_option": _dead,
    "exposed": _exposed,
    "too_few": _too_few,
}
