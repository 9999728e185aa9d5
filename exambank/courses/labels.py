"""The sentences of courses, in one place: what is wrong with rules, what each rule means, why somebody may not sit."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from exambank import text
from exambank.courses.rules import CellProblem, Problem, Reason, RegulationRules, Rung, share_text

WORDS = {
    "course_module": {
        "course_module": _l("course module"),
        "study_part": _l("study part"),
        "subject": _l("subject"),
        "thematic_unit": _l("thematic unit"),
        "module": _l("vocational module"),
    },
    "learner": {
        "learner": _l("learner"),
        "student": _l("student"),
        "participant": _l("participant"),
    },
    "cohort": {"cohort": _l("class"), "intake": _l("intake")},
}

PRESET_LABELS = {
    "political_school": _l("Intermediate political theory, provincial school"),
    "elementary": _l("Elementary political theory, district centre"),
    "university": _l("University, circular 08/2021"),
    "vju": _l("Vietnam Japan University, decision 1132 of 2025"),
    "college": _l("College: tests 0.4, periodic tests count twice"),
    "professional": _l("Professional examination: the exam alone, quarters of a point"),
}

FIELDS = {
    "pass_mark": _l("Pass mark"),
    "scale_max": _l("Highest mark"),
    "components": _l("Component marks"),
    "exam_weight": _l("Weight of the exam"),
    "rounding": _l("Rounding"),
    "letters": _l("Letters"),
    "classification": _l("Classification"),
    "minimum_attendance": _l("Minimum attendance"),
    "minimum_component": _l("Minimum of the components"),
    "attempts": _l("Attempts"),
    "late_entry_seconds": _l("Late entry"),
    "earliest_leave_share": _l("Earliest leave"),
    "flush_window_seconds": _l("Collecting window"),
    "grace_seconds": _l("Grace for lost connections"),
    "extension_cap_seconds": _l("Time one person may give back"),
    "offences": _l("Offences"),
}

_PROBLEMS = {
    "not_rules": _l("This part is missing or cannot be read."),
    "not_list": _l("This list is missing or cannot be read."),
    "unknown_rule": _l("This version of the program knows no such rule."),
    "not_whole": _l('"%(value)s" is not a whole number. Example: 2.'),
    "not_number": _l('"%(value)s" is not a mark. Example: 5 or 8,5.'),
    "not_share": _l('"%(value)s" is not a share. Write 0,4 or 40%% or 2/5.'),
    "too_fine": _l("%(value)s has more than four decimals."),
    "negative": _l("%(value)s is negative; the least is %(least)s."),
    "too_low": _l("%(value)s is too low; the least is %(least)s."),
    "not_positive": _l("%(value)s must be more than 0."),
    "too_high": _l("%(value)s is too high; the most is %(most)s."),
    "bad_code": _l("This needs another name: no code can be made of it."),
    "double_code": _l("Two of them would have the same code. Change one name."),
    "no_name": _l("This name is missing."),
    "long_name": _l("The name is too long: at most %(most)s characters."),
    "double_name": _l('The name "%(value)s" is given twice.'),
    "unordered": _l("%(value)s stands below %(above)s and must be less: write the ladder from the highest mark down."),
    "open_ladder": _l("The last step must begin at 0, or marks below %(value)s would have no name."),
    "wrong_sum": _l(
        "The weights of the components and of the exam add up to %(total)s instead of exactly 1 "
        "(difference: %(missing)s)."
    ),
}

_CELL_PROBLEMS = {
    "not_enrolled": _l("This person is not in the class."),
    "unknown_component": _l("The regulation of this class knows no such component."),
    "not_number": _l('"%(value)s" is not a mark. Example: 8,5.'),
    "not_whole": _l('"%(value)s" is not a whole number of periods.'),
    "out_of_scale": _l("%(value)s is outside the scale from 0 to %(limit)s."),
    "too_fine": _l("%(value)s has more than four decimals."),
    "too_many": _l("%(value)s is more than the %(limit)s periods taught."),
    "changed_meanwhile": _l('Somebody else changed this cell to "%(value)s" after you opened the page.'),
}

_REMARKS = {
    "": "",
    "exam_missing": _l("No exam mark yet"),
    "component_missing": _l("A component mark is missing"),
}


def nameless_school() -> str:
    """What a page is headed with before set-up."""
    return _("Our school")


def school_word(word: str, chosen: str | None) -> str:
    """The chosen word: one of the presets, the school's own, or the usual one."""
    presets = WORDS[word]
    return str(presets[chosen]) if chosen in presets else (chosen or str(presets[word]))


def show_points(points: Decimal, places: int = 0) -> str:
    """A mark with the reader's decimal sign."""
    return text.format_points(points, str(get_locale()), places)


def show_share(share: Fraction) -> str:
    """A share as people read it: in per cent where that is exact, else as a fraction."""
    percent = share_text(share * 100)
    return share_text(share) if "/" in percent else f"{show_points(Decimal(percent))}\u00a0%"


def show_weight(weight: Fraction) -> str:
    """A weight as regulations print it: 0,4, or 2/15 where decimals cannot say it."""
    shown = share_text(weight)
    return shown if "/" in shown else show_points(Decimal(shown))


