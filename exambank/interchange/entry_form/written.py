"""Kinds that a person marks: written and spoken answers."""

from typing import ClassVar

from flask_babel import lazy_gettext as _

from exambank.bank import rules
from exambank.bank.interactions import new_token
from exambank.interchange.entry_form.rows import TEXT, Column, Part, Row, RowSet, html_of, show_number

_POINTS = Column("points", "number", _("Points"))


class Essay(Part):
    kind = "essay"
    fields: ClassVar = (
        Column("model_answer", "rich", _("Model answer")),
        Column("words", "number", _("About how many words")),
        Column("minutes", "number", _("About how many minutes")),
    )
    sets: ClassVar = (
        RowSet("prompts", (TEXT,), _("Part of the question"), _("Add a part"), 0, 10, True),
        RowSet(
            "rubric", (TEXT, _POINTS, Column("prompt", "number", _("Belongs to part number"))),
            _("Point of the marking guide"), _("Add a point"), 1, 40,
        ),
    )  # fmt: skip
    hints: ClassVar = (("words", "words"), ("minutes", "minutes"))

    def fill(self, content):
        places = {one["token"]: str(place) for place, one in enumerate(content.get("prompts", []), start=1)}
        for one in content.get("prompts", []):
            self.append("prompts", text=rules.editable_text(one["html"]))
        for one in content["rubric"]:
            self.append(
                "rubric", text=rules.editable_text(one["html"]), points=show_number(one["points"]),
                prompt=places.get(one.get("prompt", ""), ""),
            )  # fmt: skip
        self.values["model_answer"] = rules.editable_text(content["model_answer"])
        for name, hint in self.hints:
            self.values[name] = str(content["hints"].get(hint) or "")

    def content(self):
        prompts = [{"token": new_token(), "html": html_of(row["text"])} for row in self.filled("prompts", "text")] if (
            "prompts" in self.rows
        ) else []  # fmt: skip
        rubric = [self._point(row, prompts) for row in self.filled("rubric", "text", "points")]
        hints = {hint: int(self[name]) if self[name].isdecimal() else None for name, hint in self.hints}
        return {"prompts": prompts, "rubric": rubric, "model_answer": html_of(self["model_answer"]), "hints": hints}

    @staticmethod
    def _point(row: Row, prompts: list[dict]) -> dict:
        place = int(row["prompt"]) - 1 if row["prompt"].isdecimal() else -1
        prompt = prompts[place]["token"] if 0 <= place < len(prompts) else ""
        return {"html": html_of(row["text"]), "points": row["points"], "prompt": prompt}

    def take(self, options):
        self.values["model_answer"] = "\n".join(text for text, _is_key in options)
        return self.start()


class Oral(Essay):
    kind = "oral"
    fields: ClassVar = (
        Column("model_answer", "rich", _("Model answer")),
        Column("follow_ups", "rich", _("Questions to ask further")),
        Column("preparation", "number", _("Minutes to prepare")),
        Column("answer", "number", _("Minutes to answer")),
    )
    sets: ClassVar = (
        RowSet("rubric", (TEXT, _POINTS), _("Point of the marking guide"), _("Add a point"), 1, 40),
    )  # fmt: skip
    hints: ClassVar = (("preparation", "preparation_minutes"), ("answer", "answer_minutes"))

    def fill(self, content):
        super().fill(content)
        self.values["follow_ups"] = rules.editable_text(content["follow_ups"])

    def content(self):
        return {**super().content(), "follow_ups": html_of(self["follow_ups"])}
