"""Kinds whose candidates choose among options: one, several, true or false, statements with a scoring table."""

from typing import ClassVar

from flask_babel import gettext as _

from exambank.bank import rules
from exambank.bank.forms.figures import read_figure, show_figure, show_percent
from exambank.bank.forms.rows import KindForm, RowSet, figure_of, html_of, share_of

STARTING_OPTIONS = 4
OPTIONS = RowSet(
    "options", ("token", "text", "is_key", "is_locked"), first=STARTING_OPTIONS, least=2, most=10,
    ticks=frozenset({"is_key", "is_locked"}), rich=frozenset({"text"}),
)  # fmt: skip


class OptionsForm(KindForm):
    """Rows of options with their key and lock."""

    row_sets: ClassVar = (OPTIONS,)

    def _read_row(self, data, row, posted_name):
        if not self.interaction.takes_several_keys:
            row.values["is_key"] = "y" if data.get(self.field("key")) == posted_name else ""

    def _show(self, stem, content):
        options = content["options"]
        recognised = rules.locked_options([rules.plain_text(row["html"]) for row in options])
        for row, by_itself in zip(options, recognised, strict=True):
            # a lock that the words gave goes when the words change; only one that a person set is kept
            self.append(
                "options", token=row["token"], text=rules.editable_text(row["html"]),
                is_key="y" if row["is_key"] else "", is_locked="y" if row["is_locked"] and not by_itself else "",
            )  # fmt: skip
        self._show_scoring(content.get("scoring") or {}, len(options))
        return self

    def _show_scoring(self, scoring: dict, count: int) -> None:
        """Fill the fields that say how points are given."""

    def take_over(self, words):
        for text, is_key in words[: OPTIONS.most]:
            self.append("options", text=text, is_key="y" if is_key else "")
        if not self.interaction.takes_several_keys:
            for row in [row for row in self.rows["options"] if row["is_key"]][1:]:
                row.values["is_key"] = ""
        return self.start()

    def given_words(self):
        return [(row["text"], bool(row["is_key"])) for row in self.filled("options", "text")]

    def content(self):
        rows = list(self.rows["options"])
        while len(rows) > OPTIONS.least and not rows[-1]["text"].strip():
            rows.pop()
        options = [
            {
                "token": row["token"],
                "html": html_of(row["text"]),
                "is_key": bool(row["is_key"]),
                "is_locked": bool(row["is_locked"]),
            }
            for row in rows
        ]
        return {"options": options, "scoring": self._scoring(len(options))}

    def _scoring(self, count: int) -> dict:
        return {}


class SingleChoiceForm(OptionsForm):
    kind = "single_choice"
    fields: ClassVar = {"penalty": ""}
    percents: ClassVar = {"penalty": (0, 100)}

    def _show_scoring(self, scoring, count):
        taken = scoring.get("wrong", "0")
        self.values["penalty"] = "" if taken == "0" else show_percent(taken)

    def _scoring(self, count):
        return {"wrong": share_of(self["penalty"], "0")}


