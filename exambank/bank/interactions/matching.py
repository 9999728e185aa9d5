"""Prompts, each matched with one of several targets."""

from fractions import Fraction

from flask_babel import gettext as _

from exambank.bank import rules
from exambank.bank.interactions.base import Interaction, Part, Problem, place_name, shown_words
from exambank.bank.interactions.contents import (
    choice_of,
    html_of,
    is_token,
    mapping,
    name_rows,
    rows_of,
)
from exambank.bank.interactions.payloads import field_name, known_fields, one_of, only_field, read_payload

MOST_TARGETS = 20


class Matching(Interaction):
    """``options`` are the prompts, ``pairs`` gives each its target; a target may serve several prompts or none."""

    kind = "matching"
    most_options = 12
    options_are_statements = True
    key_fields = ("pairs",)
    rules_known = ("per_pair", "all_or_nothing")

    def label(self):
        return _("Matching")

    def instruction(self):
        return _("Choose the match of each line.")

    def _normal_content(self, content):
        content = mapping(content)
        prompts = plain_options(content)
        targets = name_rows(
            [{"token": row.get("token"), "html": html_of(row.get("html"))} for row in rows_of(content.get("targets"))],
            prefix="t",
            taken=tuple(row["token"] for row in prompts),
        )
        known = {row["token"] for row in targets}
        given = mapping(content.get("pairs"))
        pairs = {row["token"]: given.get(row["token"]) for row in prompts}
        return {
            "options": prompts,
            "targets": targets,
            "pairs": {prompt: target for prompt, target in pairs.items() if is_token(target) and target in known},
            "scoring": {"rule": choice_of(mapping(content.get("scoring")).get("rule"), self.rules_known)},
        }

    def _check_keys(self, content):
        problems = []
        for place, row in enumerate(content["options"]):
            if row["token"] not in content["pairs"]:
                message = _("Line %(name)s has no match. Choose one.", name=place_name(place))
                problems.append(Problem("no_key", message, part=f"option:{row['token']}"))
        return problems + _check_targets(content["targets"])

    def _parts(self, stem_html, content):
        names = {row["token"]: str(number) for number, row in enumerate(content["targets"], start=1)}
        found = [Part("stem", _("Question text"), stem_html)]
        for place, row in enumerate(content["options"]):
            target = names.get(content["pairs"].get(row["token"], ""), "")
            note = _("goes with match %(number)s", number=target) if target else ""
            label = _("Line %(letter)s", letter=place_name(place))
            found.append(Part(f"option:{row['token']}", label, row["html"], note=note))
        for row in content["targets"]:
            label = _("Match %(number)s", number=names[row["token"]])
            found.append(Part(f"target:{row['token']}", label, row["html"]))
        return found

    def fragment(self, stem_html, content, media=None):
        # in the order of their random names: the order in which they were written tells the pairs
        targets = sorted(({"token": row["token"], "html": row["html"]} for row in content["targets"]), key=_token)
        return {**super().fragment(stem_html, content, media), "targets": targets}

    def tokens_of(self, fragment):
        return [row["token"] for row in (*fragment["options"], *fragment["targets"])]

    def arrange(self, fragment, tokens):
        rows = {row["token"]: row for row in (*fragment["options"], *fragment["targets"])}
        prompts = {row["token"] for row in fragment["options"]}
        return {
            **fragment,
            "options": [rows[token] for token in tokens if token in prompts],
            "targets": [rows[token] for token in tokens if token not in prompts],
        }

    def deal_order(self, content, rng):
        targets = sorted(row["token"] for row in content["targets"])
        rng.shuffle(targets)
        return [row["token"] for row in content["options"]] + targets

    def _canonical(self, value, tokens):
        prompts, targets = split_tokens(tokens)
        pairs = known_fields(only_field(value, "pairs"), prompts)
        return {"pairs": {prompt: one_of(target, targets) for prompt, target in pairs.items()}}

    def response_from_form(self, form, question, tokens):
        prompts, _targets = split_tokens(tokens)
        pairs = {prompt: form.get(field_name(question, prompt)) or None for prompt in prompts}
        return self.parse_response({"pairs": pairs}, tokens)

    def _given(self, payload):
        pairs = read_payload(payload).get("pairs") or {}
        return {prompt: target for prompt, target in pairs.items() if target is not None}

    def _share(self, content, payload):
        given = self._given(payload)
        right = sum(given.get(row["token"]) == content["pairs"].get(row["token"], "") for row in content["options"])
        if content["scoring"]["rule"] == "all_or_nothing":
            return Fraction(int(right == len(content["options"])))
        return Fraction(right, len(content["options"]) or 1)

    def key_view(self, content):
        words = {row["token"]: row["html"] for row in content["targets"]}
        return [
            {"token": row["token"], "letter": place_name(place), "is_key": True, "is_locked": False,
             "html": f"{row['html']} → {words.get(content['pairs'].get(row['token']), '')}"}
            for place, row in enumerate(content["options"])
        ]  # fmt: skip

    def describe_scoring(self, content):
        if content["scoring"]["rule"] == "all_or_nothing":
            return _("All points only when every line has its match.")
        return _("Each line with its match gives an equal part of the points.")

    def describe_key(self, content):
        words = {row["token"]: rules.plain_text(row["html"]) for row in content["targets"]}
        return [
            (rules.plain_text(row["html"]), words.get(content["pairs"].get(row["token"]), ""))
            for row in content["options"]
        ]

    def describe_response(self, content, payload, tokens):
        given = self._given(payload)
        words = {row["token"]: rules.plain_text(row["html"]) for row in content["targets"]}
        found = []
        for row in content["options"]:
            target = given.get(row["token"])
            outcome = "right" if target == content["pairs"].get(row["token"]) else "wrong"
            found.append((rules.plain_text(row["html"]), words.get(target, ""), outcome if target else "blank"))
        return found


def plain_options(content: dict) -> list[dict]:
    """Rows of a kind whose options are neither right nor wrong and are all dealt alike."""
    return name_rows(
        [
            {
                "token": None if str(row.get("token")).startswith("t") else row.get("token"),
                "html": html_of(row.get("html")),
                "is_key": False,
                "is_locked": False,
            }
            for row in rows_of(content.get("options"))
        ]
    )


def split_tokens(tokens) -> tuple[list[str], list[str]]:
    """The dealt tokens of the prompts and those of the targets, whose names begin with a letter no other has."""
    return [one for one in tokens if not one.startswith("t")], [one for one in tokens if one.startswith("t")]


def _token(row: dict) -> str:
    return row["token"]


def _check_targets(targets: list[dict]) -> list[Problem]:
    words = [rules.text_key(shown_words(row["html"]), rules.TextRule()) for row in targets]
    problems = []
    if len(targets) < 2:
        problems.append(Problem("too_few_targets", _("At least two matches are needed.")))
    if len(targets) > MOST_TARGETS:
        problems.append(Problem("too_many_targets", _("At most %(count)s matches fit.", count=MOST_TARGETS)))
    for place, row in enumerate(targets):
        anchor = f"target:{row['token']}"
        if not words[place]:
            problems.append(Problem("empty_target", _("A match is empty. Fill it in or remove it."), part=anchor))
        elif words[place] in words[:place]:
            message = _("Two matches say the same: see match %(number)s.", number=place + 1)
            problems.append(Problem("twin_targets", message, part=anchor))
    return problems
