"""The form of what a blueprint demands of papers beside its cells."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from exambank import text, web
from exambank.assembly import service
from exambank.assembly.forms.fields import Whole, at_most
from exambank.assembly.rules import demands as rules
from exambank.assembly.rules.demands import BALANCED, Demands
from exambank.web import BaseForm

FIXED_ALLOWED = 60
BLANK_FIXED = 2
_FIXED = re.compile(r"fixed-(\d{1,3})-(code|place)")
_NUMBERS = (
    "papers_per_item", "overlap", "days_apart", "sittings_apart", "max_use_count", "distinct_items", "max_same_key_run",
)  # fmt: skip


@dataclass
class FixedRow:
    """An item that is to stand in every paper, as typed."""

    number: int
    code: str = ""
    place: str = ""
    error: str = ""

    def name(self, of: str) -> str:
        """The name of a field of this row, also its id."""
        return f"fixed-{self.number}-{of}"


def _whole(label) -> Whole:
    return Whole(label, [Optional()])


class DemandsForm(BaseForm):
    """Balance, limits, order and codes; an empty number is no demand. ``problems`` names what rules say is wrong."""

    balance = SelectMultipleField(
        _l("Papers are to be alike in"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        choices=[],
    )
    tolerance = StringField(_l("Tolerance in per cent"))
    theta = StringField(_l("At the abilities"), [at_most(80)])
    papers_per_item = _whole(_l("Papers with the same question at most"))
    overlap = _whole(_l("Common questions of two papers at most"))
    distinct_items = _whole(_l("Different questions in all papers together at most"))
    days_apart = _whole(_l("Not used for so many days"))
    sittings_apart = _whole(_l("Not used in so many last exams"))
    max_use_count = _whole(_l("Used so many times at most"))
    max_same_key_run = _whole(_l("Equal keys in a row at most"))
    shuffle_items = BooleanField(_l("Shuffle the questions inside their part"))
    shuffle_options = BooleanField(_l("Shuffle the options"))
    code_prefix = StringField(_l("Codes begin with"))
    code_start = Whole(_l("First number"))
    code_step = Whole(_l("Step"))
    seen = HiddenField()

    @classmethod
    def open(cls, demands: Demands, fixed: Sequence[service.Fixed], seen: str) -> "DemandsForm":
        """The form over what was sent, or over stored demands."""
        locale = str(get_locale())
        form = cls(data={
            **demands.as_dict(), "tolerance": text.format_points(rules.percent_of(demands.tolerance), locale),
            "theta": "; ".join(_ability(one, locale) for one in demands.theta), "seen": seen,
        })  # fmt: skip
        form.balance.choices = [(name, service.balance_label(name)) for name in BALANCED]
        if request.method == "POST":
            form.fixed = _read_fixed()
        else:
            form.fixed = [FixedRow(at, code, str(place or "")) for at, (code, place) in enumerate(fixed)]
        form.add_fixed(max(0, BLANK_FIXED - sum(not row.code for row in form.fixed)))
        return form

    def add_fixed(self, count: int) -> None:
        """More blank rows for fixed items."""
        start = max((row.number for row in self.fixed), default=-1) + 1
        room = FIXED_ALLOWED - len(self.fixed)
        self.fixed += [FixedRow(start + at) for at in range(min(count, room))]

    def validate(self, extra_validators=None) -> bool:
        """The fields, then what the rules say of all together."""
        is_right = super().validate(extra_validators)
        for row in self.fixed:
            is_place = not row.place or (row.place.isascii() and row.place.isdigit() and len(row.place) < 4)
            row.error = (
                ""
                if is_place and (row.code or not row.place)
                else str(_l("Write the code, and the place as a number."))
            )
        wrong = [f"{row.code or row.place}: {row.error}" for row in self.fixed if row.error]
        self.form_errors += wrong
        if not is_right or wrong:
            return False
        problems = rules.check_demands(self.demands())
        for problem in problems:
            self[problem.field].errors = [
                *self[problem.field].errors,
                service.demand_problem(problem.field, problem.code),
            ]
        return not problems

    def demands(self) -> Demands:
        """What is typed; figures that cannot be read are NaN, which the rules refuse."""
        values = {name: self[name].data for name in (*_NUMBERS, "shuffle_items", "shuffle_options")}
        return Demands(
            **values, balance=tuple(self.balance.data or ()), tolerance=_share(self.tolerance.data),
            theta=tuple(_abilities(self.theta.data or "")), code_prefix=self.code_prefix.data or "",
            code_start=101 if self.code_start.data is None else self.code_start.data,
            code_step=1 if self.code_step.data is None else self.code_step.data,
        )  # fmt: skip

    def fixed_items(self) -> list[service.Fixed]:
        """The fixed items that are typed; call it on a valid form."""
        return [(row.code, int(row.place) if row.place else None) for row in self.fixed if row.code]

    def preview(self) -> list[str]:
        """The first codes as they would be; none while they cannot be read."""
        found = self.demands()
        wrong = {problem.field for problem in rules.check_demands(found)}
        return [] if wrong & {"code_prefix", "code_start", "code_step"} else found.codes(6)


def _read_fixed() -> list[FixedRow]:
    rows: dict[int, FixedRow] = {}
    for key, value in request.form.items():
        found = _FIXED.fullmatch(key)
        if found and (len(rows) < FIXED_ALLOWED or int(found[1]) in rows):
            setattr(rows.setdefault(int(found[1]), FixedRow(int(found[1]))), found[2], web.clean_text(value))
    return [row for _number, row in sorted(rows.items()) if row.code or row.place]


def _share(typed: str | None) -> float:
    try:
        return float(text.parse_points((typed or "").removesuffix("%").strip()) / 100)
    except ValueError:
        return float("nan")


def _abilities(typed: str) -> list[float]:
    return [_ability_of(one) for one in re.split(r"[;\s]+", typed.strip()) if one]


def _ability_of(typed: str) -> float:
    sign = -1 if typed[0] in "-−–" else 1
    try:
        return sign * float(text.parse_points(typed.lstrip("-−–+")))
    except ValueError:
        return float("nan")


def _ability(value: float, locale: str) -> str:
    shown = text.format_points(abs(Decimal(str(value))), locale)
    return f"-{shown}" if value < 0 else shown
