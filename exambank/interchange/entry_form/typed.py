"""Kinds whose candidates type: words, a number, gaps in a text."""

from typing import ClassVar

from flask_babel import lazy_gettext as _

from exambank.bank import rules
from exambank.bank.interactions import new_token
from exambank.interchange.entry_form.rows import Column, Part, RowSet, html_of, read_share, show_number, show_share

_TEXT_RULES = (
    Column("ignore_case", "tick", _("capitals do not matter")),
    Column("ignore_diacritics", "tick", _("marks and accents do not matter")),
    Column("wildcards", "tick", _("a star stands for any letters")),
)


class _TextRules(Part):
    fields: ClassVar = _TEXT_RULES

    def show_rules(self, scoring: dict) -> None:
        usual = {"ignore_case": True}
        for one in _TEXT_RULES:
            self.values[one.name] = "y" if scoring.get(one.name, usual.get(one.name, False)) else ""

    def rules_typed(self) -> dict:
        return {one.name: bool(self[one.name]) for one in _TEXT_RULES}

    def start(self):
        self.values.setdefault("ignore_case", "y")
        return super().start()


class ShortText(_TextRules):
    kind = "short_text"
    fields: ClassVar = (*_TEXT_RULES, Column("width", "hidden"))
    sets: ClassVar = (
        RowSet(
            "accepted",
            (Column("text", "line", _("Answer")), Column("share", "percent", _("Share of the points"))),
            _("Accepted answer"), _("Add an answer"), 1, 30,
        ),
    )  # fmt: skip

    def fill(self, content):
        for one in content["accepted"]:
            self.append("accepted", text=one["text"], share=show_share(one["share"]))
        self.show_rules(content["scoring"])
        self.values["width"] = str(content.get("width") or "")

    def content(self):
        accepted = [
            {"text": row["text"], "share": read_share(row["share"], "1")} for row in self.filled("accepted", "text")
        ]
        width = {"width": int(self["width"])} if self["width"].isdecimal() else {}
        return {"accepted": accepted, "scoring": self.rules_typed(), **width}

    def options(self):
        return [(row["text"], True) for row in self.filled("accepted", "text")]

    def take(self, options):
        for text, is_key in options:
            if is_key:
                self.append("accepted", text=rules.plain_text(html_of(text)))
        return self.start()


class Numeric(Part):
    kind = "numeric"
    fields: ClassVar = (
        Column(
            "unit", "pick", _("Unit of measurement"),
            choices=(("none", _("not asked")), ("optional", _("may be given")), ("required", _("must be given"))),
        ),
        Column("unit_penalty", "percent", _("Taken off when the unit is wrong")),
    )  # fmt: skip
    sets: ClassVar = (
        RowSet(
            "answers",
            (
                Column("value", "number", _("Number")), Column("tolerance", "number", _("Tolerance")),
                Column("is_relative", "tick", _("tolerance in per cent of the number")),
                Column("share", "percent", _("Share of the points")),
            ),
            _("Right number"), _("Add a number"), 1, 10,
        ),
        RowSet(
            "units",
            (Column("name", "line", _("Name of the unit")), Column("factor", "number", _("Factor"))),
            _("Unit of measurement"), _("Add a unit"), 0, 12,
        ),
    )  # fmt: skip

    def fill(self, content):
        for one in content["answers"]:
            relative = one["is_relative"]
            tolerance = show_share(one["tolerance"], "0") if relative else show_number(one["tolerance"])
            self.append(
                "answers", value=show_number(one["value"]), tolerance=tolerance, is_relative="y" if relative else "",
                share=show_share(one["share"]),
            )  # fmt: skip
        for one in content["units"]:
            self.append("units", name=one["name"], factor=show_number(one["factor"]))
        scoring = content["scoring"]
        self.values |= {"unit": scoring["unit"], "unit_penalty": show_share(scoring["unit_penalty"], "0")}

    def content(self):
        answers = [
            {
                "value": row["value"],
                "tolerance": read_share(row["tolerance"], "0") if row["is_relative"] else row["tolerance"] or "0",
                "is_relative": bool(row["is_relative"]),
                "share": read_share(row["share"], "1"),
            }
            for row in self.filled("answers", "value", "tolerance")
        ]
        units = [{"name": row["name"], "factor": row["factor"] or "1"} for row in self.filled("units", "name")]
        scoring = {"unit": self["unit"] or "none", "unit_penalty": read_share(self["unit_penalty"], "0")}
        return {"answers": answers, "units": units, "scoring": scoring}

    def options(self):
        return [(row["value"], True) for row in self.filled("answers", "value")]

    def take(self, options):
        for text, is_key in options:
            if is_key and rules.read_number(rules.plain_text(html_of(text))) is not None:
                self.append("answers", value=rules.plain_text(html_of(text)))
        return self.start()


class FillIn(_TextRules):
    """The gaps are typed within the question text: [[word]], {{*right|wrong}}."""

    kind = "fill_in"
    sets: ClassVar = (
        RowSet("gaps", (Column("weight", "number", _("Weight")),), _("Gap"), "", 0, rules.gaps.MOST_GAPS),
    )  # fmt: skip

    def shown_stem(self, stem, content):
        known = {gap["token"]: gap for gap in content.get("gaps") or []}

        def gap_of(token):
            gap = known.get(token)
            return gap and rules.gaps.TypedGap(
                gap["kind"],
                variants=tuple((one["text"], one["share"]) for one in gap.get("accepted") or []),
                choices=tuple((one["text"], one["is_key"]) for one in gap.get("choices") or []),
            )

        return rules.gaps.typed_stem(stem, gap_of)

    def fill(self, content):
        for gap in content["gaps"]:
            self.append("gaps", weight=show_number(gap["weight"]))
        self.show_rules(content["scoring"])

    def texts(self):
        marked, typed = rules.gaps.read_gaps(self["stem"])
        rows = self.rows["gaps"]
        tokens = [new_token() for _gap in typed]
        gaps = [
            {
                "token": token,
                "kind": gap.kind,
                "accepted": [{"text": words, "share": share} for words, share in gap.variants],
                "choices": [{"text": words, "is_key": is_key} for words, is_key in gap.choices],
                "weight": (rows[place]["weight"] if place < len(rows) else "") or "1",
            }
            for place, (token, gap) in enumerate(zip(tokens, typed, strict=True))
        ]
        content = {"gaps": gaps, "scoring": self.rules_typed(), "explanation": html_of(self["explanation"])}
        return rules.gaps.put_gaps(marked, tokens), self.interaction.normalise(content)