class MultipleChoiceForm(OptionsForm):
    kind = "multiple_choice"
    fields: ClassVar = {"rule": "all_or_nothing", "lower_bound": ""}
    percents: ClassVar = {"lower_bound": (-100, 0)}

    def _show_scoring(self, scoring, count):
        self.values["rule"] = scoring.get("rule", "all_or_nothing")
        bound = scoring.get("lower_bound", "0")
        self.values["lower_bound"] = "" if bound == "0" else show_percent(bound)

    def _scoring(self, count):
        return {"rule": self["rule"], "lower_bound": share_of(self["lower_bound"], "0")}

    def rule_choices(self) -> list[tuple[str, str, str]]:
        """Each rule: its code, its name, what it does with an example, and what R's package exams calls it."""
        rules_said = [
            ("all_or_nothing", _("All or nothing"),
             _("All points only when exactly the right options are chosen. Example: one of two right chosen: 0 %.")),
            ("false", _("Part for each; a wrong one takes its part of the wrong ones"),
             _("Each right option gives its part; each wrong one takes 1 divided by the number of wrong options. "
               "Example: both right and one of two wrong: 100 % - 50 % = 50 %.")),
            ("false2", _("Part for each; a wrong one takes at most half"),
             _("As above, but a wrong option never takes more than half, also when there is only one wrong option. "
               "Example: three right and one wrong option, all four chosen: 100 % - 50 % = 50 %.")),
            ("true", _("Part for each; a wrong one takes what a right one gives"),
             _("Each right option gives its part; each wrong one takes just as much. "
               "Example: one of two right and one wrong: 50 % - 50 % = 0 %.")),
            ("all", _("Part for each; one wrong option takes everything"),
             _("Each right option gives its part; a single wrong one takes all points. "
               "Example: one of two right: 50 %; both right and one wrong: 0 %.")),
            ("none", _("Part for each; wrong ones take nothing"),
             _("Each right option gives its part; wrong ones do no harm. "
               "Example: both right and one wrong: 100 %. Choosing everything gives all points.")),
        ]  # fmt: skip
        in_r = {"all_or_nothing": "partial = FALSE"}
        return [
            (code, name, f"{words} (R/exams: {in_r.get(code, 'rule = ' + code)})") for code, name, words in rules_said
        ]


class TrueFalseForm(OptionsForm):
    """One statement: its two options are always there, in this order."""

    kind = "true_false"
    tokens = ("true", "false")

    def start(self):
        for token in self.tokens[len(self.rows["options"]) :]:
            self.append("options", token=token)
        return self

    def _after_reading(self, data):
        posted = {self.field(f"options-{place}"): place for place in range(2)}
        chosen = posted.get(data.get(self.field("key")) or "")
        del self.rows["options"][2:]
        self.start()
        for place, row in enumerate(self.rows["options"]):
            row.values |= {"token": self.tokens[place], "is_key": "y" if place == chosen else ""}
        self.renumber("options")

    def take_over(self, words):
        return self.start()

    def given_words(self):
        return []

    def change(self, go):
        return False


class ClusterForm(OptionsForm):
    """Statements, and a share of the points for each number of right decisions."""

    kind = "true_false_cluster"
    row_sets: ClassVar = (OPTIONS, RowSet("shares", ("share",), most=OPTIONS.most + 1, has_token=False))
    fields: ClassVar = {"table": ""}
    numbers: ClassVar = {"shares.share": ("0", "1")}

    def start(self):
        super().start()
        return self._follow()

    def _after_reading(self, data):
        typed = [part.strip() for part in self["table"].split(";") if part.strip()]
        if typed and not self.rows["shares"]:
            self._set_shares(typed)
        self.values["table"] = ""
        self._follow()

    def _show_scoring(self, scoring, count):
        self._set_shares([show_figure(share) for share in scoring.get("table") or self._default(count)])

    def take_over(self, words):
        super().take_over(words)
        return self._follow()

    def _changed(self, set_name):
        self._follow()
        return super()._changed(set_name)

    def take_scoring(self, theirs):
        self._set_shares([row["share"] for row in theirs.rows["shares"]])
        self._follow()

    def _set_shares(self, shares: list[str]) -> None:
        self.rows["shares"] = []
        for share in shares:
            self.append("shares", share=share)

    def _default(self, count: int) -> list[str]:
        return self.interaction.default_table(count)

    def _typed_shares(self) -> list[str]:
        return [figure_of(row["share"]) for row in self.rows["shares"] if row["share"].strip()]

    def _is_untouched(self) -> bool:
        typed = self._typed_shares()
        return not typed or typed == self._default(len(typed) - 1)

    def _follow(self) -> "ClusterForm":
        """A table that nobody changed follows the number of statements; one row a number of right ones in any case."""
        wanted = len(self.rows["options"]) + 1
        if self._is_untouched():
            self._set_shares([show_figure(share) for share in self._default(wanted - 1)])
        while len(self.rows["shares"]) < wanted:
            self.append("shares")
        while len(self.rows["shares"]) > wanted and not self.rows["shares"][-1]["share"]:
            self.rows["shares"].pop()
        return self

    def _scoring(self, count):
        if self._is_untouched():
            return {}
        return {"table": [read_figure(share) or share for share in self._typed_shares()]}
