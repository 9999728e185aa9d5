"""A number that the candidate types, within a tolerance of the right one, with or without its unit."""

from decimal import Decimal
from fractions import Fraction

from flask_babel import gettext as _

from exambank.bank import rules
from exambank.bank.interactions.base import Interaction, Part, Problem, outcome_of, percent
from exambank.bank.interactions.contents import (
    as_html,
    choice_of,
    figure_of,
    figure_words,
    fraction_of,
    is_share,
    line_of,
    mapping,
    name_rows,
    rows_of,
    share_in,
)
from exambank.bank.interactions.payloads import LONGEST_NUMBER, field_name, one_line, read_payload, refused

UNIT_RULES = ("none", "optional", "required")


class Numeric(Interaction):
    """``units``: a number in one times its factor is the number in the answers' unit, whose factor is 1.

    A unit that is missing where it is required, or that is none of them, costs ``unit_penalty``; the number is then
    read as if it stood in the answers' unit. "3,5 kg" in the number's field is read with its unit.
    """

    kind = "numeric"
    has_options = False
    is_typed = True
    key_fields = ("answers", "units")

    def label(self):
        return _("Numeric answer")

    def instruction(self):
        return _("Type a number. A decimal comma and a decimal point are both read.")

    def _normal_content(self, content):
        content = mapping(content)
        scoring = mapping(content.get("scoring"))
        asked = choice_of(scoring.get("unit"), UNIT_RULES)
        cost = figure_of(scoring.get("unit_penalty"), "1" if asked == "required" else "0")
        return {
            "options": [],
            "answers": name_rows([_normal_answer(row) for row in rows_of(content.get("answers"))]),
            "units": [_normal_unit(row) for row in rows_of(content.get("units"))],
            "scoring": {"unit": asked, "unit_penalty": cost},
        }

    def check(self, content, stem_html=None):
        problems = [one for row in content["answers"] for one in _check_answer(row)]
        if not content["answers"]:
            problems.append(Problem("no_key", _("No right number is given. Add at least one.")))
        elif not any(share_in(row["share"]) == 1 for row in content["answers"]):
            problems.append(Problem("no_full_answer", _("No answer gives all points. Give one the share 1.")))
        return problems + _check_units(content["units"], content["scoring"])

    def _check_keys(self, content):
        return []

    def _parts(self, stem_html, content):
        return [
            Part("stem", _("Question text"), stem_html),
            *(
                Part(
                    f"answer:{row['token']}", _("Right number %(number)s", number=number), as_html(_words(row)),
                    is_key=True, note=percent(share_in(row["share"])), is_secret=True,
                )
                for number, row in enumerate(content["answers"], start=1)
            ),
        ]  # fmt: skip

    def fragment(self, stem_html, content, media=None):
        return {**super().fragment(stem_html, content, media), "unit": content["scoring"]["unit"]}

    def _canonical(self, value, tokens):
        if "value" not in value or set(value) - {"value", "unit"}:
            raise refused()
        return {
            "value": one_line(value["value"], LONGEST_NUMBER),
            "unit": one_line(value.get("unit", ""), LONGEST_NUMBER),
        }

    def response_from_form(self, form, question, tokens):
        value, unit = (form.get(field_name(question, name), "") for name in ("value", "unit"))
        return self.parse_response({"value": value, "unit": unit}, tokens)

    def _given(self, payload):
        given = read_payload(payload)
        return " ".join(f"{given.get('value', '')} {given.get('unit', '')}".split())

    def _share(self, content, payload):
        number, unit, asked = *self._read(payload), content["scoring"]["unit"]
        if number is None or (unit and asked == "none"):
            return Fraction(0)
        units = [rules.Unit(row["name"], _decimal(row["factor"])) for row in content["units"]]
        known = rules.find_unit(unit, units) if unit else None
        cost = Fraction(0)
        if known is None and (unit or asked == "required"):
            cost = share_in(content["scoring"]["unit_penalty"])
        exact = Fraction(number) * (Fraction(known.factor) if known else 1)
        shares = [share_in(row["share"]) for row in content["answers"] if _fits(row, exact)]
        return max(max(shares, default=Fraction(0)) - cost, Fraction(0))

    @staticmethod
    def _read(payload) -> tuple[Decimal | None, str]:
        """The number and the unit; the unit may have been typed behind the number."""
        given = read_payload(payload)
        typed, unit = given.get("value", ""), given.get("unit", "").strip()
        number = rules.read_number(typed)
        if number is None and not unit:
            typed, unit = rules.split_unit(typed)
            number = rules.read_number(typed)
        return number, unit

    def key_view(self, content):
        return [
            {"token": row["token"], "letter": str(number), "html": as_html(_words(row)), "is_key": True,
             "is_locked": False}
            for number, row in enumerate(content["answers"], start=1)
        ]  # fmt: skip

    def describe_scoring(self, content):
        asked, cost = content["scoring"]["unit"], percent(share_in(content["scoring"]["unit_penalty"]))
        words = _("All points within the tolerance, its borders included.")
        if asked == "required":
            words += " " + _("A unit is required; without it, or with an unknown one, %(share)s is lost.", share=cost)
        if asked == "optional":
            words += " " + _("A unit may be given; an unknown one costs %(share)s.", share=cost)
        return words

    def describe_key(self, content):
        return [(_("Right number"), _words(row)) for row in content["answers"]]

    def describe_response(self, content, payload, tokens):
        given = self._given(payload)
        return [(_("Answer"), given, outcome_of(self._share(content, payload)) if given else "blank")]


