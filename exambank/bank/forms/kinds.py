"""The form of each kind by its name, and a case, whose questions are forms of other kinds."""

from typing import ClassVar

from flask_babel import gettext as _

from exambank.bank.forms.arranged import MatchingForm, OrderingForm
from exambank.bank.forms.choices import ClusterForm, MultipleChoiceForm, SingleChoiceForm, TrueFalseForm
from exambank.bank.forms.figures import show_figure
from exambank.bank.forms.rows import KindForm, RowSet, figure_of
from exambank.bank.forms.typed import FillInForm, NumericForm, ShortTextForm
from exambank.bank.forms.written import EssayForm, OralForm

_SIMPLE: dict[str, type[KindForm]] = {
    one.kind: one
    for one in (
        SingleChoiceForm, MultipleChoiceForm, TrueFalseForm, ClusterForm, ShortTextForm, NumericForm, MatchingForm,
        OrderingForm, FillInForm, EssayForm, OralForm,
    )
}  # fmt: skip
KINDS_IN_A_CASE = tuple(kind for kind in _SIMPLE if kind != "oral")


class CaseForm(KindForm):
    """Questions about one shared text; each has its own kind, words, content and weight."""

    kind = "case"
    row_sets: ClassVar = (
        RowSet("questions", ("token", "kind", "stem", "weight"), least=1, most=12, rich=frozenset({"stem"})),
    )
    fields: ClassVar = {"questions-kind": "single_choice"}
    numbers: ClassVar = {"questions.weight": ("0", "1000")}

    def start(self):
        if not self.rows["questions"]:
            self._add("questions")
        return self

    def _add(self, set_name):
        chosen = self["questions-kind"]
        row = self.append(set_name, kind=chosen if chosen in KINDS_IN_A_CASE else KINDS_IN_A_CASE[0], weight="1")
        row.part = _SIMPLE[row["kind"]](f"{row.name}-").start()

    def _read_row(self, data, row, posted_name):
        kind = row["kind"] if row["kind"] in KINDS_IN_A_CASE else KINDS_IN_A_CASE[0]
        row.values["kind"] = kind
        row.part = _SIMPLE[kind](f"{posted_name}-").read(data)

    def _after_reading(self, data):
        self.renumber("questions")

    def _show(self, stem, content):
        for question in content.get("questions") or []:
            row = self.append(
                "questions", token=question["token"], kind=question["kind"], weight=show_figure(question["weight"])
            )
            row.part = _SIMPLE[question["kind"]](f"{row.name}-").show(question["stem"], question["content"])
            row.values["stem"] = row.part.shown_stem(question["stem"])
        return self.start()

    def change(self, go):
        for row in self.rows["questions"]:
            if isinstance(row.part, FillInForm) and go == f"gaps-{row.name}":
                row.part.remember(row["stem"])
                return True
        return super().change(go)

    def validate(self):
        is_whole = super().validate()
        for row in self.rows["questions"]:
            if isinstance(row.part, FillInForm):
                row.part.remember(row["stem"])
        return is_whole

    def content(self):
        questions = []
        for row in self.rows["questions"]:
            stem, content = row.part.texts(row["stem"])
            questions.append(
                {
                    "token": row["token"], "kind": row["kind"], "stem": stem, "content": content,
                    "weight": figure_of(row["weight"], "1"),
                }
            )  # fmt: skip
        return {"options": [], "scoring": {}, "questions": questions}


FORMS: dict[str, type[KindForm]] = {**_SIMPLE, CaseForm.kind: CaseForm}


def explanation(kind: str) -> str:
    """One line that says what a kind is good for."""
    return {
        "single_choice": _("Several options, exactly one is right."),
        "multiple_choice": _("Several options, more than one may be right; six rules of giving points."),
        "true_false": _("One statement: is it true or false?"),
        "true_false_cluster": _("Statements about one text; points by how many are decided rightly."),
        "short_text": _("A word or a name is typed; several spellings may be right."),
        "numeric": _("A number is typed, with a tolerance and a unit if you like."),
        "matching": _("What on the left belongs to what on the right?"),
        "ordering": _("Steps or events are put in their right order."),
        "fill_in": _("A text with gaps, to type into or to choose from a list."),
        "essay": _("A written answer, marked by a person with a rubric in steps of 0.25."),
        "oral": _("A ticket for an oral exam, drawn by lot, answered aloud."),
        "case": _("A shared text or situation with several questions that stay together."),
    }.get(kind, "")


def family_label(family: str) -> str:
    """The heading over kinds of one family."""
    return {
        "objective": _("Marked by the machine"),
        "written": _("Written, marked by a person"),
        "spoken": _("Spoken, marked by a person"),
        "composite": _("Several questions together"),
    }.get(family, _("Other kinds"))


def form_of_kind(kind: str) -> KindForm:
    """An empty form of a kind; an unknown one is a single choice."""
    return FORMS.get(kind, SingleChoiceForm)()
