"""What every kind of item can do. A new kind is one class with these methods, entered in ``REGISTRY``."""

import json
import secrets
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
from exambank.errors import InvalidInput

LONGEST_RESPONSE = 20_000
MOST_OPTIONS = 10
POINTS_STEP = Decimal("0.0001")


@dataclass(frozen=True)
class Problem:
    """What is wrong with an item; a blocking one keeps it from review."""

    code: str
    message: str
    is_blocking: bool = True


@dataclass(frozen=True)
class Score:
    """Points for a response; ``outcome`` is right, partial, wrong or blank."""

    points: Decimal
    outcome: str


def new_token() -> str:
    """A random name of an option: it tells nothing about its place or rightness."""
    return secrets.token_hex(4)


def field_name(question: int, token: str | None = None) -> str:
    """The name of the plain form's field for a question (and one of its statements)."""
    return f"r-{question}" if token is None else f"r-{question}-{token}"


def share_of(max_points: Decimal, share: Fraction) -> Decimal:
    """A share of the points, half up to the 1/10,000 that the database keeps."""
    exact = Fraction(max_points) * share
    scaled = Decimal(exact.numerator) / Decimal(exact.denominator)
    return scaled.quantize(POINTS_STEP, rounding=ROUND_HALF_UP)


class Interaction(ABC):
    """One kind of item. All methods but ``label``, ``check`` and refusals are pure."""

    kind: str
    least_options = 2
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
        """Content as it is stored: HTML sanitised, tokens given, locks recognised, scoring complete."""
        options = [self._normal_option(row) for row in content.get("options") or []]
        recognised = rules.locked_options([rules.plain_text(row["html"]) for row in options])
        for row, is_recognised in zip(options, recognised, strict=True):
            row["is_locked"] = row["is_locked"] or is_recognised
        self._refuse_twin_tokens(options)
        return {"options": options, "scoring": self._normal_scoring(content.get("scoring") or {}, options)}

    def _normal_option(self, row: dict) -> dict:
        token = row.get("token")
        return {
            "token": token if _is_token(token) else new_token(),
            "html": rules.sanitize_html(str(row.get("html") or "")),
            "is_key": bool(row.get("is_key")),
            "is_locked": bool(row.get("is_locked")),
        }

    def _normal_scoring(self, scoring: dict, options: list[dict]) -> dict:
        return {}

    @staticmethod
    def _refuse_twin_tokens(options: list[dict]) -> None:
        seen: set[str] = set()
        for row in options:
            if row["token"] in seen:
                row["token"] = new_token()
            seen.add(row["token"])

    def check(self, content: dict) -> list[Problem]:
        """What is wrong with this content, blocking or not."""
        return [*self._check_options(content["options"]), *self._check_keys(content)]

    def _check_options(self, options: list[dict]) -> list[Problem]:
        words = [text.search_key(rules.plain_text(row["html"])) for row in options]
        filled = [word for word in words if word]
        problems = []
        if len(filled) < self.least_options:
            problems.append(
                Problem("too_few_options", _("At least %(count)s options are needed.", count=self.least_options))
            )
        if len(options) > MOST_OPTIONS:
            problems.append(Problem("too_many_options", _("At most %(count)s options fit.", count=MOST_OPTIONS)))
        if len(filled) < len(words):
            problems.append(Problem("empty_option", _("An option is empty. Fill it in or remove it.")))
        twins = sorted({place_name(words.index(word)) for word in filled if words.count(word) > 1})
        if twins:
            problems.append(
                Problem("twin_options", _("Two options say the same: see option %(name)s.", name=", ".join(twins)))
            )
        return problems

    @abstractmethod
    def _check_keys(self, content: dict) -> list[Problem]: ...

    # --- the candidate's side ---

    def fragment(self, stem_html: str, content: dict, media: Any = None) -> dict:
        """What the candidate's page shows: no key, no weight, no lock. ``media`` has ``public_id`` and ``alt``."""
        return {
            "kind": self.kind,
            "stem": stem_html,
            "options": [{"token": row["token"], "html": row["html"]} for row in content["options"]],
            "media": media.public_id if media is not None else None,
            "alt": media.alt if media is not None else "",
        }

    def deal_order(self, content: dict, rng: Random) -> list[str]:
        """Tokens in a dealt order: locked options keep their place, the others change among the free places."""
        options = content["options"]
        free = [row["token"] for row in options if not row["is_locked"]]
        rng.shuffle(free)
        dealt = iter(free)
        return [row["token"] if row["is_locked"] else next(dealt) for row in options]

    def parse_response(self, given: Any, tokens: Sequence[str]) -> str:
        """Canonical JSON of a response; InvalidInput for anything that this question cannot take."""
        value = _load(given)
        return json.dumps(self._canonical(value, tuple(tokens)), sort_keys=True, separators=(",", ":"))

    @abstractmethod
    def _canonical(self, value: dict, tokens: tuple[str, ...]) -> dict: ...

    @abstractmethod
    def response_from_form(self, form: Any, question: int, tokens: Sequence[str]) -> str:
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
        outcome = "right" if share == 1 else ("partial" if share > 0 else "wrong")
        return Score(share_of(Decimal(max_points), share), outcome)

    @abstractmethod
    def _share(self, content: dict, payload: str | dict) -> Fraction: ...

    def scoring_rule(self, content: dict) -> dict:
        """A snapshot by which anybody can compute the mark again: the keys and the rule. For staff only."""
        return {
            "kind": self.kind,
            "keys": [row["token"] for row in content["options"] if row["is_key"]],
            "options": [row["token"] for row in content["options"]],
            **content.get("scoring", {}),
        }

    def key_view(self, content: dict) -> list[dict]:
        """Options with their letter, key and lock, for staff."""
        return [{**row, "letter": place_name(place)} for place, row in enumerate(content["options"])]


def place_name(place: int) -> str:
    """The letter of a place: 0 is A."""
    return chr(ord("A") + place)


def read_payload(payload: str | dict | None) -> dict:
    """A stored response as plain data; nothing stored is an empty one."""
    if payload is None or payload == "":
        return {}
    return json.loads(payload) if isinstance(payload, str) else payload


def _is_token(token: Any) -> bool:
    return isinstance(token, str) and 0 < len(token) <= 16 and token.isascii() and token.isalnum()


def _load(given: Any) -> dict:
    if isinstance(given, str):
        if len(given) > LONGEST_RESPONSE:
            raise refused()
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            raise refused() from None
    if not isinstance(given, dict):
        raise refused()
    return given


def refused() -> InvalidInput:
    """The one answer to a response that does not fit its question."""
    return InvalidInput(_("This response does not fit the question. Nothing was changed."))


def only_field(value: dict, name: str) -> Any:
    """The value of the one field a response of this kind has."""
    if set(value) != {name}:
        raise refused()
    return value[name]
