"""The form that edits every rule of a Regulation."""

from fractions import Fraction
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, StringField

from exambank import text
from exambank.courses import labels
from exambank.courses.forms.fields import REQUIRED, Choice, at_most, choices
from exambank.courses.rules import RoomRules, RulesInvalid, share_text
from exambank.web import BaseForm

STEPS = ("0.0001", "0.01", "0.1", "0.25", "0.5", "1")


class _PlainForm(Form):
    class Meta(Form.Meta):
        bind_field = BaseForm.Meta.bind_field


class ComponentRow(_PlainForm):
    code = HiddenField()
    name = StringField(_l("Component"))
    weight = StringField(_l("Weight"))


class RungRow(_PlainForm):
    at_least = StringField(_l("From this mark"))
    name = StringField(_l("Name"))


class OffenceRow(_PlainForm):
    code = HiddenField()
    name = StringField(_l("Offence"))
    deduction = StringField(_l("Costs up to, share of the mark"))
    ends = BooleanField(_l("Ends the sitting"))


class RegulationForm(BaseForm):
    """Every rule as text, so that whatever was typed comes back with its error."""

    title = StringField(_l("Title"), [REQUIRED, at_most(300)])
    scale_max = StringField(_l("Highest mark"), [REQUIRED])
    pass_mark = StringField(_l("Pass mark"), [REQUIRED])
    components = FieldList(FormField(ComponentRow), label=_l("Component marks"))
    exam_weight = StringField(_l("Weight of the exam"), [REQUIRED])
    rounding_exam = Choice(_l("Round the exam mark"), [REQUIRED])
    rounding_module = Choice(_l("Round the module grade"), [REQUIRED])
    letters = FieldList(FormField(RungRow), label=_l("Letters"))
    classification = FieldList(FormField(RungRow), label=_l("Classification"))
    minimum_attendance = StringField(_l("Minimum attendance"), [REQUIRED])
    minimum_kind = Choice(
        _l("Minimum of the components"),
        [REQUIRED],
        choices=choices(
            [
                ("none", _l("no minimum")),
                ("average", _l("the average must be at least")),
                ("average_above", _l("the average must be above")),
                ("each", _l("each must be at least")),
                ("each_above", _l("each must be above")),
            ]
        ),
    )
    minimum_value = StringField(_l("This mark"))
    attempts = StringField(_l("Attempts"), [REQUIRED])
    late_entry_minutes = StringField(_l("Late entry, minutes"), [REQUIRED])
    earliest_leave_share = StringField(_l("Earliest leave, share of the time"), [REQUIRED])
    flush_window_seconds = StringField(_l("Collecting window, seconds"), [REQUIRED])
    grace_seconds = StringField(_l("Grace for lost connections, seconds"), [REQUIRED])
    extension_cap_minutes = StringField(_l("Time one person may give back, minutes"), [REQUIRED])
    offences = FieldList(FormField(OffenceRow), label=_l("Offences"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in (self.rounding_exam, self.rounding_module):
            steps = STEPS if field.data in (None, *STEPS) else (*STEPS, field.data)
            field.choices = choices((step, labels.step_label(_decimal(step))) for step in steps if _decimal(step))

    @classmethod
    def of(cls, title: str, rules: dict[str, Any]) -> "RegulationForm":
        """The form filled with a version's rules, with room for further rows."""
        minimum = rules["minimum_component"]
        minimum = {"value": minimum} if isinstance(minimum, str) else (minimum or {})
        kind = minimum.get("scope", "average") + ("_above" if minimum.get("is_above") else "")
        room = _room_of(rules)
        form = cls(
            title=title,
            scale_max=_points_shown(rules["scale_max"]),
            pass_mark=_points_shown(rules["pass_mark"]),
            components=[{**one, "weight": _share_shown(one["weight"])} for one in rules["components"]],
            exam_weight=_share_shown(rules["exam_weight"]),
            rounding_exam=_step(rules["rounding"]["exam"]),
            rounding_module=_step(rules["rounding"]["module"]),
            letters=_rows_shown(rules["letters"]),
            classification=_rows_shown(rules["classification"]),
            minimum_attendance=_share_shown(rules["minimum_attendance"]),
            minimum_kind=kind if minimum else "none",
            minimum_value=_points_shown(minimum.get("value", "")),
            attempts=str(rules["attempts"]),
            late_entry_minutes=_minutes_shown(rules["late_entry_seconds"]),
            earliest_leave_share=_share_shown(rules["earliest_leave_share"]),
            flush_window_seconds=str(rules["flush_window_seconds"]),
            grace_seconds=str(rules["grace_seconds"]),
            extension_cap_minutes=_minutes_shown(room["extension_cap_seconds"]),
            offences=[{**one, "deduction": _share_shown(one["deduction"])} for one in room["offences"]],
        )
        form.make_room()
        return form

    def make_room(self) -> None:
        """Two empty rows at the end of each list; empty rows are no rules."""
        for rows in (self.components, self.letters, self.classification, self.offences):
            for _row in range(2):
                rows.append_entry()

    def as_rules(self) -> dict[str, Any]:
        """What was typed, as the JSON that ``RegulationRules.parse`` judges; the unreadable stays as typed."""
        return {
            "scale_max": _read_points(self.scale_max.data),
            "pass_mark": _read_points(self.pass_mark.data),
            "components": self._components(),
            "exam_weight": _read_share(self.exam_weight.data),
            "rounding": {"exam": self.rounding_exam.data, "module": self.rounding_module.data},
            "letters": _read_rows(self.letters),
            "classification": _read_rows(self.classification),
            "minimum_attendance": _read_share(self.minimum_attendance.data),
            "minimum_component": self._minimum(),
            "attempts": self.attempts.data,
            "late_entry_seconds": _read_minutes(self.late_entry_minutes.data),
            "earliest_leave_share": _read_share(self.earliest_leave_share.data),
            "flush_window_seconds": self.flush_window_seconds.data,
            "grace_seconds": self.grace_seconds.data,
            "extension_cap_seconds": _read_minutes(self.extension_cap_minutes.data),
            "offences": [
                {
                    "code": code,
                    "name": row.name.data,
                    "deduction": _read_share(row.deduction.data),
                    "ends": row.ends.data,
                }
                for code, row in _coded(self.offences)
            ],
        }

    def _components(self) -> list[dict[str, str]]:
        return [
            {"code": code, "name": row.name.data, "weight": _read_share(row.weight.data)}
            for code, row in _coded(self.components)
        ]

    def _minimum(self) -> dict[str, Any] | None:
        kind = self.minimum_kind.data
        if kind == "none":
            return None
        scope, _sep, above = kind.partition("_")
        return {"value": _read_points(self.minimum_value.data), "scope": scope, "is_above": bool(above)}

    def put_problems(self, error: RulesInvalid) -> None:
        """Each problem beside the field it is about."""
        for problem in error.problems:
            field = self._field_of(problem.field)
            message = labels.problem_message(problem)
            field.errors = [*field.errors, message]
            whole = self._fields.get(problem.field.partition(".")[0])
            if isinstance(whole, FieldList) and whole is not field:  # the summary on top lists whole fields only
                whole.errors = [*whole.errors, message]

    def _field_of(self, path: str):
        name, _dot, rest = path.partition(".")
        renamed = {"rounding": f"rounding_{rest}", "late_entry_seconds": "late_entry_minutes",
                   "minimum_component": "minimum_value", "extension_cap_seconds": "extension_cap_minutes"}  # fmt: skip
        field = self[renamed.get(name, name)]
        if not rest or not isinstance(field, FieldList):
            return field
        at, _dot, part = rest.partition(".")
        row = [one for one in field if _is_filled(one.form)][int(at)]
        return row.form[{"code": "name", "": "at_least"}.get(part, part)]


def _is_filled(row: Form) -> bool:
    return any(field.data for field in row if field.short_name != "code")


def _coded(rows: FieldList) -> list[tuple[str, Form]]:
    """The rows that hold something, each with its code: the one it has, or one made of its name."""
    filled = [row.form for row in rows if _is_filled(row.form)]
    taken = {row.code.data for row in filled if row.code.data}
    found = []
    for row in filled:
        code = row.code.data or _code_of(row.name.data or "", taken)
        taken.add(code)
        found.append((code, row))
    return found


def _room_of(rules: dict[str, Any]) -> dict[str, Any]:
    """The room's rules with the usual catalogue and limit, where the version was written before it had its own."""
    known = ("late_entry_seconds", "earliest_leave_share", "flush_window_seconds", "grace_seconds")
    newer = ("extension_cap_seconds", "offences")
    return RoomRules.parse({key: rules[key] for key in (*known, *newer) if key in rules}).as_dict()


def _decimal(typed: str):
    try:
        return text.parse_points(typed)
    except ValueError:
        return None


def _step(kept: str) -> str:
    """A step as the choices spell it: 0.10 is 0.1."""
    return next((step for step in STEPS if _decimal(step) == _decimal(kept)), kept)


def _points_shown(kept: str) -> str:
    value = _decimal(kept)
    return kept if value is None else labels.show_points(value)


def _share_shown(kept: str) -> str:
    return labels.show_weight(Fraction(kept))


def _minutes_shown(seconds: int) -> str:
    return labels.show_weight(Fraction(seconds, 60))


def _rows_shown(rungs: list) -> list[dict[str, str]]:
    return [{"at_least": _points_shown(mark), "name": name} for mark, name in rungs]


def _read_points(typed: str | None) -> str:
    value = _decimal(typed or "")
    return (typed or "") if value is None else f"{value:f}"


def _read_share(typed: str | None) -> str:
    """0,4 or 40% or 2/5; anything else stays as typed and is refused by the rules."""
    typed = (typed or "").replace("\u00a0", " ").strip()
    percent = _decimal(typed.removesuffix("%").strip()) if typed.endswith("%") else None
    if percent is not None:
        return share_text(Fraction(percent) / 100)
    return "/".join(part.strip() for part in typed.split("/")) if "/" in typed else _read_points(typed)


def _read_minutes(typed: str | None) -> Any:
    value = _decimal(typed or "")
    seconds = None if value is None else value * 60
    return typed if seconds is None or seconds % 1 else int(seconds)


def _read_rows(rows: FieldList) -> list[list[str]]:
    filled = [row.form for row in rows if row.form.at_least.data or row.form.name.data]
    return [[_read_points(row.at_least.data), row.name.data] for row in filled]


def _code_of(name: str, taken: set[str]) -> str:
    """A code that files can name: letters of the component's name, made unique."""
    letters = "".join(char if char.isascii() and char.isalnum() else "_" for char in text.search_key(name))
    base = "_".join(part for part in letters.split("_") if part)[:34].strip("_")
    base = base if base[:1].isalpha() else f"c_{base}".strip("_")
    code, at = base, 2
    while code in taken:
        code, at = f"{base}_{at}", at + 1
    return code
