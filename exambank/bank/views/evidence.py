"""What speaks against an item, in plain sentences: each with its figure, the interval and n."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from exambank.bank import labels
from exambank.bank.interactions.base import place_name
from exambank.bank.models import ItemConcern, ItemVersion
from exambank.bank.rules import concerns as rules
from exambank.bank.rules.concerns import Evidence
from exambank.bank.rules.figures import FLAGS
from exambank.bank.views.blueprint import bp, show_figure


@dataclass(frozen=True)
class Told:
    """One piece of evidence as a page shows it; ``who`` is the person's name where a person said it."""

    label: str
    sentence: str
    figures: str
    who: str
    exam: str
    is_pooled: bool
    at: datetime | None


def evidence_of(concern: ItemConcern, names: Mapping[str, str]) -> list[Told]:
    """What a concern rests on, the newest of each kind, oldest first; ``names``: of those who said something."""
    letters = _letters(concern.item_version)
    return [
        Told(
            concern_label(one.code), one.note or _sentence(one, letters), _figures(one), names.get(one.by, ""),
            one.exam, one.is_pooled, _moment(one.at),
        )
        for one in rules.newest_evidence([rules.read_evidence(row) for row in concern.evidence])
    ]  # fmt: skip


def _moment(at: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _letters(version: ItemVersion) -> dict[str, str]:
    options = version.content.get("options") or ()
    return {row["token"]: place_name(place) for place, row in enumerate(options)}


def _sentence(one: Evidence, letters: Mapping[str, str]) -> str:
    named = ", ".join(sorted(letters.get(option, option) for option in one.options))
    if one.code == "key_suspect" and named:
        return key_suspect_words(named)
    if one.code == "option_accepted":
        return _(
            "When the exam was marked, option %(letters)s was accepted as right too. The text still has the old key: "
            "mend it as a new version, or the next exam repeats the mistake.",
            letters=named,
        )
    return {
        "answer_accepted": lambda: _(
            "When the exam was marked, further answers were accepted. The item still takes only the old ones: mend it "
            "as a new version."
        ),
        "credited": lambda: _(
            "When the exam was marked, everybody was given the points of this item, because it was faulty. Mend it as "
            "a new version or take it out of use."
        ),
        "key_suspect": lambda: _("Strong learners choose another option more than the right answer: check the key."),
        "negative_discrimination": lambda: _(
            "Those who know more earn less here. Read the question, the options and the key again before it is used."
        ),
        "too_hard": lambda: _("It is surely hard: check the key first, then whether this was taught."),
        "too_easy": lambda: _("It is surely easy: does the question give its own answer away?"),
        "low_discrimination": lambda: _("It hardly tells strong from weak learners: is the question clear?"),
        "dead_distractor": lambda: _("Hardly anybody chooses one of the wrong options."),
    }.get(one.code, lambda: _("The statistics of an exam stand out. The report says why."))()


def key_suspect_words(letters: str) -> str:
    """What to look at where strong learners prefer these options to the key."""
    return _(
        "Strong learners choose option %(letters)s more than the right answer: check the key, and whether "
        "%(letters)s is right in some reading of the question.",
        letters=letters,
    )


def _figures(one: Evidence) -> str:
    """The figure with its interval and the number of responses, as far as they are known."""
    n = "" if one.n is None else _("n = %(count)s", count=one.n)
    if one.value is None or one.code == rules.REPORTED:
        return n
    figure = {
        "key_suspect": lambda: _("The option's correlation minus that of the key: %(value)s", value=_of(one)),
        "too_hard": lambda: _("Share of the points earned: %(value)s", value=_of(one)),
        "too_easy": lambda: _("Share of the points earned: %(value)s", value=_of(one)),
        "negative_discrimination": lambda: _("Correlation with the rest of the paper: %(value)s", value=_of(one)),
        "low_discrimination": lambda: _("Correlation with the rest of the paper: %(value)s", value=_of(one)),
    }.get(one.code, lambda: _of(one))()
    return "; ".join(part for part in (figure, n) if part)


def _of(one: Evidence) -> str:
    value = show_figure(one.value)
    if one.low is None:
        return value
    return _(
        "%(value)s (%(level)s%% interval %(low)s to %(high)s)",
        level=round(100 * (one.confidence or 0.95)),
        value=value,
        low=show_figure(one.low),
        high=show_figure(one.high),
    )


def concern_label(code: str) -> str:
    """What speaks against an item, in two or three words."""
    if code == rules.REPORTED:
        return _("a person asks")
    if code in {"option_accepted", "answer_accepted", "credited"}:
        return _("marks of an exam corrected")
    return labels.flag_label(code) if code in FLAGS else _("stands out in the statistics")


def labels_of(concern: ItemConcern) -> list[str]:
    """The codes of a concern in words, each once."""
    return list(dict.fromkeys(concern_label(code) for code in concern.codes))


def outcome_label(outcome: str) -> str:
    """How a concern ended."""
    return {
        rules.KEPT: _("sound, stays in use"),
        rules.REVISED: _("a new version replaced it"),
        rules.SUSPENDED: _("suspended"),
        rules.RETIRED: _("retired"),
        rules.WITHDRAWN: _("taken back"),
    }[outcome]


OUTCOME_SQUARES = {
    rules.KEPT: "ticked", rules.REVISED: "full", rules.SUSPENDED: "crossed", rules.RETIRED: "dashed",
    rules.WITHDRAWN: "empty",
}  # fmt: skip


@bp.context_processor
def _evidence_in_templates() -> dict:
    return {
        "concern_labels": labels_of,
        "outcome_label": outcome_label,
        "outcome_square": OUTCOME_SQUARES.get,
    }
