"""One right option of several."""

from fractions import Fraction

from flask_babel import gettext as _

from exambank.bank.interactions.base import Interaction, Problem, field_name, only_field, read_payload, refused


class SingleChoice(Interaction):
    kind = "single_choice"

    def label(self):
        return _("Single choice")

    def instruction(self):
        return _("Choose one option.")

    def _check_keys(self, content):
        keys = sum(row["is_key"] for row in content["options"])
        if keys == 0:
            return [Problem("no_key", _("No option is marked as the right one. Mark exactly one."))]
        if keys > 1:
            return [Problem("several_keys", _("%(count)s options are marked as right. Mark exactly one.", count=keys))]
        return []

    def _canonical(self, value, tokens):
        choice = only_field(value, "choice")
        if choice is not None and (not isinstance(choice, str) or choice not in tokens):
            raise refused()
        return {"choice": choice}

    def response_from_form(self, form, question, tokens):
        return self.parse_response({"choice": form.get(field_name(question)) or None}, tokens)

    def _given(self, payload):
        return read_payload(payload).get("choice")

    def _share(self, content, payload):
        choice = self._given(payload)
        return Fraction(int(any(row["is_key"] and row["token"] == choice for row in content["options"])))