def _normal_answer(row: dict) -> dict:
    return {
        "token": row.get("token"),
        "value": figure_of(row.get("value"), ""),
        "tolerance": figure_of(row.get("tolerance"), "0"),
        "is_relative": bool(row.get("is_relative")),
        "share": figure_of(row.get("share"), "1"),
    }


def _normal_unit(row: dict) -> dict:
    return {"name": line_of(row.get("name"), 30), "factor": figure_of(row.get("factor"), "1")}


def _decimal(figure: str) -> Decimal:
    return rules.read_number(figure) or Decimal(0)


def _fits(row: dict, exact: Fraction) -> bool:
    key = rules.read_number(row["value"])
    tolerance = max(_decimal(row["tolerance"]), Decimal(0))
    return key is not None and rules.is_within(exact, key, tolerance, row["is_relative"])


def _check_answer(row: dict) -> list[Problem]:
    anchor = f"answer:{row['token']}"
    value, tolerance = rules.read_number(row["value"]), rules.read_number(row["tolerance"])
    if value is None:
        return [Problem("bad_number", _('"%(value)s" is no number.', value=row["value"]), part=anchor)]
    problems = []
    if tolerance is None or tolerance < 0:
        problems.append(Problem("bad_tolerance", _("A tolerance is a number from 0."), part=anchor))
    elif row["is_relative"] and (value == 0 or tolerance > 1):
        message = (
            _("A tolerance in per cent of 0 is 0. Give it as a number.")
            if value == 0
            else _("A relative tolerance is a share from 0 to 1: 0.05 is five per cent.")
        )
        problems.append(Problem("bad_tolerance", message, part=anchor))
    if not is_share(row["share"], above_zero=True):
        problems.append(Problem("bad_share", _("A share is above 0 and at most 1."), part=anchor))
    return problems


def _check_units(units: list[dict], scoring: dict) -> list[Problem]:
    problems, names = [], [rules.unit_key(row["name"]) for row in units]
    if not is_share(scoring["unit_penalty"]):
        problems.append(Problem("bad_penalty", _("What a wrong unit costs is a share from 0 to 1.")))
    elif scoring["unit"] == "required" and share_in(scoring["unit_penalty"]) == 0:
        problems.append(
            Problem("bad_penalty", _("A unit is required, but missing it costs nothing. Say what it costs."))
        )
    if scoring["unit"] != "none" and not units:
        problems.append(Problem("no_unit", _("A unit is asked for, but none is given.")))
    if "" in names or len(set(names)) < len(names):
        problems.append(Problem("bad_unit", _("A unit is empty or stands there twice.")))
    if any(fraction_of(row["factor"]) <= 0 for row in units):
        problems.append(Problem("bad_unit", _("The factor of a unit is a number above 0.")))
    elif units and not any(fraction_of(row["factor"]) == 1 for row in units):
        problems.append(Problem("bad_unit", _("The unit of the right number itself is missing: its factor is 1.")))
    return problems


def _words(row: dict) -> str:
    """A right number with its tolerance, and its share where it is not all."""
    tolerance, share = row["tolerance"], share_in(row["share"])
    words = figure_words(row["value"])
    if fraction_of(tolerance):
        words += " ± " + (percent(fraction_of(tolerance)) if row["is_relative"] else figure_words(tolerance))
    return words if share == 1 else f"{words} ({percent(share)})"
