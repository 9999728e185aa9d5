"""A stem with several statements, each true or false; points by the number of right decisions, from a table."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from itertools import pairwise

from flask_babel import gettext as _

from exambank.bank import rules
from exambank.bank.interactions.base import Interaction, Problem, percent, place_name
from exambank.bank.interactions.contents import figure_of, share_in
from exambank.bank.interactions.payloads import field_name, only_field, read_payload, refused

NATIONAL_TABLE = ("0", "0.1", "0.25", "0.5", "1")


class TrueFalseCluster(Interaction):
    """Options are statements, ``is_key`` is their truth. An unanswered statement is not right."""

    kind = "true_false_cluster"
    options_are_statements = True
    takes_several_keys = True

    def label(self):
        return _("True/false statements")

    def instruction(self):
        return _("Decide for each statement whether it is true or false.")

    def _normal_scoring(self, scoring, options):
        given = scoring.get("table")
        table = [figure_of(share, "") for share in given[:50]] if isinstance(given, list | tuple) else []
        return {"table": table or self.default_table(len(options))}

    def default_table(self, statements: int) -> list[str]:
        """The national table, stretched where there are not four statements."""
        return scale_table(NATIONAL_TABLE, statements)

    def _check_keys(self, content):
        table = content.get("scoring", {}).get("table") or []
        if is_sound(table, len(content["options"])):
            return []
        return [
            Problem(
                "bad_table",
                _(
                    "The scoring table needs %(count)s shares that rise from 0 to 1, for example 0; 0.1; 0.25; 0.5; 1.",
                    count=len(content["options"]) + 1,
                ),
            )
        ]

    def _canonical(self, value, tokens):
        statements = only_field(value, "statements")
        if not isinstance(statements, dict) or not statements.keys() <= set(tokens):
            raise refused()
        if any(decision is not None and not isinstance(decision, bool) for decision in statements.values()):
            raise refused()
        return {"statements": {token: statements.get(token) for token in tokens}}

    def response_from_form(self, form, question, tokens):
        words = {"true": True, "false": False, "": None}
        given = {token: form.get(field_name(question, token), "") for token in tokens}
        if any(word not in words for word in given.values()):
            raise refused()
        return self.parse_response({"statements": {token: words[word] for token, word in given.items()}}, tokens)

    def _given(self, payload):
        statements = read_payload(payload).get("statements") or {}
        return {token: decision for token, decision in statements.items() if decision is not None}

    def _share(self, content, payload):
        given = self._given(payload)
        right = sum(given.get(row["token"]) is row["is_key"] for row in content["options"])
        table = content.get("scoring", {}).get("table") or NATIONAL_TABLE
        if len(table) != len(content["options"]) + 1:
            table = scale_table(table, len(content["options"]))
        return Fraction(Decimal(table[right]))

    def describe_scoring(self, content):
        table = content.get("scoring", {}).get("table") or self.default_table(len(content["options"]))
        steps = "; ".join(f"{right}: {percent(share_in(share))}" for right, share in enumerate(table))
        return _("Share of the points by the number of right decisions: %(table)s.", table=steps)

    def describe_key(self, content):
        return [
            (f"{place_name(place)}. {rules.plain_text(row['html'])}", _("true") if row["is_key"] else _("false"))
            for place, row in enumerate(content["options"])
        ]

    def describe_response(self, content, payload, tokens):
        given, order = self._given(payload), list(tokens)
        rows = sorted(content["options"], key=lambda row: order.index(row["token"]) if row["token"] in order else 99)
        found = []
        for place, row in enumerate(rows):
            decision = given.get(row["token"])
            words = "" if decision is None else (_("true") if decision else _("false"))
            outcome = "blank" if decision is None else ("right" if decision is row["is_key"] else "wrong")
            found.append((f"{place_name(place)}. {rules.plain_text(row['html'])}", words, outcome))
        return found


def scale_table(table, statements: int) -> list[str]:
    """Stretch a table to another number of statements: straight lines between its points, half up to 0,0001."""
    if statements == len(table) - 1:
        return [str(share) for share in table]
    shares = [Fraction(Decimal(share)) for share in table]
    found = []
    for right in range(statements + 1):
        at = Fraction(right * (len(shares) - 1), statements or 1)
        low = int(at)
        high = min(low + 1, len(shares) - 1)
        exact = shares[low] + (shares[high] - shares[low]) * (at - low)
        rounded = (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
        found.append(f"{rounded.normalize():f}")
    return found


def is_sound(table, statements: int) -> bool:
    """Whether a table has a share for every number of right statements, from 0 up to 1, never falling."""
    try:
        shares = [Decimal(share) for share in table]
    except (InvalidOperation, TypeError, ValueError):
        return False
    if len(shares) != statements + 1 or not all(share.is_finite() for share in shares):
        return False
    return shares[0] == 0 and shares[-1] == 1 and all(low <= high for low, high in pairwise(shares))
