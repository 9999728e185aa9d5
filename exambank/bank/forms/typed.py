"""Kinds whose candidates type: short text, numbers, gaps in a text."""

from typing import ClassVar

from flask_babel import gettext as _

from exambank.bank import rules
from exambank.bank.forms.figures import read_figure, read_percent, show_figure, show_percent
from exambank.bank.forms.rows import KindForm, RowSet, figure_of, share_of

TEXT_RULES = {"ignore_case": "y", "ignore_diacritics": "", "wildcards": ""}


class TextRules(KindForm):
    """The choices of how a typed text is compared."""

    ticks: ClassVar = frozenset(TEXT_RULES)

    def _show_rules(self, scoring: dict) -> None:
        for name in TEXT_RULES:
            self.values[name] = "y" if scoring.get(name) else ""

    def _rules(self) -> dict:
        return {name: bool(self[name]) for name in TEXT_RULES}


class ShortTextForm(TextRules):
    kind = "short_text"
    row_sets: ClassVar = (RowSet("accepted", ("token", "text", "share"), first=2, least=1),)
    fields: ClassVar = {**TEXT_RULES, "width": ""}
    percents: ClassVar = {"accepted.share": (0, 100)}
    numbers: ClassVar = {"width": ("1", "100")}

    def _first_values(self, set_name):
        return {"share": "100"}

    def _show(self, stem, content):
        for row in content.get("accepted") or []:
            self.append("accepted", token=row["token"], text=row["text"], share=show_percent(row["share"]))
        self._show_rules(content.get("scoring") or {})
        self.values["width"] = str(content.get("width") or "")
        return self.start()

    def take_over(self, words):
        right = [text for text, is_key in words if is_key]
        for text in right or [text for text, _is_key in words]:
            self.append("accepted", text=rules.plain_text(text))
        return self.start()

    def given_words(self):
        return [(row["text"], True) for row in self.filled("accepted", "text")]

    def content(self):
        rows = self.filled("accepted", "text")
        return {
            "options": [],
            "accepted": [{"token": row["token"], "text": row["text"], "share": share_of(row["share"])} for row in rows],
            "scoring": self._rules(),
            "width": int(self["width"]) if self["width"].isdecimal() else None,
        }


class NumericForm(KindForm):
    """Right numbers with what they may be off by, and units."""

    kind = "numeric"
    row_sets: ClassVar = (
        RowSet("answers", ("token", "value", "tolerance", "mode", "share"), first=1, least=1, most=10),
        RowSet("units", ("name", "factor"), most=12, has_token=False),
    )
    fields: ClassVar = {"unit": "none", "unit_penalty": ""}
    percents: ClassVar = {"answers.share": (0, 100), "unit_penalty": (0, 100)}

    def _first_values(self, set_name):
        return {"share": "100", "mode": "absolute"} if set_name == "answers" else {}

    def _changed(self, set_name):
        if set_name == "units" and self.rows["units"] and self["unit"] == "none":
            self.values["unit"] = "optional"
        return super()._changed(set_name)

    def _show(self, stem, content):
        for row in content.get("answers") or []:
            mode = "relative" if row["is_relative"] else "absolute"
            show = show_percent if row["is_relative"] else show_figure
            self.append(
                "answers", token=row["token"], value=show_figure(row["value"]), tolerance=show(row["tolerance"]),
                mode=mode, share=show_percent(row["share"]),
            )  # fmt: skip
        for row in content.get("units") or []:
            self.append("units", name=row["name"], factor=show_figure(row["factor"]))
        scoring = content.get("scoring") or {}
        self.values["unit"] = scoring.get("unit", "none")
        taken = scoring.get("unit_penalty", "0")
        self.values["unit_penalty"] = "" if taken == "0" else show_percent(taken)
        return self.start()

    def take_over(self, words):
        for text, is_key in words:
            if is_key and read_figure(rules.plain_text(text)) is not None:
                self.append("answers", value=rules.plain_text(text))
        return self.start()

    def given_words(self):
        return [(row["value"], True) for row in self.filled("answers", "value")]

    def validate(self):
        for row in self.filled("answers", "value", "tolerance"):
            self._check_answer(row)
        self._check_each("units.factor", lambda typed: None if rules.read_number(typed) else number_error(typed))
        return super().validate()

    @staticmethod
    def _check_answer(row) -> None:
        if row["value"] and rules.read_number(row["value"]) is None:
            row.errors.setdefault("value", []).append(number_error(row["value"]))
        typed = row["tolerance"].replace("%", "").strip()
        number = rules.read_number(typed) if typed else 0
        if number is None or number < 0:
            row.errors.setdefault("tolerance", []).append(number_error(row["tolerance"]))

    def content(self):
        return {
            "options": [],
            "answers": [self._answer(row) for row in self.filled("answers", "value", "tolerance")],
            "units": [
                {"name": row["name"], "factor": row["factor"] or "1"} for row in self.filled("units", "name", "factor")
            ],
            "scoring": {"unit": self["unit"], "unit_penalty": share_of(self["unit_penalty"], "0")},
        }

    @staticmethod
    def _answer(row) -> dict:
        is_relative = row["mode"] == "relative"
        typed = row["tolerance"]
        tolerance = (read_percent(typed) or typed) if is_relative else figure_of(typed)
        return {
            "token": row["token"],
            "value": row["value"],
            "tolerance": tolerance or "0",
            "is_relative": is_relative,
            "share": share_of(row["share"]),
        }


