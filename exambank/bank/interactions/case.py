"""A case (tình huống): one text and several questions on it that travel together as one item."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from flask_babel import gettext as _

from exambank.bank import rules
from exambank.bank.interactions.base import Interaction, Part, PartScore, Problem, Score, share_of, shown_words
from exambank.bank.interactions.contents import (
    figure_of,
    figure_words,
    fraction_of,
    html_of,
    is_token,
    mapping,
    name_rows,
    rows_of,
)
from exambank.bank.interactions.payloads import known_fields, only_field, read_payload, refused

MOST_QUESTIONS = 12


class Case(Interaction):
    """The stem is what all questions share; each question is of a kind of its own with its own content and weight.

    The points of the item are dealt to the questions by weight, so that they add up to it to the last 1/10,000.
    """

    kind = "case"
    family = "composite"
    has_options = False
    is_typed = True

    def __init__(self, kinds: dict[str, Interaction]):
        self.kinds = dict(kinds)

    def label(self):
        return _("Case with several questions")

    def instruction(self):
        return _("Read the case, then answer every question on it.")

    # --- content ---

    def _normal_content(self, content):
        rows = name_rows(
            [self._normal_question(row) for row in rows_of(mapping(content).get("questions")) if self._knows(row)]
        )
        return {"options": [], "questions": rows, "scoring": {}}

    def _knows(self, row: dict) -> bool:
        return isinstance(row.get("kind"), str) and row["kind"] in self.kinds

    def _normal_question(self, row: dict) -> dict:
        return {
            "token": row.get("token") if is_token(row.get("token")) else None,
            "kind": row["kind"],
            "stem": html_of(row.get("stem")),
            "content": self.kinds[row["kind"]].normalise(row.get("content")),
            "weight": figure_of(row.get("weight"), "1"),
        }

    def check(self, content, stem_html=None):
        problems = []
        if not content["questions"]:
            problems.append(Problem("no_question", _("The case has no question. Add at least one.")))
        if len(content["questions"]) > MOST_QUESTIONS:
            message = _("At most %(count)s questions fit into a case.", count=MOST_QUESTIONS)
            problems.append(Problem("too_many_questions", message))
        for number, row in enumerate(content["questions"], start=1):
            problems += [self._within(row, number, one) for one in self._check_question(row)]
        return problems

    def _check_question(self, row: dict) -> Iterator[Problem]:
        if not shown_words(row["stem"]):
            yield Problem("empty_stem", _("The question itself is empty."), part="stem")
        if fraction_of(row["weight"]) <= 0:
            yield Problem("bad_weight", _("A weight is a number above 0."))
        yield from self.kinds[row["kind"]].check(row["content"], row["stem"])

    @staticmethod
    def _within(row: dict, number: int, problem: Problem) -> Problem:
        anchor = f"question:{row['token']}" + (f"/{problem.part}" if problem.part else "")
        message = _("Question %(number)s: %(message)s", number=number, message=problem.message)
        return Problem(problem.code, message, problem.is_blocking, anchor)

    def _check_keys(self, content):
        return []

    def needs_marker(self, content):
        return any(self.kinds[row["kind"]].needs_marker(row["content"]) for row in content["questions"])

    def _parts(self, stem_html, content):
        found = [Part("stem", _("Case"), stem_html)]
        for number, row in enumerate(content["questions"], start=1):
            name = _("Question %(number)s", number=number)
            for part in self.kinds[row["kind"]].parts(row["stem"], row["content"]):
                label = name if part.anchor == "stem" else f"{name}, {part.label}"
                note = part.note
                if part.anchor == "stem":
                    note = _("weight %(weight)s", weight=figure_words(row["weight"]))
                anchor = f"question:{row['token']}/{part.anchor}"
                found.append(Part(anchor, label, part.html, part.is_key, note, part.is_secret))
        return found

    # --- the candidate's side ---

    def fragment(self, stem_html, content, media=None):
        questions = [
            {**self.kinds[row["kind"]].fragment(row["stem"], row["content"]), "token": row["token"]}
            for row in content["questions"]
        ]
        pictures = [*rules.pictures_in(stem_html), *(one for row in questions for one in row["pictures"])]
        fragment = super().fragment(stem_html, content, media)
        return {**fragment, "questions": questions, "pictures": list(dict.fromkeys(pictures))}

    def tokens_of(self, fragment):
        return [
            token
            for row in fragment["questions"]
            for token in _outer_tokens(row["token"], row["kind"], self.kinds[row["kind"]].tokens_of(row))
        ]

    def arrange(self, fragment, tokens):
        rows = {row["token"]: row for row in fragment["questions"]}
        questions = [
            {**self.kinds[kind].arrange(rows[token], inner), "token": token}
            for token, kind, inner in split_tokens(tokens)
        ]
        return {**fragment, "questions": questions}

    def deal_order(self, content, rng):
        """Questions keep their order, for one may lead to the next; within each its kind deals."""
        return [
            token
            for row in content["questions"]
            for token in _outer_tokens(
                row["token"], row["kind"], self.kinds[row["kind"]].deal_order(row["content"], rng)
            )
        ]

    def _canonical(self, value, tokens):
        questions = split_tokens(tokens)
        given = known_fields(only_field(value, "questions"), [token for token, _kind, _inner in questions])
        return {
            "questions": {
                token: self._read(kind, given[token], inner) if given[token] is not None else None
                for token, kind, inner in questions
            }
        }

    def _read(self, kind: str, given, inner: tuple[str, ...]) -> dict:
        if not isinstance(given, dict):
            raise refused()
        return self.kinds[kind].canonical(given, inner)

    def response_from_form(self, form, question, tokens):
        questions = {
            token: read_payload(self.kinds[kind].response_from_form(form, f"{question}.{token}", inner))
            for token, kind, inner in split_tokens(tokens)
        }
        return self.parse_response({"questions": questions}, tokens)

    def _given(self, payload):
        return {token: given for token, given in (read_payload(payload).get("questions") or {}).items() if given}

    def is_blank(self, payload):
        return all(_is_empty(given) for given in self._given(payload).values())

    # --- scoring ---

    def split_score(self, content, payload, max_points):
        given = self._given(payload)
        found = []
        for number, (row, largest) in enumerate(deal_points(content["questions"], Decimal(max_points)), start=1):
            score = self.kinds[row["kind"]].score(row["content"], given.get(row["token"]), largest)
            label = _("Question %(number)s", number=number)
            found.append(PartScore(row["token"], label, score.points, largest, score.outcome))
        return found

    def score(self, content, payload, max_points):
        parts = self.split_score(content, payload, max_points)
        points = sum((part.points for part in parts), Decimal("0"))
        outcomes = {part.outcome for part in parts}
        if "pending" in outcomes:
            return Score(points, "pending")
        if outcomes <= {"blank"}:
            return Score(Decimal("0"), "blank")
        if outcomes == {"right"}:
            return Score(points, "right")
        return Score(points, "partial" if points > 0 else "wrong")

    def _share(self, content, payload):
        return Fraction(self.score(content, payload, Decimal(1)).points)

    def lowest_share(self, content):
        weights = sum((_weight(row) for row in content["questions"]), Fraction(0))
        lowest = sum(
            (_weight(row) * self.kinds[row["kind"]].lowest_share(row["content"]) for row in content["questions"]),
            Fraction(0),
        )
        return lowest / (weights or 1)

    def scoring_rule(self, content):
        questions = [
            {
                "token": row["token"],
                "weight": row["weight"],
                **self.kinds[row["kind"]].scoring_rule(row["content"]),
            }
            for row in content["questions"]
        ]
        return {"kind": self.kind, "keys": [], "options": [], "questions": questions}

    def key_view(self, content):
        return []

    # --- in words, for staff ---

    def describe_scoring(self, content):
        words = [_("The points are dealt to the questions by weight.")]
        for number, row in enumerate(content["questions"], start=1):
            sentence = self.kinds[row["kind"]].describe_scoring(row["content"])
            name = _("Question %(number)s (weight %(weight)s)", number=number, weight=figure_words(row["weight"]))
            words.append(f"{name}: {sentence}")
        return " ".join(words)

    def describe_key(self, content):
        return [
            (f"{_('Question %(number)s', number=number)}, {label}", words)
            for number, row in enumerate(content["questions"], start=1)
            for label, words in self.kinds[row["kind"]].describe_key(row["content"])
        ]

    def describe_response(self, content, payload, tokens):
        given = self._given(payload)
        dealt = {token: inner for token, _kind, inner in split_tokens(tokens)}
        found = []
        for number, row in enumerate(content["questions"], start=1):
            name = _("Question %(number)s", number=number)
            lines = self.kinds[row["kind"]].describe_response(
                row["content"], given.get(row["token"]), dealt.get(row["token"], ())
            )
            found += [(f"{name}, {label}", words, outcome) for label, words, outcome in lines]
        return found


def split_tokens(tokens) -> list[tuple[str, str, tuple[str, ...]]]:
    """The questions of the dealt tokens: (token, kind, the tokens dealt within it)."""
    found: list[tuple[str, str, list[str]]] = []
    for token in tokens:
        if ":" in token:
            name, _colon, kind = token.partition(":")
            found.append((name, kind, []))
        else:
            found[-1][2].append(token.partition("/")[2])
    return [(name, kind, tuple(inner)) for name, kind, inner in found]


def deal_points(questions: list[dict], max_points: Decimal) -> Iterator[tuple[dict, Decimal]]:
    """Each question with its points: by weight, cut at the running sum, so that they add up exactly."""
    total = sum((_weight(row) for row in questions), Fraction(0))
    reached, cut = Fraction(0), Decimal("0")
    for row in questions:
        reached += _weight(row)
        until = share_of(max_points, reached / total) if total else Decimal("0")
        yield row, until - cut
        cut = until


def _weight(row: dict) -> Fraction:
    return max(fraction_of(row["weight"]), Fraction(0))


def _outer_tokens(token: str, kind: str, inner) -> list[str]:
    return [f"{token}:{kind}", *(f"{token}/{one}" for one in inner)]


def _is_empty(given) -> bool:
    """Whether there is nothing in a response to a question, of whatever kind: no word, no choice, no place."""
    if isinstance(given, dict):
        return all(_is_empty(one) for one in given.values())
    return given is None or given == [] or (isinstance(given, str) and not given.strip())
