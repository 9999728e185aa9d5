"""Lines to be put into their right order."""

from fractions import Fraction
from itertools import pairwise

from flask_babel import gettext as _

from exambank.bank import rules
from exambank.bank.interactions.base import Interaction, Part
from exambank.bank.interactions.contents import choice_of, mapping
from exambank.bank.interactions.matching import plain_options
from exambank.bank.interactions.payloads import field_name, known_fields, only_field, read_payload, refused
from exambank.errors import InvalidInput


class Ordering(Interaction):
    """``options`` stand in the right order: that order is the key, so nothing else may ever show it.

    ``per_place``: the lines that stand at their own place, of all. ``per_neighbour``: the lines followed at once by
    the line that follows them in the right order, of all but the last; one line out of place then costs little.
    """

    kind = "ordering"
    most_options = 12
    options_are_statements = True
    rules_known = ("all_or_nothing", "per_place", "per_neighbour")

    def label(self):
        return _("Ordering")

    def instruction(self):
        return _("Put the lines into the right order.")

    def _normal_content(self, content):
        content = mapping(content)
        rule = choice_of(mapping(content.get("scoring")).get("rule"), self.rules_known)
        return {"options": plain_options(content), "scoring": {"rule": rule}}

    def _check_keys(self, content):
        return []

    def _parts(self, stem_html, content):
        return [
            Part("stem", _("Question text"), stem_html),
            *(
                Part(f"option:{row['token']}", _("Line %(letter)s", letter=str(place)), row["html"],
                     note=_("place %(number)s", number=place))
                for place, row in enumerate(content["options"], start=1)
            ),
        ]  # fmt: skip

    def fragment(self, stem_html, content, media=None):
        fragment = super().fragment(stem_html, content, media)
        # pictures in the order of their ids, lines in that of their random names: the order written is the key
        by_name = sorted(fragment["options"], key=lambda row: row["token"])
        return {**fragment, "options": by_name, "pictures": sorted(fragment["pictures"])}

    def deal_order(self, content, rng):
        """All lines shuffled, but never into the right order; of two lines that would tell it, so they may stand so."""
        right = [row["token"] for row in content["options"]]
        dealt = sorted(right)
        rng.shuffle(dealt)
        while dealt == right and len(right) > 2:
            rng.shuffle(dealt)
        return dealt

    def _canonical(self, value, tokens):
        places = known_fields(only_field(value, "places"), tokens)
        given = [place for place in places.values() if place is not None]
        if any(not isinstance(place, int) or isinstance(place, bool) for place in given):
            raise refused()
        if any(not 1 <= place <= len(tokens) for place in given):
            raise refused()
        if len(set(given)) < len(given):
            raise InvalidInput(_("Two lines have the same place. Give each its own. Nothing was changed."))
        return {"places": places}

    def response_from_form(self, form, question, tokens):
        given = {token: form.get(field_name(question, token), "").strip() for token in tokens}
        if any(typed and not (typed.isascii() and typed.isdigit() and len(typed) < 4) for typed in given.values()):
            raise refused()
        places = {token: int(typed) if typed else None for token, typed in given.items()}
        return self.parse_response({"places": places}, tokens)

    def _given(self, payload):
        places = read_payload(payload).get("places") or {}
        return {token: place for token, place in places.items() if place is not None}

    def _share(self, content, payload):
        given, right = self._given(payload), [row["token"] for row in content["options"]]
        in_place = sum(given.get(token) == place for place, token in enumerate(right, start=1))
        rule = content["scoring"]["rule"]
        if rule == "per_place":
            return Fraction(in_place, len(right) or 1)
        if rule == "per_neighbour":
            pairs = sum(first in given and given.get(then) == given[first] + 1 for first, then in pairwise(right))
            return Fraction(pairs, max(len(right) - 1, 1))
        return Fraction(int(in_place == len(right)))

    def scoring_rule(self, content):
        return {**super().scoring_rule(content), "keys": [row["token"] for row in content["options"]]}

    def key_view(self, content):
        return [{**row, "letter": str(place), "is_key": True} for place, row in enumerate(content["options"], start=1)]

    def describe_scoring(self, content):
        return {
            "all_or_nothing": _("All points only when every line stands at its place."),
            "per_place": _("Each line at its place gives an equal part of the points."),
            "per_neighbour": _("Each line followed by its right next line gives an equal part of the points."),
        }[content["scoring"]["rule"]]

    def describe_key(self, content):
        return [(str(place), rules.plain_text(row["html"])) for place, row in enumerate(content["options"], start=1)]

    def describe_response(self, content, payload, tokens):
        given = self._given(payload)
        if not given:
            return [(_("Order"), "", "blank")]
        right = {row["token"]: place for place, row in enumerate(content["options"], start=1)}
        words = {row["token"]: rules.plain_text(row["html"]) for row in content["options"]}
        found = [
            (str(place), words.get(token, ""), "right" if right.get(token) == place else "wrong")
            for token, place in sorted(given.items(), key=lambda one: one[1])
        ]
        return found + [("", words[token], "blank") for token in words if token not in given]
