"""One right option of several; a wrong one may cost a share of the points."""

from fractions import Fraction

from flask_babel import gettext as _

from exambank.bank.interactions.base import Interaction, Problem, percent
from exambank.bank.interactions.choices import describe_choices, describe_keys
from exambank.bank.interactions.contents import figure_of, is_share, share_in
from exambank.bank.interactions.payloads import field_name, one_of, only_field, read_payload


class SingleChoice(Interaction):
    """``scoring`` is {"wrong": "0"}: the share of the points that a wrong choice takes; a blank takes nothing.

    It is what R/exams gives for ``schoice`` with ``negative = 0.25`` and the like (``exams_eval``).
    """

    kind = "single_choice"

    def label(self):
        return _("Single choice")

    def instruction(self):
        return _("Choose one option.")

    def _normal_scoring(self, scoring, options):
        return {"wrong": figure_of(scoring.get("wrong"), "0")}

    def _check_keys(self, content):
        problems = []
        keys = sum(row["is_key"] for row in content["options"])
        if keys == 0:
            problems.append(Problem("no_key", _("No option is marked as the right one. Mark exactly one.")))
        if keys > 1:
            problems.append(
                Problem("several_keys", _("%(count)s options are marked as right. Mark exactly one.", count=keys))
            )
        if not is_share(content.get("scoring", {}).get("wrong", "0")):
            problems.append(Problem("bad_penalty", _("What a wrong choice costs is a share from 0 to 1.")))
        return problems

    def _canonical(self, value, tokens):
        return {"choice": one_of(only_field(value, "choice"), tokens)}

    def response_from_form(self, form, question, tokens):
        return self.parse_response({"choice": form.get(field_name(question)) or None}, tokens)

    def _given(self, payload):
        return read_payload(payload).get("choice")

    def _share(self, content, payload):
        choice = self._given(payload)
        if any(row["is_key"] and row["token"] == choice for row in content["options"]):
            return Fraction(1)
        return self.lowest_share(content)

    def lowest_share(self, content):
        return -share_in(content.get("scoring", {}).get("wrong", "0"))

    def describe_scoring(self, content):
        cost = -self.lowest_share(content)
        if cost:
            return _("All points for the right option; a wrong one costs %(share)s of them.", share=percent(cost))
        return _("All points for the right option.")

    def describe_key(self, content):
        return describe_keys(content)

    def describe_response(self, content, payload, tokens):
        return describe_choices(content, [choice] if (choice := self._given(payload)) else [], tokens)