def show_rough(value: Fraction) -> str:
    """An exact value to two decimals, for a sentence; never for a calculation."""
    return show_points((Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.01")))


def _localized(values: dict[str, str]) -> dict[str, str]:
    """Marks inside a sentence get the reader's decimal sign."""
    shown = {}
    for name, value in values.items():
        try:
            shown[name] = show_points(text.parse_points(value))
        except ValueError:
            shown[name] = value
    return shown


def problem_message(problem: Problem) -> str:
    """What is wrong, without naming the field (for beside the field)."""
    return str(_PROBLEMS[problem.code]) % _localized(dict(problem.values))


def problem_sentence(problem: Problem) -> str:
    """What is wrong, with the field's name."""
    field = problem.field.partition(".")[0]
    return f"{FIELDS.get(field, field)}: {problem_message(problem)}"


def cell_sentence(problem: CellProblem) -> str:
    """What is wrong with a cell of the mark sheet."""
    values = _localized({"value": problem.value, "limit": problem.limit})
    return str(_CELL_PROBLEMS[problem.code]) % values


def remark_label(code: str) -> str:
    """Why there is no module grade."""
    return str(_REMARKS[code])


def reason_sentence(reason: Reason) -> str:
    """Why a learner may not sit the exam, with the figures."""
    values: dict[str, Any] = dict(reason.values)
    if reason.code == "attendance_low":
        return _(
            "Missed %(absent)s of %(periods)s periods; at least %(minimum)s attendance is required.",
            absent=values["absent"], periods=values["periods"], minimum=show_share(values["minimum"]),
        )  # fmt: skip
    if reason.code == "component_missing":
        return _('No mark for "%(name)s" yet.', name=values["name"])
    if reason.code == "component_low":
        return _('"%(name)s" is %(value)s; the least is %(minimum)s.', name=values["name"],
                 value=show_rough(Fraction(values["value"])), minimum=show_points(values["minimum"]))  # fmt: skip
    return _("The components average %(value)s; the least is %(minimum)s.",
             value=show_rough(values["value"]), minimum=show_points(values["minimum"]))  # fmt: skip


def step_label(step: Decimal) -> str:
    """A rounding step in words."""
    if step == Decimal("0.0001"):
        return _("not rounded (kept to four decimals)")
    return _("to the nearest %(step)s, half upwards", step=show_points(step))


def explain(rules: RegulationRules) -> list[tuple[str, str]]:
    """Each rule with the sentence a person would say aloud."""
    parts = [f"{one.name} × {show_weight(one.weight)}" for one in rules.components]
    if rules.exam_weight:
        parts.append(_("exam mark") + f" × {show_weight(rules.exam_weight)}")
    return [
        (_("Module grade"), " + ".join(parts) + "."),
        (_("Pass mark"), _("A grade of %(mark)s or more out of %(top)s passes.", mark=show_points(rules.pass_mark),
                           top=show_points(rules.scale_max))),
        (_("Rounding"), _("The exam mark is rounded %(exam)s; the module grade %(module)s.",
                          exam=step_label(rules.rounding.exam), module=step_label(rules.rounding.module))),
        (_("Letters"), _ladder(rules.letters) or _("No letters: grades stay on the scale of marks.")),
        (_("Classification"), _ladder(rules.classification) or _("Grades are not classified.")),
        (_("Minimum attendance"), _attendance(rules)),
        (_("Minimum of the components"), _minimum(rules)),
        (_("Attempts"), _("A learner may sit the exam of a module %(count)s times at most.", count=rules.attempts)),
        (_("Late entry"), _late(rules)),
        (_("Earliest leave"), _("A candidate may leave after %(share)s of the time has passed.",
                                share=show_share(rules.earliest_leave_share))),
        (_("Collecting the answers"), _(
            "At the end the server takes answers already on their way for %(flush)s seconds; after that, answers kept "
            "on a disconnected machine are collected for %(grace)s seconds.",
            flush=rules.flush_window_seconds, grace=rules.grace_seconds)),
        (_("Time given back"), _("One person may give a candidate %(minutes)s minutes in all; above that a second "
                                 "person agrees.", minutes=show_weight(Fraction(rules.extension_cap_seconds, 60)))),
        (_("Offences"), _offences(rules) or _("None: invigilators have no catalogue to record from.")),
    ]  # fmt: skip


def _ladder(rungs: tuple[Rung, ...]) -> str:
    steps = [_("%(name)s from %(mark)s", name=rung.name, mark=show_points(rung.at_least)) for rung in rungs]
    return ", ".join(steps) + "." if steps else ""


def _offences(rules: RegulationRules) -> str:
    lines = [
        _("%(name)s: up to %(share)s of the mark", name=one.name, share=show_share(one.deduction))
        + (_(", ends the sitting") if one.ends_sitting else "")
        for one in rules.offences
    ]
    return "; ".join(lines) + "." if lines else ""


def _attendance(rules: RegulationRules) -> str:
    if not rules.minimum_attendance:
        return _("Attendance does not decide who may sit the exam.")
    return _("Whoever attended less than %(share)s of the periods may not sit the exam.",
             share=show_share(rules.minimum_attendance))  # fmt: skip


def _minimum(rules: RegulationRules) -> str:
    minimum = rules.minimum_component
    if minimum is None:
        return _("Component marks do not decide who may sit the exam.")
    mark = show_points(minimum.value)
    if minimum.scope == "average":
        return (
            _("The average of the components must be above %(mark)s to sit the exam.", mark=mark)
            if minimum.is_above
            else _("The average of the components must be at least %(mark)s to sit the exam.", mark=mark)
        )
    return (
        _("Every component must be above %(mark)s to sit the exam.", mark=mark)
        if minimum.is_above
        else _("Every component must be at least %(mark)s to sit the exam.", mark=mark)
    )


def _late(rules: RegulationRules) -> str:
    if not rules.late_entry_seconds:
        return _("Nobody may enter after the exam has started.")
    return _(
        "A candidate may enter until %(duration)s after the start.", duration=show_duration(rules.late_entry_seconds)
    )


def show_duration(seconds: int) -> str:
    """Minutes where they are whole, else seconds."""
    if seconds % 60:
        return _("%(count)s seconds", count=seconds)
    return _("%(count)s minutes", count=seconds // 60)
