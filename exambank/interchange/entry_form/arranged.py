"""Kinds whose candidates put things together or in order."""

from typing import ClassVar

from flask_babel import lazy_gettext as _

from exambank.bank import rules
from exambank.bank.interactions import new_token
from exambank.interchange.entry_form.rows import TEXT, Column, Part, RowSet, html_of

_RULE = Column("rule", "hidden")


class Matching(Part):
    """Each prompt with its match; further matches fit none."""

    kind = "matching"
    fields: ClassVar = (_RULE,)
    sets: ClassVar = (
        RowSet(
            "pairs",
            (Column("text", "rich", _("Prompt")), Column("target", "rich", _("Its match"))),
            _("Pair"), _("Add a pair"), 3, 10,
        ),
        RowSet("extras", (TEXT,), _("Match that fits none"), _("Add such a match"), 0, 10),
    )  # fmt: skip

    def fill(self, content):
        targets = {one["token"]: rules.editable_text(one["html"]) for one in content["targets"]}
        for one in content["options"]:
            target = targets.get(content["pairs"].get(one["token"]), "")
            self.append("pairs", text=rules.editable_text(one["html"]), target=target)
        used = set(content["pairs"].values())
        for token, text in targets.items():
            if token not in used:
                self.append("extras", text=text)
        self.values["rule"] = content["scoring"].get("rule", "per_pair")

    def content(self):
        options, targets, pairs, known = [], [], {}, {}
        for row in self.filled("pairs", "text", "target"):
            option, match = {"token": new_token(), "html": html_of(row["text"])}, html_of(row["target"])
            options.append(option)
            if match and match not in known:
                known[match] = f"t{new_token()}"
                targets.append({"token": known[match], "html": match})
            if match:
                pairs[option["token"]] = known[match]
        extras = [html_of(row["text"]) for row in self.filled("extras", "text")]
        targets += [{"token": f"t{new_token()}", "html": one} for one in extras]
        return {"options": options, "targets": targets, "pairs": pairs, "scoring": {"rule": self["rule"] or "per_pair"}}

    def options(self):
        return [(row["text"], False) for row in self.filled("pairs", "text")]

    def take(self, options):
        for text, _is_key in options:
            self.append("pairs", text=text)
        return self.start()


class Ordering(Part):
    kind = "ordering"
    fields: ClassVar = (_RULE,)
    sets: ClassVar = (RowSet("options", (TEXT,), _("Line"), _("Add a line"), 4, 10),)

    def fill(self, content):
        for one in content["options"]:
            self.append("options", text=rules.editable_text(one["html"]))
        self.values["rule"] = content["scoring"].get("rule", "all_or_nothing")

    def content(self):
        options = [{"html": html_of(row["text"])} for row in self.filled("options", "text")]
        return {"options": options, "scoring": {"rule": self["rule"] or "all_or_nothing"}}

    def options(self):
        return [(row["text"], False) for row in self.filled("options", "text")]

    def take(self, options):
        for text, _is_key in options:
            self.append("options", text=text)
        return self.start()
