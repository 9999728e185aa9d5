"""Kinds that a person marks: essay, oral ticket. The rubric's points go in steps of a quarter."""

from decimal import Decimal, InvalidOperation
from typing import ClassVar

from flask_babel import gettext as _

from exambank.bank import rules
from exambank.bank.forms.figures import read_figure, show_figure
from exambank.bank.forms.rows import KindForm, RowSet, figure_of, html_of

STEP = Decimal("0.25")


class RubricForm(KindForm):
    """What an answer must hold, each with its points; a model answer; hints."""

    rich_fields: ClassVar[tuple[str, ...]] = ("model_answer",)
    hints: ClassVar[tuple[str, ...]] = ()
    numbers: ClassVar = {"rubric.points": ("0", "100")}

    def _show(self, stem, content):
        for row in content.get("prompts") or []:
            self.append("prompts", token=row["token"], text=rules.editable_text(row["html"]))
        for row in content.get("rubric") or []:
            self.append(
                "rubric", token=row["token"], text=rules.editable_text(row["html"]),
                points=show_figure(row["points"]), prompt=row.get("prompt") or "",
            )  # fmt: skip
        for name in self.rich_fields:
            self.values[name] = rules.editable_text(content.get(name) or "")
        for name in self.hints:
            self.values[name] = str((content.get("hints") or {}).get(name) or "")
        return self.start()

    def take_over(self, words):
        for text, _is_key in words:
            self.append("rubric", text=text)
        return self.start()

    def given_words(self):
        return [(row["text"], False) for row in self.filled("rubric", "text")]

    def total(self) -> str:
        """The rubric's points together, in the reader's own way."""
        figures = [read_figure(row["points"]) for row in self.rows["rubric"]]
        return show_figure(f"{sum((Decimal(figure) for figure in figures if figure), Decimal(0)):f}")

    def validate(self):
        for row in self.rows["rubric"]:
            if row["points"] and not _is_stepped(row["points"]):
                row.errors.setdefault("points", []).append(
                    _("Points go in steps of 0.25: type for example 0,25 or 0,5 or 1.")
                )
        for name in self.hints:
            if self[name] and not (self[name].isascii() and self[name].isdecimal() and len(self[name]) < 6):
                self.errors.setdefault(name, []).append(_("Type a whole number, or leave it empty."))
        return super().validate()

    def content(self):
        found = {
            "options": [],
            "scoring": {},
            "rubric": [
                {
                    "token": row["token"], "html": html_of(row["text"]), "points": figure_of(row["points"], "0"),
                    "prompt": row["prompt"],
                }
                for row in self.filled("rubric", "text", "points")
            ],
            "hints": {name: int(self[name]) if self[name].isdecimal() else None for name in self.hints},
        }  # fmt: skip
        return found | {name: html_of(self[name]) for name in self.rich_fields}


def _is_stepped(typed: str) -> bool:
    try:
        return Decimal(read_figure(typed) or typed) % STEP == 0
    except InvalidOperation:
        return True  # no number at all: said elsewhere


class EssayForm(RubricForm):
    kind = "essay"
    row_sets: ClassVar = (
        RowSet("prompts", ("token", "text"), most=12, rich=frozenset({"text"})),
        RowSet("rubric", ("token", "text", "points", "prompt"), first=2, most=40, rich=frozenset({"text"})),
    )
    fields: ClassVar = {"model_answer": "", "words": "", "minutes": ""}
    hints: ClassVar = ("words", "minutes")

    def prompt_choices(self) -> list[tuple[str, str]]:
        """The parts a rubric row may belong to."""
        rows = self.filled("prompts", "text")
        if not rows:
            return []
        return [
            ("", _("The whole answer")),
            *((row["token"], _("Part %(number)s", number=place)) for place, row in enumerate(rows, start=1)),
        ]

    def content(self):
        prompts = [{"token": row["token"], "html": html_of(row["text"])} for row in self.filled("prompts", "text")]
        return super().content() | {"prompts": prompts}


class OralForm(RubricForm):
    kind = "oral"
    row_sets: ClassVar = (RowSet("rubric", ("token", "text", "points"), first=2, most=40, rich=frozenset({"text"})),)
    fields: ClassVar = {"model_answer": "", "follow_ups": "", "preparation_minutes": "", "answer_minutes": ""}
    rich_fields: ClassVar = ("model_answer", "follow_ups")
    hints: ClassVar = ("preparation_minutes", "answer_minutes")
