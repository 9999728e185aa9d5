"""A text with gaps, each typed or chosen from a list."""

from fractions import Fraction

from flask_babel import gettext as _

from exambank.bank import rules
from exambank.bank.interactions.base import Interaction, Part, Problem, outcome_of, place_name
from exambank.bank.interactions.contents import (
    as_html,
    choice_of,
    figure_of,
    figure_words,
    fraction_of,
    line_of,
    mapping,
    name_rows,
    rows_of,
)
from exambank.bank.interactions.payloads import (
    LONGEST_SHORT_TEXT,
    field_name,
    known_fields,
    one_line,
    one_of,
    only_field,
    read_payload,
)
from exambank.bank.interactions.short_text import best_share, check_accepted, describe_rule, normal_accepted, with_share

LONGEST_CHOICE = 200


class FillIn(Interaction):
    """The stem holds ``<span data-gap="TOKEN"></span>`` for each gap; each gives its share by its weight."""

    kind = "fill_in"
    has_options = False
    is_typed = True
    key_fields = ("gaps",)

    def label(self):
        return _("Fill in the gaps")

    def instruction(self):
        return _("Fill in every gap.")

    def _normal_content(self, content):
        content = mapping(content)
        rule = rules.TextRule.parse(content.get("scoring"))
        gaps = name_rows([_normal_gap(row) for row in rows_of(content.get("gaps"))])
        return {"options": [], "gaps": gaps, "scoring": rule.as_dict()}

    def check(self, content, stem_html=None):
        rule = rules.TextRule.parse(content["scoring"])
        problems = [one for place, gap in enumerate(content["gaps"], 1) for one in _check_gap(gap, place, rule)]
        if not content["gaps"]:
            problems.append(Problem("no_gap", _("There is no gap. Mark at least one in the question text.")))
        return problems + (_check_stem(content["gaps"], stem_html) if stem_html is not None else [])

    def _check_keys(self, content):
        return []

    def _parts(self, stem_html, content):
        found = [Part("stem", _("Question text"), stem_html)]
        for number, gap in enumerate(content["gaps"], start=1):
            anchor, label = f"gap:{gap['token']}", _("Gap %(number)s", number=number)
            weight = _("weight %(weight)s", weight=figure_words(gap["weight"]))
            if gap["kind"] == "text":
                words = "; ".join(with_share(row) for row in gap["accepted"])
                found.append(Part(anchor, label, as_html(words), is_key=True, note=weight, is_secret=True))
                continue
            for place, row in enumerate(gap["choices"]):
                name = f"{label}, {place_name(place)}"
                found.append(Part(f"{anchor}/choice:{row['token']}", name, as_html(row["text"]), row["is_key"], weight))
        return found

    def fragment(self, stem_html, content, media=None):
        gaps = [
            {
                "token": gap["token"],
                "kind": gap["kind"],
                "width": 20,
                "choices": sorted(
                    ({"token": row["token"], "text": row["text"]} for row in gap["choices"]),
                    key=lambda row: row["token"],
                ),
            }
            for gap in content["gaps"]
        ]
        return {**super().fragment(stem_html, content, media), "gaps": gaps}

    def tokens_of(self, fragment):
        return [
            token
            for gap in fragment["gaps"]
            for token in (gap["token"], *(f"{gap['token']}.{row['token']}" for row in gap["choices"]))
        ]

    def arrange(self, fragment, tokens):
        gaps = {gap["token"]: gap for gap in fragment["gaps"]}
        arranged = []
        for token, choices in split_tokens(tokens).items():
            rows = {row["token"]: row for row in gaps[token]["choices"]}
            arranged.append({**gaps[token], "choices": [rows[choice] for choice in choices]})
        return {**fragment, "gaps": arranged}

    def deal_order(self, content, rng):
        dealt = []
        for gap in content["gaps"]:
            choices = sorted(row["token"] for row in gap["choices"])
            rng.shuffle(choices)
            dealt += [gap["token"], *(f"{gap['token']}.{choice}" for choice in choices)]
        return dealt

    def _canonical(self, value, tokens):
        known = split_tokens(tokens)
        given = known_fields(only_field(value, "gaps"), known)
        return {"gaps": {gap: _read_gap(given[gap], choices) for gap, choices in known.items()}}

    def response_from_form(self, form, question, tokens):
        gaps = {gap: form.get(field_name(question, gap)) or None for gap in split_tokens(tokens)}
        return self.parse_response({"gaps": gaps}, tokens)

    def _given(self, payload):
        gaps = read_payload(payload).get("gaps") or {}
        return {gap: given for gap, given in gaps.items() if given is not None and given.strip()}

    def _share(self, content, payload):
        given, rule = self._given(payload), rules.TextRule.parse(content["scoring"])
        weights = {gap["token"]: _weight(gap) for gap in content["gaps"]}
        reached = sum(weights[gap["token"]] * _gap_share(gap, given.get(gap["token"]), rule) for gap in content["gaps"])
        return Fraction(reached, sum(weights.values()) or 1)

    def key_view(self, content):
        return [
            {"token": gap["token"], "letter": str(number), "html": as_html(_key_words(gap)), "is_key": True,
             "is_locked": False}
            for number, gap in enumerate(content["gaps"], start=1)
        ]  # fmt: skip

    def describe_scoring(self, content):
        weights = "; ".join(
            f"{number}: {figure_words(gap['weight'])}" for number, gap in enumerate(content["gaps"], start=1)
        )
        is_even = len({gap["weight"] for gap in content["gaps"]}) <= 1
        words = (
            _("Each gap gives an equal part of the points.")
            if is_even
            else _("Each gap gives its part of the points by weight (%(weights)s).", weights=weights)
        )
        has_text = any(gap["kind"] == "text" for gap in content["gaps"])
        return f"{words} {describe_rule(content['scoring'])}" if has_text else words

    def describe_key(self, content):
        return [
            (_("Gap %(number)s", number=number), _key_words(gap)) for number, gap in enumerate(content["gaps"], start=1)
        ]

    def describe_response(self, content, payload, tokens):
        given, rule = self._given(payload), rules.TextRule.parse(content["scoring"])
        found = []
        for number, gap in enumerate(content["gaps"], start=1):
            words = given.get(gap["token"])
            outcome = outcome_of(_gap_share(gap, words, rule)) if words else "blank"
            if words and gap["kind"] == "choice":
                words = next((row["text"] for row in gap["choices"] if row["token"] == words), "")
            found.append((_("Gap %(number)s", number=number), words or "", outcome))
        return found


