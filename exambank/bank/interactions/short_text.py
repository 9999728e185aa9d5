"""A short text that the candidate types, compared with accepted ones."""

from fractions import Fraction

from flask_babel import gettext as _

from exambank.bank import rules
from exambank.bank.interactions.base import Interaction, Part, Problem, outcome_of, percent
from exambank.bank.interactions.contents import (
    as_html,
    figure_of,
    is_share,
    line_of,
    mapping,
    name_rows,
    rows_of,
    share_in,
    whole_of,
)
from exambank.bank.interactions.payloads import LONGEST_SHORT_TEXT, field_name, one_line, only_field, read_payload

LONGEST_ACCEPTED = 200


class ShortText(Interaction):
    """The best share of the accepted texts that it is alike; see ``rules.equality`` for what alike is."""

    kind = "short_text"
    has_options = False
    is_typed = True
    key_fields = ("accepted",)

    def label(self):
        return _("Short answer")

    def instruction(self):
        return _("Type a short answer.")

    def _normal_content(self, content):
        content = mapping(content)
        return {
            "options": [],
            "accepted": name_rows(normal_accepted(content.get("accepted"))),
            "scoring": rules.TextRule.parse(content.get("scoring")).as_dict(),
            "width": whole_of(content.get("width"), 60) or 20,
        }

    def check(self, content, stem_html=None):
        rule = rules.TextRule.parse(content["scoring"])
        return check_accepted(content["accepted"], rule, lambda row: f"accepted:{row['token']}")

    def _check_keys(self, content):
        return []

    def _parts(self, stem_html, content):
        return [
            Part("stem", _("Question text"), stem_html),
            *(
                Part(
                    f"accepted:{row['token']}", _("Accepted answer %(number)s", number=number), as_html(row["text"]),
                    is_key=True, note=percent(share_in(row["share"])), is_secret=True,
                )
                for number, row in enumerate(content["accepted"], start=1)
            ),
        ]  # fmt: skip

    def fragment(self, stem_html, content, media=None):
        return {**super().fragment(stem_html, content, media), "width": content["width"]}

    def _canonical(self, value, tokens):
        return {"text": one_line(only_field(value, "text"), LONGEST_SHORT_TEXT)}

    def response_from_form(self, form, question, tokens):
        return self.parse_response({"text": form.get(field_name(question), "")}, tokens)

    def _given(self, payload):
        return read_payload(payload).get("text", "").strip()

    def _share(self, content, payload):
        return best_share(self._given(payload), content["accepted"], rules.TextRule.parse(content["scoring"]))

    def key_view(self, content):
        return [
            {"token": row["token"], "letter": str(number), "html": as_html(row["text"]), "is_key": True,
             "is_locked": False}
            for number, row in enumerate(content["accepted"], start=1)
        ]  # fmt: skip

    def describe_scoring(self, content):
        return _("The points of the best accepted answer that it equals.") + " " + describe_rule(content["scoring"])

    def describe_key(self, content):
        return [(_("Accepted"), with_share(row)) for row in content["accepted"]]

    def describe_response(self, content, payload, tokens):
        given = self._given(payload)
        outcome = outcome_of(self._share(content, payload)) if given else "blank"
        return [(_("Answer"), given, outcome)]


def normal_accepted(rows) -> list[dict]:
    """Accepted texts as they are stored; rows that hold nothing at all are dropped."""
    found = []
    for row in rows_of(rows):
        words = line_of(row.get("text"), LONGEST_ACCEPTED)
        if words:
            found.append({"token": row.get("token"), "text": words, "share": figure_of(row.get("share"), "1")})
    return found


def check_accepted(accepted: list[dict], rule: rules.TextRule, anchor) -> list[Problem]:
    """What is wrong with accepted texts: none, twins, shares, none with all points, one that takes anything."""
    if not accepted:
        return [Problem("no_key", _("No accepted answer is given. Add at least one."))]
    problems, seen = [], set()
    for row in accepted:
        key = rules.text_key(row["text"], rule)
        if key in seen:
            message = _("Two accepted answers say the same: %(text)s.", text=row["text"])
            problems.append(Problem("twin_accepted", message, part=anchor(row)))
        seen.add(key)
        if not is_share(row["share"], above_zero=True):
            message = _("The share of %(text)s is above 0 and at most 1.", text=row["text"])
            problems.append(Problem("bad_share", message, part=anchor(row)))
        if rule.wildcards and not row["text"].replace("*", "").strip():
            message = _("An accepted answer of stars alone takes everything.")
            problems.append(Problem("takes_anything", message, part=anchor(row)))
    if not any(share_in(row["share"]) == 1 for row in accepted):
        problems.append(Problem("no_full_answer", _("No accepted answer gives all points. Give one the share 1.")))
    return problems


def best_share(given: str, accepted: list[dict], rule: rules.TextRule) -> Fraction:
    """The largest share of the accepted texts that a given one is alike."""
    shares = (share_in(row["share"]) for row in accepted if rules.is_alike(given, row["text"], rule))
    return max(shares, default=Fraction(0))


def describe_rule(scoring: dict) -> str:
    """What does not matter when texts are compared."""
    rule = rules.TextRule.parse(scoring)
    words = [
        _("Capital letters do not matter.") if rule.ignore_case else _("Capital letters matter."),
        _("Marks do not matter.") if rule.ignore_diacritics else _("Marks matter."),
    ]
    return " ".join(words + ([_("A star stands for any letters.")] if rule.wildcards else []))


def with_share(row: dict) -> str:
    """An accepted text, and its share where it is not all."""
    share = share_in(row["share"])
    return row["text"] if share == 1 else f"{row['text']} ({percent(share)})"