class FillInForm(TextRules):
    """Gaps are typed within the question text; their rows only remember tokens and weights."""

    kind = "fill_in"
    row_sets: ClassVar = (RowSet("gaps", ("token", "typed", "choices", "weight"), most=rules.gaps.MOST_GAPS),)
    fields: ClassVar = dict(TEXT_RULES)
    numbers: ClassVar = {"gaps.weight": ("0", "1000")}

    def shown_stem(self, stem):
        known = {row["token"]: row for row in self.rows["gaps"]}

        def gap_of(token):
            row = known.get(token)
            found = rules.gaps.read_gaps(row["typed"])[1] if row is not None else ()
            return found[0] if found else None

        return rules.gaps.typed_stem(stem, gap_of)

    def _show(self, stem, content):
        by_token = {gap["token"]: gap for gap in content.get("gaps") or []}
        for token in rules.gaps_in(stem):
            if token in by_token:
                self._show_gap(by_token[token])
        self._show_rules(content.get("scoring") or {})
        return self

    def _show_gap(self, gap: dict) -> None:
        typed = rules.gaps.TypedGap(
            gap["kind"],
            variants=tuple((one["text"], one["share"]) for one in gap.get("accepted") or []),
            choices=tuple((one["text"], one["is_key"]) for one in gap.get("choices") or []),
        )
        self.append(
            "gaps", token=gap["token"], typed=rules.gaps.notation(typed), weight=show_figure(gap.get("weight", "1")),
            choices=" ".join(one["token"] for one in gap.get("choices") or []),
        )  # fmt: skip

    def match(self, typed_stem: str) -> tuple[str, list]:
        """The stem with numbered marks, and for each gap what it asks and the row that stood for it before."""
        marked, found = rules.gaps.read_gaps(typed_stem)
        spare = list(self.rows["gaps"])
        rows: list = [None] * len(found)
        for place, gap in enumerate(found):
            rows[place] = next((row for row in spare if row["typed"] == gap.typed), None)
            if rows[place] is not None:
                spare.remove(rows[place])
        for place, row in enumerate(rows):
            if row is None and spare:
                rows[place] = spare.pop(0)
        return marked, [(gap, row or self._new_row()) for gap, row in zip(found, rows, strict=True)]

    def _new_row(self):
        row = self.append("gaps", weight="1")
        self.rows["gaps"].remove(row)
        return row

    def remember(self, typed_stem: str) -> None:
        """Let the rows follow what stands in the question text now."""
        _marked, matched = self.match(typed_stem)
        for gap, row in matched:
            row.values["typed"] = gap.typed
        self.rows["gaps"] = [row for _gap, row in matched]
        self.renumber("gaps")

    def texts(self, stem):
        marked, matched = self.match(stem)
        content = {"options": [], "gaps": [_gap(*one) for one in matched], "scoring": self._rules()}
        return rules.gaps.put_gaps(marked, [row["token"] for _, row in matched]), self.stored(content)

    def content(self):
        return {"options": [], "gaps": [], "scoring": self._rules()}


def _gap(gap, row) -> dict:
    tokens = row["choices"].split()
    choices = [{"text": words, "is_key": is_key} for words, is_key in gap.choices]
    for choice, token in zip(choices, tokens, strict=False):
        choice["token"] = token
    return {
        "token": row["token"],
        "kind": gap.kind,
        "accepted": [{"text": words, "share": share} for words, share in gap.variants],
        "choices": choices,
        "weight": figure_of(row["weight"], "1"),
    }


def number_error(typed: str) -> str:
    """What to say of something that is no number."""
    return _('"%(typed)s" is not a number. Type for example 2,5.', typed=typed[:40])
