"""Kinds whose candidates choose among options: one, several, true or false, statements."""

import json
from typing import ClassVar

from flask_babel import lazy_gettext as _

from exambank.bank import rules
from exambank.interchange.entry_form.rows import TEXT, Column, Part, RowSet, html_of

_KEY = Column("is_key", "key", _("right"))
_LOCK = Column("is_locked", "tick", _("keep its place"))
_SCORING = Column("scoring", "hidden")  # kept as the file has it: the form does not show it


def _read_scoring(kept: str) -> dict:
    try:
        found = json.loads(kept or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


class OptionsPart(Part):
    """Options with their key and lock."""

    fields: ClassVar = (_SCORING,)
    sets: ClassVar = (RowSet("options", (TEXT, _KEY, _LOCK), _("Option"), _("Add an option"), 4, 10, True),)

    def fill(self, content):
        recognised = rules.locked_options([rules.plain_text(one["html"]) for one in content["options"]])
        for option, by_itself in zip(content["options"], recognised, strict=True):
            self.append(
                "options", text=rules.editable_text(option["html"]), is_key="y" if option["is_key"] else "",
                is_locked="y" if option["is_locked"] and not by_itself else "",
            )  # fmt: skip
        self.values["scoring"] = json.dumps(content.get("scoring") or {})

    @property
    def scoring(self) -> dict:
        return _read_scoring(self["scoring"])

    def content(self):
        rows = list(self.rows["options"])
        while rows and not rows[-1]["text"].strip():
            rows.pop()
        typed = [html_of(row["text"]) for row in rows]
        recognised = rules.locked_options([rules.plain_text(one) for one in typed])
        options = [
            {"html": html, "is_key": bool(row["is_key"]), "is_locked": bool(row["is_locked"]) or by_itself}
            for row, html, by_itself in zip(rows, typed, recognised, strict=True)
        ]
        return {"options": options, "scoring": self.scoring}

    def options(self):
        return [(row["text"], bool(row["is_key"])) for row in self.filled("options", "text")]

    def take(self, options):
        for text, is_key in list(options)[:10]:
            self.append("options", text=text, is_key="y" if is_key else "")
        if self.has_key_radio:
            for row in [row for row in self.rows["options"] if row["is_key"]][1:]:
                row.values["is_key"] = ""
        return self.start()


class SingleChoice(OptionsPart):
    kind = "single_choice"
    has_key_radio = True


class MultipleChoice(OptionsPart):
    kind = "multiple_choice"


class TrueFalse(OptionsPart):
    """One statement, true or false: its two options are always there, in this order."""

    kind = "true_false"
    has_key_radio = True
    sets: ClassVar = (RowSet("options", (TEXT, _KEY), _("Option"), "", 2, 2),)

    def fill(self, content):
        by_token = {one["token"]: one for one in content["options"]}
        for token in ("true", "false"):
            option = by_token.get(token, {})
            self.append("options", text=option.get("html", ""), is_key="y" if option.get("is_key") else "")
        self.values["scoring"] = json.dumps(content.get("scoring") or {})

    def content(self):
        options = super().content()["options"]
        for option, token in zip(options, ("true", "false"), strict=False):
            option["token"] = token
        return {"options": options, "scoring": self.scoring}

    def take(self, options):
        self.append("options", text=str(_("True")))
        self.append("options", text=str(_("False")))
        return self


class Cluster(OptionsPart):
    kind = "true_false_cluster"
    sets: ClassVar = (
        RowSet(
            "options", (TEXT, Column("is_key", "key", _("true"))), _("Statement"), _("Add a statement"), 4, 10, True
        ),
    )  # fmt: skip

    def content(self):
        found = super().content()
        table = self.scoring.get("table") or []
        scoring = self.scoring if len(table) == len(found["options"]) + 1 else {}
        return {**found, "scoring": scoring}