def split_tokens(tokens) -> dict[str, list[str]]:
    """Each gap of the dealt tokens with its choices in their order; a gap to type into has none."""
    found: dict[str, list[str]] = {}
    for token in tokens:
        gap, _dot, choice = token.partition(".")
        found.setdefault(gap, [])
        if choice:
            found[gap].append(choice)
    return found


def _read_gap(given, choices: list[str]) -> str | None:
    if given is None:
        return None
    if choices:
        return one_of(given, choices)
    return one_line(given, LONGEST_SHORT_TEXT) or None


def _normal_gap(row: dict) -> dict:
    choices = [
        {"token": one.get("token"), "text": line_of(one.get("text"), LONGEST_CHOICE), "is_key": bool(one.get("is_key"))}
        for one in rows_of(row.get("choices"))
    ]
    kind = choice_of(row.get("kind"), ("text", "choice"))
    accepted = normal_accepted(row.get("accepted")) if kind == "text" else []
    return {
        "token": row.get("token"),
        "kind": kind,
        "accepted": [{"text": one["text"], "share": one["share"]} for one in accepted],
        "choices": name_rows(choices) if kind == "choice" else [],
        "weight": figure_of(row.get("weight"), "1"),
    }


def _weight(gap: dict) -> Fraction:
    return max(fraction_of(gap["weight"]), Fraction(0))


def _gap_share(gap: dict, given: str | None, rule: rules.TextRule) -> Fraction:
    if given is None:
        return Fraction(0)
    if gap["kind"] == "choice":
        return Fraction(int(any(row["is_key"] and row["token"] == given for row in gap["choices"])))
    return best_share(given, gap["accepted"], rule)


def _key_words(gap: dict) -> str:
    if gap["kind"] == "text":
        return "; ".join(with_share(row) for row in gap["accepted"])
    return "; ".join(row["text"] for row in gap["choices"] if row["is_key"])


def _check_gap(gap: dict, number: int, rule: rules.TextRule) -> list[Problem]:
    anchor, found = f"gap:{gap['token']}", []
    if gap["kind"] == "text":
        found = [(one.code, one.message) for one in check_accepted(gap["accepted"], rule, lambda row: anchor)]
    else:
        words = [rules.text_key(row["text"], rules.TextRule()) for row in gap["choices"]]
        if len(words) < 2:
            found.append(("too_few_choices", _("At least two choices are needed.")))
        if "" in words:
            found.append(("empty_choice", _("A choice is empty. Fill it in or remove it.")))
        if len(set(words)) < len(words):
            found.append(("twin_choices", _("Two choices say the same.")))
        if sum(row["is_key"] for row in gap["choices"]) != 1:
            found.append(("no_key", _("Mark exactly one choice as right.")))
    if _weight(gap) <= 0:
        found.append(("bad_weight", _("A weight is a number above 0.")))
    return [
        Problem(code, _("Gap %(number)s: %(message)s", number=number, message=message), part=anchor)
        for code, message in found
    ]


def _check_stem(gaps: list[dict], stem_html: str) -> list[Problem]:
    shown = rules.gaps_in(stem_html)
    problems = []
    for number, gap in enumerate(gaps, start=1):
        if shown.count(gap["token"]) != 1:
            message = (
                _("Gap %(number)s stands in the question text twice.", number=number)
                if gap["token"] in shown
                else _("Gap %(number)s does not stand in the question text.", number=number)
            )
            problems.append(Problem("gap_not_shown", message, part=f"gap:{gap['token']}"))
    if set(shown) - {gap["token"] for gap in gaps}:
        message = _("The question text has a gap for which no answer is given.")
        problems.append(Problem("gap_without_answer", message, part="stem"))
    return problems
