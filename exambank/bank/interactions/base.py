"""What every kind of item can do. A new kind is one class with these methods, entered in ``REGISTRY``."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from random import Random
from typing import Any

from flask_babel import gettext as _

from exambank import text
from exambank.bank import rules
from exambank.bank.interactions.contents import html_of, is_token, mapping, name_rows, new_token, percent, rows_of
from exambank.bank.interactions.payloads import LONGEST_RESPONSE, dump, field_name, load

POINTS_STEP = Decimal("0.0001")


@dataclass(frozen=True)
class Problem:
    """What is wrong with an item; a blocking one keeps it from review. ``part``: the anchor of the part it is about."""

    code: str
    message: str
    is_blocking: bool = True
    part: str = ""


@dataclass(frozen=True)
class Score:
    """Points for a response; ``outcome`` is right, partial, wrong, blank, or pending: a person has still to mark it.

    Points of a pending response are those a machine could give already (a case with one essay among its questions).
    """

    points: Decimal
    outcome: str


@dataclass(frozen=True)
class Part:
    """One text of an item that a person wrote: what comments are anchored to, and what versions are compared by.

    ``anchor`` is "stem" or a name with a token ("option:3f2a...", "rubric:...", "question:TOKEN/option:TOKEN").
    ``is_key`` is None where right or wrong is no matter. ``note`` says in words what else belongs to it (points, pair).
    ``is_secret``: a candidate never sees it.
    """

    anchor: str
    label: str
    html: str
    is_key: bool | None = None
    note: str = ""
    is_secret: bool = False


@dataclass(frozen=True)
class PartScore:
    """Points of one part of a response; a kind without parts has one, whose token is empty."""

    token: str
    label: str
    points: Decimal
    max_points: Decimal
    outcome: str


def share_of(max_points: Decimal, share: Fraction) -> Decimal:
    """A share of the points, half up to the 1/10,000 that the database keeps."""
    exact = Fraction(max_points) * share
    scaled = Decimal(exact.numerator) / Decimal(exact.denominator)
    return scaled.quantize(POINTS_STEP, rounding=ROUND_HALF_UP)


class Interaction(ABC):
    """One kind of item. All methods but ``label``, ``check`` and refusals are pure."""

    kind: str
    family = "objective"  # objective, written, spoken, composite: how kinds are grouped where one is chosen
    has_options = True
    is_typed = False  # candidates type text: saved as they type
    least_options = 2
    most_options = 10
    key_fields: tuple[str, ...] = ()  # further parts of a content by which a response is scored
    options_are_statements = False
    takes_several_keys = False

    # --- words ---

    @abstractmethod
    def label(self) -> str:
        """The kind's name for people."""

    @abstractmethod
    def instruction(self) -> str:
        """What the candidate is asked to do."""

    # --- content ---

    def new_content(self, options: Iterable[tuple[str, bool]], scoring: dict | None = None) -> dict:
        """Content from (HTML, is key) pairs, with fresh tokens and recognised locks."""
        rows = [{"html": html, "is_key": bool(is_key)} for html, is_key in options]
        return self.normalise({"options": rows, "scoring": scoring or {}})

    def normalise(self, content: dict) -> dict:
        """Content as it is stored, whatever came: HTML sanitised, tokens given, locks recognised, scoring complete.

        ``explanation`` (why the answer is right, for after the exam) stands in it only where there is one.
        """
        explanation = html_of(mapping(content).get("explanation"))
        found = self._normal_content(content)
        return {**found, "explanation": explanation} if explanation else found

    def _normal_content(self, content: dict) -> dict:
        content = mapping(content)
        options = self._normal_options(content)
        return {"options": options, "scoring": self._normal_scoring(mapping(content.get("scoring")), options)}

    def _normal_options(self, content: dict) -> list[dict]:
        options = name_rows([self._normal_option(row) for row in rows_of(content.get("options"))])
        recognised = rules.locked_options([rules.plain_text(row["html"]) for row in options])
        for row, is_recognised in zip(options, recognised, strict=True):
            row["is_locked"] = row["is_locked"] or is_recognised
        return options

    def _normal_option(self, row: dict) -> dict:
        token = row.get("token")
        return {
            "token": token if is_token(token) else new_token(),
            "html": html_of(row.get("html")),
            "is_key": bool(row.get("is_key")),
            "is_locked": bool(row.get("is_locked")),
        }

    def _normal_scoring(self, scoring: dict, options: list[dict]) -> dict:
        return {}

    def check(self, content: dict, stem_html: str | None = None) -> list[Problem]:
        """What is wrong with this content, blocking or not; with the stem also what the two must agree in."""
        return [*self._check_options(content["options"]), *self._check_keys(content)]

    def _check_options(self, options: list[dict]) -> list[Problem]:
        words = [text.search_key(shown_words(row["html"])) for row in options]
        anchors = [f"option:{row['token']}" for row in options]
        filled = [word for word in words if word]
        problems = []
        if len(filled) < self.least_options:
            problems.append(
                Problem("too_few_options", _("At least %(count)s options are needed.", count=self.least_options))
            )
        if len(options) > self.most_options:
            problems.append(Problem("too_many_options", _("At most %(count)s options fit.", count=self.most_options)))
        if len(filled) < len(words):
            anchor = anchors[words.index("")]
            problems.append(Problem("empty_option", _("An option is empty. Fill it in or remove it."), part=anchor))
        firsts = sorted({words.index(word) for word in filled if words.count(word) > 1})
        if firsts:
            names = ", ".join(place_name(place) for place in firsts)
            problems.append(
                Problem(
                    "twin_options",
                    _("Two options say the same: see option %(name)s.", name=names),
                    part=anchors[firsts[0]],
                )
            )
        return problems

    @abstractmethod
    def _check_keys(self, content: dict) -> list[Problem]: ...

    def needs_marker(self, content: dict) -> bool:
        """Whether a person has to mark responses to it."""
        return False

    def parts(self, stem_html: str, content: dict) -> list[Part]:
        """Every text of it in reading order, the stem first, the explanation last."""
        found = self._parts(stem_html, content)
        if content.get("explanation"):
            found.append(Part("explanation", _("Explanation"), content["explanation"], is_secret=True))
        return found

    def _parts(self, stem_html: str, content: dict) -> list[Part]:
        options = content["options"]
        return [
            Part("stem", _("Question text"), stem_html),
            *(self._option_part(row, place_name(place)) for place, row in enumerate(options)),
        ]

    def _option_part(self, row: dict, letter: str) -> Part:
        words = _("Statement %(letter)s") if self.options_are_statements else _("Option %(letter)s")
        return Part(f"option:{row['token']}", words % {"letter": letter}, row["html"], row["is_key"])

    def texts(self, content: dict) -> list[str]:
        """Every text of the content that a search should find, as HTML; the stem is not of them."""
        return [part.html for part in self.parts("", content)[1:]]

    def pictures(self, stem_html: str, content: dict) -> list[str]:
        """Public ids of the pictures that a candidate sees, each once."""
        seen = [stem_html, *(part.html for part in self.parts(stem_html, content) if not part.is_secret)]
        return list(dict.fromkeys(found for html in seen for found in rules.pictures_in(html)))

    # --- the candidate's side ---

    def fragment(self, stem_html: str, content: dict, media: Any = None) -> dict:
        """What the candidate's page shows: no key, no weight, no lock. ``media`` has ``public_id`` and ``alt``."""
        return {
            "kind": self.kind,
            "stem": stem_html,
            "options": [{"token": row["token"], "html": row["html"]} for row in content["options"]],
            "media": media.public_id if media is not None else None,
            "alt": media.alt if media is not None else "",
            "pictures": self.pictures(stem_html, content),
        }

    def tokens_of(self, fragment: dict) -> list[str]:
        """Every token that a paper deals for this fragment, in the fragment's own order: where nothing was dealt."""
        return [row["token"] for row in fragment["options"]]

    def arrange(self, fragment: dict, tokens: Sequence[str]) -> dict:
        """The fragment with its options in the order that a paper dealt: what the candidate's page is drawn from."""
        by_token = {row["token"]: row for row in fragment["options"]}
        return {**fragment, "options": [by_token[token] for token in tokens]}

    def deal_order(self, content: dict, rng: Random) -> list[str]:
        """Tokens in a dealt order: locked options keep their place, the others change among the free places."""
        options = content["options"]
        free = [row["token"] for row in options if not row["is_locked"]]
        rng.shuffle(free)
        dealt = iter(free)
        return [row["token"] if row["is_locked"] else next(dealt) for row in options]

    def parse_response(self, given: Any, tokens: Sequence[str]) -> str:
        """Canonical JSON of a response; InvalidInput for anything that this question cannot take."""
        return dump(self.canonical(load(given), tuple(tokens)))

    def canonical(self, value: dict, tokens: tuple[str, ...]) -> dict:
        """The same as plain data: how a case reads the response to one of its questions."""
        return self._canonical(value, tokens)

    @abstractmethod
    def _canonical(self, value: dict, tokens: tuple[str, ...]) -> dict: ...

    @abstractmethod
    def response_from_form(self, form: Any, question: int | str, tokens: Sequence[str]) -> str:
        """Canonical JSON from the plain form's fields (see ``field_name``)."""

    # --- scoring ---

    def is_blank(self, payload: str | dict | None) -> bool:
        """Whether nothing was given."""
        return not self._given(payload)

    @abstractmethod
    def _given(self, payload: str | dict | None) -> Any:
        """What was given, falsy when nothing."""

    def score(self, content: dict, payload: str | dict | None, max_points: Decimal) -> Score:
        """Points for a response under this content's own scoring; a blank never gets any."""
        if self.is_blank(payload):
            return Score(Decimal("0"), "blank")
        share = self._share(content, payload)
        return Score(share_of(Decimal(max_points), share), outcome_of(share))

    def lowest_share(self, content: dict) -> Fraction:
        """The least that a response can get, as a share of the points; below zero where wrong choices cost."""
        return Fraction(0)

    def split_score(self, content: dict, payload: str | dict | None, max_points: Decimal) -> list[PartScore]:
        """The same points part by part (a case: question by question)."""
        score = self.score(content, payload, max_points)
        return [PartScore("", "", score.points, Decimal(max_points), score.outcome)]

    @abstractmethod
    def _share(self, content: dict, payload: str | dict) -> Fraction: ...

    def scoring_rule(self, content: dict) -> dict:
        """A snapshot by which anybody can compute the mark again: the keys and the rule. For staff only."""
        return {
            "kind": self.kind,
            "keys": [row["token"] for row in content["options"] if row.get("is_key")],
            "options": [row["token"] for row in content["options"]],
            **{name: content[name] for name in self.key_fields},
            **content.get("scoring", {}),
        }

    def key_view(self, content: dict) -> list[dict]:
        """Options with their letter, key and lock, for staff."""
        return [{**row, "letter": place_name(place)} for place, row in enumerate(content["options"])]

    # --- in words, for staff ---

    @abstractmethod
    def describe_scoring(self, content: dict) -> str:
        """How points are given, in a sentence."""

    @abstractmethod
    def describe_key(self, content: dict) -> list[tuple[str, str]]:
        """The right answer as (label, plain text)."""

    @abstractmethod
    def describe_response(
        self, content: dict, payload: str | dict | None, tokens: Sequence[str]
    ) -> list[tuple[str, str, str | None]]:
        """What was given as (label, plain text, outcome); letters are those of the dealt order. Empty text: nothing."""


def place_name(place: int) -> str:
    """The letter of a place: 0 is A."""
    return chr(ord("A") + place) if place < 26 else str(place + 1)


def shown_words(html: str) -> str:
    """The words of stored HTML; a picture without words still says something."""
    return rules.plain_text(html) or " ".join(rules.pictures_in(html))


def outcome_of(share: Fraction) -> str:
    """The word for a share of the points."""
    return "right" if share == 1 else ("partial" if share > 0 else "wrong")


__all__ = [
    "LONGEST_RESPONSE",
    "Interaction",
    "Part",
    "PartScore",
    "Problem",
    "Score",
    "field_name",
    "new_token",
    "outcome_of",
    "percent",
    "place_name",
    "share_of",
    "shown_words",
]
