"""What the kinds that a person marks have in common: a rubric of points, a model answer, typed text."""

from decimal import Decimal
from fractions import Fraction

from flask_babel import gettext as _

from exambank.bank import rules
from exambank.bank.interactions.base import Interaction, Part, Problem, Score, shown_words
from exambank.bank.interactions.contents import figure_of, figure_words, fraction_of, html_of, rows_of
from exambank.bank.interactions.payloads import many_lines, only_field, read_payload

RUBRIC_STEP = Fraction(1, 4)
MOST_POINTS = 100
NOTHING = Decimal("0")


class Written(Interaction):
    """The rubric says what earns points, in steps of 0.25; a marker gives them, no machine does."""

    has_options = False
    is_typed = True

    def needs_marker(self, content):
        return True

    def _check_keys(self, content):
        return []

    def _canonical(self, value, tokens):
        return {"text": many_lines(only_field(value, "text"))}

    def _given(self, payload):
        return (read_payload(payload).get("text") or "").strip()

    def score(self, content, payload, max_points):
        return Score(NOTHING, "blank" if self.is_blank(payload) else "pending")

    def _share(self, content, payload):
        return Fraction(0)

    def scoring_rule(self, content):
        rubric = [{"token": row["token"], "points": row["points"]} for row in content["rubric"]]
        return {"kind": self.kind, "keys": [], "options": [], "rubric": rubric}

    def key_view(self, content):
        return []

    def describe_scoring(self, content):
        total = figure_words(rubric_total(content["rubric"]))
        return _("A marker gives the points, by the marking guide: %(total)s in all, in steps of 0.25.", total=total)

    def describe_key(self, content):
        found = [
            (_("%(points)s points", points=figure_words(row["points"])), rules.plain_text(row["html"]))
            for row in content["rubric"]
        ]
        model = rules.plain_text(content["model_answer"])
        return [*found, (_("Model answer"), model)] if model else found


def normal_rubric(value) -> list[dict]:
    """Rows of a marking guide; those that hold nothing are dropped."""
    rows = [
        {
            "token": row.get("token"),
            "html": html_of(row.get("html")),
            "points": figure_of(row.get("points"), ""),
            "prompt": row.get("prompt") if isinstance(row.get("prompt"), str) else "",
        }
        for row in rows_of(value)
    ]
    return [row for row in rows if row["html"] or row["points"]]


def check_rubric(rubric: list[dict]) -> list[Problem]:
    """What is wrong with a marking guide: none, an empty line, points not in quarters."""
    if not rubric:
        return [Problem("no_rubric", _("There is no marking guide. Say what earns points, in steps of 0.25."))]
    problems = []
    for number, row in enumerate(rubric, start=1):
        anchor = f"rubric:{row['token']}"
        points = fraction_of(row["points"])
        if not shown_words(row["html"]):
            message = _("Line %(number)s of the marking guide is empty.", number=number)
            problems.append(Problem("empty_rubric", message, part=anchor))
        if not 0 < points <= MOST_POINTS or points % RUBRIC_STEP:
            message = _("Line %(number)s of the marking guide: points are given in steps of 0.25.", number=number)
            problems.append(Problem("bad_points", message, part=anchor))
    return problems


def rubric_total(rubric: list[dict]) -> str:
    """The sum of a marking guide's points, as a decimal string."""
    numbers = (rules.read_number(row["points"]) for row in rubric)
    return rules.write_number(sum((number for number in numbers if number is not None), NOTHING))


def rubric_parts(rubric: list[dict], prompts: dict[str, str] | None = None) -> list[Part]:
    """The marking guide as parts; ``prompts`` names the prompts that its lines belong to."""
    found = []
    for number, row in enumerate(rubric, start=1):
        note = _("%(points)s points", points=figure_words(row["points"]))
        named = (prompts or {}).get(row["prompt"])
        found.append(
            Part(
                f"rubric:{row['token']}",
                _("Marking guide, line %(number)s", number=number),
                row["html"],
                note=f"{named}: {note}" if named else note,
                is_secret=True,
            )
        )
    return found
