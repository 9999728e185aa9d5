"""A Regulation read: plain JSON in, frozen values out, and a list of everything that is wrong with it.

Weights and shares are exact fractions ("0.4", "2/15"), points are Decimal; a float is refused, for it has already lost
what was typed. Nothing is rounded here.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,9})?")
_FRACTION = re.compile(r"-?\d{1,9}/\d{1,9}")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
FINEST_STEP = Decimal("0.0001")  # how finely the database keeps points
LONGEST_SECONDS = 86_400
MOST_ATTEMPTS = 20
LONGEST_OFFENCE = 200

KEYS = (
    "pass_mark", "scale_max", "components", "exam_weight", "rounding", "letters", "classification",
    "minimum_attendance", "minimum_component", "attempts", "late_entry_seconds", "earliest_leave_share",
    "flush_window_seconds", "grace_seconds", "extension_cap_seconds", "offences",
)  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: a stable ``code``, the ``field`` (as "components.0.weight"), and the values it names."""

    code: str
    field: str
    values: tuple[tuple[str, str], ...] = ()


class RulesInvalid(ValueError):
    """These rules cannot govern anything; ``problems`` says all that is wrong, not only the first."""

    def __init__(self, problems: list[Problem]):
        super().__init__("; ".join(f"{problem.field}: {problem.code}" for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Component:
    """A mark besides the exam that counts towards the module grade."""

    code: str
    name: str
    weight: Fraction


@dataclass(frozen=True)
class Rounding:
    """The step each mark is rounded to, half up."""

    exam: Decimal
    module: Decimal


@dataclass(frozen=True)
class Rung:
    """One step of a ladder: from this mark on (until the next rung above) the name holds."""

    at_least: Decimal
    name: str


@dataclass(frozen=True)
class ComponentMinimum:
    """What components must reach before the exam: their average or each of them; at least ``value``, or above it."""

    value: Decimal
    scope: str = "average"  # average, each
    is_above: bool = False

    def allows(self, mark: Decimal | Fraction) -> bool:
        return mark > self.value if self.is_above else mark >= self.value


@dataclass(frozen=True)
class OffenceRule:
    """A breach of the rules and what it costs: ``deduction`` is a share of the mark, 1 means all of it."""

    code: str
    name: str
    deduction: Fraction
    ends_sitting: bool = False


EXTENSION_CAP_SECONDS = 1800
"""What one person may give one candidate, where a Regulation says nothing; above it a second person decides."""

OFFENCES = (
    OffenceRule("reprimand", "Khiển trách", Fraction(1, 4)),
    OffenceRule("warning", "Cảnh cáo", Fraction(1, 2)),
    OffenceRule("suspension", "Đình chỉ thi", Fraction(1), ends_sitting=True),
)
"""The usual three levels (TT 22/2025 and the training regulations that follow it), where a Regulation has none."""


@dataclass(frozen=True)
class RoomRules:
    """What rules the exam room; frozen with the exam."""

    late_entry_seconds: int
    earliest_leave_share: Fraction
    flush_window_seconds: int
    grace_seconds: int
    extension_cap_seconds: int = EXTENSION_CAP_SECONDS
    offences: tuple[OffenceRule, ...] = OFFENCES

    @classmethod
    def parse(cls, data: dict[str, Any]) -> "RoomRules":
        """Read the room's rules from JSON; RulesInvalid names everything that is wrong."""
        reader = _Reader(data)
        room = _read_room(reader)
        reader.finish()
        return room

    def as_dict(self) -> dict[str, Any]:
        """The same rules as JSON, to be kept with an exam."""
        return {
            "late_entry_seconds": self.late_entry_seconds,
            "earliest_leave_share": share_text(self.earliest_leave_share),
            "flush_window_seconds": self.flush_window_seconds,
            "grace_seconds": self.grace_seconds,
            "extension_cap_seconds": self.extension_cap_seconds,
            "offences": [
                {"code": one.code, "name": one.name, "deduction": share_text(one.deduction), "ends": one.ends_sitting}
                for one in self.offences
            ],
        }


@dataclass(frozen=True)
class RegulationRules:
    """Everything a Regulation decides, as exact values."""

    pass_mark: Decimal
    scale_max: Decimal
    components: tuple[Component, ...]
    exam_weight: Fraction
    rounding: Rounding
    letters: tuple[Rung, ...]
    classification: tuple[Rung, ...]
    minimum_attendance: Fraction
    minimum_component: ComponentMinimum | None
    attempts: int
    late_entry_seconds: int
    earliest_leave_share: Fraction
    flush_window_seconds: int
    grace_seconds: int
    extension_cap_seconds: int = EXTENSION_CAP_SECONDS
    offences: tuple[OffenceRule, ...] = OFFENCES

    @classmethod
    def parse(cls, data: dict[str, Any]) -> "RegulationRules":
        """Read the rules from the JSON of a Regulation; RulesInvalid names everything that is wrong."""
        reader = _Reader(data)
        reader.refuse_unknown()
        room = _read_room(reader)
        scale_max = reader.decimal("scale_max", more_than=0)
        rules = cls(
            scale_max=scale_max,
            pass_mark=reader.decimal("pass_mark", at_least=0, at_most=scale_max),
            components=_read_components(reader),
            exam_weight=reader.fraction("exam_weight", at_least=0, at_most=1),
            rounding=_read_rounding(reader, scale_max),
            letters=_read_ladder(reader, "letters", scale_max, longest=4),
            classification=_read_ladder(reader, "classification", scale_max, longest=40),
            minimum_attendance=reader.fraction("minimum_attendance", at_least=0, at_most=1),
            minimum_component=_read_minimum(reader, scale_max),
            attempts=reader.whole("attempts", at_least=1, at_most=MOST_ATTEMPTS),
            **vars(room),
        )
        _check_sum(reader, rules)
        reader.finish()
        return rules

    def room(self) -> RoomRules:
        """The part that rules the exam room."""
        return RoomRules(
            self.late_entry_seconds, self.earliest_leave_share, self.flush_window_seconds, self.grace_seconds,
            self.extension_cap_seconds, self.offences,
        )  # fmt: skip

    def as_dict(self) -> dict[str, Any]:
        """The same rules as JSON; ``parse`` reads them back unchanged."""
        minimum = self.minimum_component
        return {
            "pass_mark": f"{self.pass_mark:f}",
            "scale_max": f"{self.scale_max:f}",
            "components": [
                {"code": one.code, "name": one.name, "weight": share_text(one.weight)} for one in self.components
            ],
            "exam_weight": share_text(self.exam_weight),
            "rounding": {"exam": f"{self.rounding.exam:f}", "module": f"{self.rounding.module:f}"},
            "letters": [[f"{rung.at_least:f}", rung.name] for rung in self.letters],
            "classification": [[f"{rung.at_least:f}", rung.name] for rung in self.classification],
            "minimum_attendance": share_text(self.minimum_attendance),
            "minimum_component": None
            if minimum is None
            else {"value": f"{minimum.value:f}", "scope": minimum.scope, "is_above": minimum.is_above},
            "attempts": self.attempts,
            **self.room().as_dict(),
        }


def share_text(value: Fraction) -> str:
    """An exact share as text: "0.4" where decimals can say it, "2/15" where they cannot."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    return f"{(Decimal(value.numerator) / Decimal(value.denominator)).normalize():f}"


class _Reader:
    """Reads values one by one and remembers what is wrong with each; a wrong value reads as a harmless one."""

    def __init__(self, data: Any):
        self.problems: list[Problem] = []
        self.data = data if isinstance(data, dict) else {}
        if not isinstance(data, dict):
            self.complain("not_rules", "")

    def complain(self, code: str, field: str, **values: Any) -> None:
        self.problems.append(Problem(code, field, tuple((name, str(value)) for name, value in values.items())))

    def finish(self) -> None:
        if self.problems:
            raise RulesInvalid(self.problems)

    def refuse_unknown(self) -> None:
        for key in sorted(set(self.data) - set(KEYS)):
            self.complain("unknown_rule", str(key))

    def whole(self, field: str, at_least: int, at_most: int) -> int:
        value = self.data.get(field)
        if isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            self.complain("not_whole", field, value=_shown(value))
            return at_least
        return value if self._is_within(value, field, at_least, at_most) else at_least

    def decimal(self, field: str, value: Any = ..., **limits: Any) -> Decimal:
        value = self.data.get(field) if value is ... else value
        if isinstance(value, bool) or not _NUMBER.fullmatch(str(value)) or isinstance(value, float):
            self.complain("not_number", field, value=_shown(value))
            return Decimal(limits.get("at_most") or 10)
        number = Decimal(str(value))
        if number % FINEST_STEP:
            self.complain("too_fine", field, value=_shown(value))
        self._is_within(number, field, **limits)
        return number

    def fraction(self, field: str, value: Any = ..., **limits: Any) -> Fraction:
        value = self.data.get(field) if value is ... else value
        text = str(value)
        is_number = _NUMBER.fullmatch(text) or (_FRACTION.fullmatch(text) and int(text.partition("/")[2]))
        if isinstance(value, bool | float) or not is_number:
            self.complain("not_share", field, value=_shown(value))
            return Fraction(0)
        self._is_within(Fraction(text), field, **limits)
        return Fraction(text)

    def _is_within(self, value: Any, field: str, at_least: Any = None, at_most: Any = None, more_than: Any = None):
        if at_least is not None and value < at_least:
            self.complain("negative" if at_least == 0 else "too_low", field, value=_shown(value), least=at_least)
        elif more_than is not None and value <= more_than:
            self.complain("not_positive", field, value=_shown(value))
        elif at_most is not None and value > at_most:
            self.complain("too_high", field, value=_shown(value), most=_shown(at_most))
        else:
            return True
        return False


def _shown(value: Any) -> str:
    if isinstance(value, Fraction):
        return share_text(value)
    return f"{value:f}" if isinstance(value, Decimal) else ("" if value is None else str(value)[:60])


def _read_room(reader: _Reader) -> RoomRules:
    seconds = {"at_least": 0, "at_most": LONGEST_SECONDS}
    return RoomRules(
        late_entry_seconds=reader.whole("late_entry_seconds", **seconds),
        earliest_leave_share=reader.fraction("earliest_leave_share", at_least=0, at_most=1),
        flush_window_seconds=reader.whole("flush_window_seconds", **seconds),
        grace_seconds=reader.whole("grace_seconds", **seconds),
        # rules written before these two were known keep their meaning
        extension_cap_seconds=reader.whole("extension_cap_seconds", **seconds)
        if "extension_cap_seconds" in reader.data
        else EXTENSION_CAP_SECONDS,
        offences=_read_offences(reader) if "offences" in reader.data else OFFENCES,
    )


def _read_offences(reader: _Reader) -> tuple[OffenceRule, ...]:
    rows = reader.data.get("offences")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        reader.complain("not_list", "offences")
        return ()
    found: list[OffenceRule] = []
    for at, row in enumerate(rows):
        code, name = str(row.get("code", "")), str(row.get("name", "")).strip()
        if not _CODE.fullmatch(code):
            reader.complain("bad_code", f"offences.{at}.code", value=_shown(code))
        elif code in {known.code for known in found}:
            reader.complain("double_code", f"offences.{at}.code", value=code)
        if not name or len(name) > LONGEST_OFFENCE:
            reader.complain("no_name" if not name else "long_name", f"offences.{at}.name", most=LONGEST_OFFENCE)
        deduction = reader.fraction(f"offences.{at}.deduction", row.get("deduction"), at_least=0, at_most=1)
        found.append(OffenceRule(code, name, deduction or Fraction(), row.get("ends") is True))
    return tuple(found)


def _read_components(reader: _Reader) -> tuple[Component, ...]:
    rows = reader.data.get("components")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        reader.complain("not_list", "components")
        return ()
    found: list[Component] = []
    for at, row in enumerate(rows):
        code, name = str(row.get("code") or ""), str(row.get("name") or "").strip()
        if not _CODE.fullmatch(code):
            reader.complain("bad_code", f"components.{at}.code", value=_shown(code))
        elif code in {known.code for known in found}:
            reader.complain("double_code", f"components.{at}.code", value=_shown(code))
        if not name:
            reader.complain("no_name", f"components.{at}.name")
        elif name.casefold() in {known.name.casefold() for known in found}:
            reader.complain("double_name", f"components.{at}.name", value=_shown(name))
        weight = reader.fraction(f"components.{at}.weight", row.get("weight"), more_than=0, at_most=1)
        found.append(Component(code, name, weight))
    return tuple(found)


def _read_rounding(reader: _Reader, scale_max: Decimal) -> Rounding:
    steps = reader.data.get("rounding")
    if not isinstance(steps, dict):
        reader.complain("not_rules", "rounding")
        return Rounding(Decimal("0.1"), Decimal("0.1"))
    exam, module = (
        reader.decimal(f"rounding.{place}", steps.get(place), more_than=0, at_most=scale_max)
        for place in ("exam", "module")
    )
    return Rounding(exam, module)


def _read_ladder(reader: _Reader, field: str, scale_max: Decimal, longest: int) -> tuple[Rung, ...]:
    rows = reader.data.get(field)
    if not isinstance(rows, list) or not all(isinstance(row, list | tuple) and len(row) == 2 for row in rows):
        reader.complain("not_list", field)
        return ()
    rungs: list[Rung] = []
    for at, (mark, name) in enumerate(rows):
        at_least = reader.decimal(f"{field}.{at}", mark, at_least=0, at_most=scale_max)
        name = str(name or "").strip()
        if not name or len(name) > longest:
            reader.complain("no_name" if not name else "long_name", f"{field}.{at}", most=longest)
        elif name in {rung.name for rung in rungs}:
            reader.complain("double_name", f"{field}.{at}", value=name)
        if rungs and at_least >= rungs[-1].at_least:
            reader.complain("unordered", f"{field}.{at}", value=_shown(at_least), above=_shown(rungs[-1].at_least))
        rungs.append(Rung(at_least, name))
    if rungs and rungs[-1].at_least != 0:
        reader.complain("open_ladder", field, value=_shown(rungs[-1].at_least))
    return tuple(rungs)


def _read_minimum(reader: _Reader, scale_max: Decimal) -> ComponentMinimum | None:
    """None, a mark (the average of the components must reach it), or all three of value, scope, is_above."""
    given = reader.data.get("minimum_component")
    if given is None:
        return None
    parts = given if isinstance(given, dict) else {"value": given}
    scope, is_above = parts.get("scope", "average"), parts.get("is_above", False)
    value = reader.decimal("minimum_component", parts.get("value"), at_least=0, at_most=scale_max)
    if scope not in ("average", "each") or not isinstance(is_above, bool):
        reader.complain("not_rules", "minimum_component")
        return None
    return ComponentMinimum(value, scope, is_above)


def _check_sum(reader: _Reader, rules: RegulationRules) -> None:
    """Only where every weight could be read: a wrong sum beside a wrong weight says nothing new."""
    if any("weight" in problem.field or problem.field == "components" for problem in reader.problems):
        return
    total = rules.exam_weight + sum(component.weight for component in rules.components)
    if total != 1:
        reader.complain("wrong_sum", "exam_weight", total=_shown(total), missing=_shown(1 - total))
