"""Several right options; all or nothing, or credit for each, never below zero."""

from fractions import Fraction

from flask_babel import gettext as _

from exambank.bank.interactions.base import Interaction, Problem, field_name, only_field, read_payload, refused


class MultipleChoice(Interaction):
    """``scoring`` is {"rule": "all_or_nothing"} or {"rule": "per_option"}.

    Per option, each right one chosen adds its part of the points and each wrong one takes a part of the wrong ones
    away, so that choosing everything gives nothing.
    """

    kind = "multiple_choice"
    takes_several_keys = True
    rules_known = ("all_or_nothing", "per_option")

    def label(self):
        return _("Multiple choice")

    def instruction(self):
        return _("Choose every right option.")

    def _normal_scoring(self, scoring, options):
        rule = scoring.get("rule")
        return {"rule": rule if rule in self.rules_known else "all_or_nothing"}

    def _check_keys(self, content):
        keys = sum(row["is_key"] for row in content["options"])
        if keys == 0:
            return [Problem("no_key", _("No option is marked as right. Mark every right one."))]
        if keys == len(content["options"]):
            return [Problem("all_keys", _("Every option is marked as right: is that meant?"), is_blocking=False)]
        if keys == 1:
            return [Problem("one_key", _("Only one option is marked as right: is that meant?"), is_blocking=False)]
        return []

    def _canonical(self, value, tokens):
        choices = only_field(value, "choices")
        if not isinstance(choices, list) or len(choices) > len(tokens):
            raise refused()
        if any(not isinstance(choice, str) or choice not in tokens for choice in choices):
            raise refused()
        if len(set(choices)) != len(choices):
            raise refused()
        return {"choices": sorted(choices)}

    def response_from_form(self, form, question, tokens):
        return self.parse_response({"choices": list(dict.fromkeys(form.getlist(field_name(question))))}, tokens)

    def _given(self, payload):
        return read_payload(payload).get("choices")

    def _share(self, content, payload):
        chosen = set(self._given(payload))
        keys = {row["token"] for row in content["options"] if row["is_key"]}
        wrong = {row["token"] for row in content["options"]} - keys
        if content.get("scoring", {}).get("rule") != "per_option":
            return Fraction(int(chosen == keys))
        share = Fraction(len(chosen & keys), len(keys) or 1)
        if wrong:
            share -= Fraction(len(chosen & wrong), len(wrong))
        return max(share, Fraction(0))
