"""Several right options: all or nothing, or credit for each by the rules of R/exams, with a lower bound."""

from fractions import Fraction

from flask_babel import gettext as _

from exambank.bank.interactions.base import Interaction, Problem, percent
from exambank.bank.interactions.choices import describe_choices, describe_keys
from exambank.bank.interactions.contents import figure_of, fraction_of, share_in
from exambank.bank.interactions.payloads import field_name, only_field, read_payload, refused


class MultipleChoice(Interaction):
    """``scoring`` is {"rule": ..., "lower_bound": "0"}.

    The rules are those of the R package exams, function ``exams_eval`` (its manual page, "Details"), by their names.
    ``all_or_nothing`` is its ``partial = FALSE``: a response as a whole is right or wrong. With the others each right
    option chosen gives 1/ncorrect, and each wrong one chosen takes:

    * ``false``: 1/nwrong; ``false2``: 1/max(nwrong, 2); ``true``: 1/ncorrect; ``all``: 1; ``none``: 0.

    The sum never falls below ``lower_bound`` (its ``negative``; from -1 to 0, and as there the sign does not matter);
    all or nothing, it is what a wrong response gets. Nothing chosen is no attempt and gives 0. "per_option" is what
    older contents call ``false``.
    """

    kind = "multiple_choice"
    takes_several_keys = True
    rules_known = ("all_or_nothing", "false", "false2", "true", "all", "none")

    def label(self):
        return _("Multiple choice")

    def instruction(self):
        return _("Choose every right option.")

    def _normal_scoring(self, scoring, options):
        bound = figure_of(scoring.get("lower_bound"), "0")
        is_below = bound != "0" and not bound.startswith("-")
        return {"rule": self._rule(scoring), "lower_bound": f"-{bound}" if is_below else bound}

    def _rule(self, scoring: dict) -> str:
        rule = scoring.get("rule")
        if rule == "per_option":
            return "false"
        return rule if isinstance(rule, str) and rule in self.rules_known else "all_or_nothing"

    def _check_keys(self, content):
        problems = []
        keys = sum(row["is_key"] for row in content["options"])
        if not -1 <= fraction_of(content["scoring"].get("lower_bound", "0"), Fraction(1)) <= 0:
            problems.append(Problem("bad_penalty", _("The lower bound is a share from -1 to 0.")))
        if keys == 0:
            problems.append(Problem("no_key", _("No option is marked as right. Mark every right one.")))
        elif keys == len(content["options"]):
            problems.append(
                Problem("all_keys", _("Every option is marked as right: is that meant?"), is_blocking=False)
            )
        elif keys == 1:
            problems.append(
                Problem("one_key", _("Only one option is marked as right: is that meant?"), is_blocking=False)
            )
        return problems

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
        rule = self._rule(content.get("scoring", {}))
        if rule == "all_or_nothing":
            return Fraction(1) if chosen == keys else self.lowest_share(content)
        share = Fraction(len(chosen & keys), len(keys) or 1)
        share -= len(chosen & wrong) * self._cost(rule, len(keys), len(wrong))
        return max(share, self.lowest_share(content))

    @staticmethod
    def _cost(rule: str, keys: int, wrong: int) -> Fraction:
        """What one wrong choice takes."""
        if rule == "none":
            return Fraction(0)
        return Fraction(1, {"false": wrong, "false2": max(wrong, 2), "true": keys, "all": 1}[rule] or 1)

    def lowest_share(self, content):
        return -share_in(content.get("scoring", {}).get("lower_bound", "0").removeprefix("-"))

    def describe_scoring(self, content):
        rule = self._rule(content.get("scoring", {}))
        words = {
            "all_or_nothing": _("All points only when exactly the right options are chosen."),
            "false": _("Each right option gives its part of the points; each wrong one takes an equal part of them, "
                       "so that choosing everything gives nothing (R/exams: false)."),
            "false2": _("Each right option gives its part of the points; each wrong one takes an equal part of them, "
                        "at most half (R/exams: false2)."),
            "true": _("Each right option gives its part of the points; each wrong one cancels a right one "
                      "(R/exams: true)."),
            "all": _("Each right option gives its part of the points; one wrong one cancels them all (R/exams: all)."),
            "none": _("Each right option gives its part of the points; wrong ones cost nothing (R/exams: none)."),
        }[rule]  # fmt: skip
        bound = self.lowest_share(content)
        if not bound:
            return words + " " + _("Never below zero.")
        return words + " " + _("At worst %(share)s of the points.", share=percent(bound))

    def describe_key(self, content):
        return describe_keys(content)

    def describe_response(self, content, payload, tokens):
        return describe_choices(content, self._given(payload) or [], tokens)
