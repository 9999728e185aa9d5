"""Which part belongs to which kind, and the case, whose questions have parts of their own."""

from typing import ClassVar

from flask_babel import lazy_gettext as _

from exambank.bank.interactions import REGISTRY
from exambank.interchange.entry_form.arranged import Matching, Ordering
from exambank.interchange.entry_form.options import Cluster, MultipleChoice, SingleChoice, TrueFalse
from exambank.interchange.entry_form.rows import Column, Part, RowSet, show_number
from exambank.interchange.entry_form.typed import FillIn, Numeric, ShortText
from exambank.interchange.entry_form.written import Essay, Oral


class Case(Part):
    """A situation with questions, each with a part of its own kind."""

    kind = "case"
    sets: ClassVar = (
        RowSet(
            "questions", (Column("kind", "hidden"), Column("weight", "number", _("Weight"))), _("Question"), "", 0, 12
        ),
    )  # fmt: skip

    def prepare(self, row):
        row.part = part_of(row["kind"] if row["kind"] in IN_A_CASE else "single_choice", f"{row.name}-")
        row.values["kind"] = row.part.kind

    def read_row(self, row, data, posted):
        row.part = part_of(row.part.kind, f"{posted}-").read(data)
        row.part.prefix = f"{row.name}-"

    def fill(self, content):
        for one in content["questions"]:
            row = self.append("questions", kind=one["kind"], weight=show_number(one["weight"]))
            row.part.show(one["stem"], one["content"])

    def content(self):
        questions = []
        for row in self.rows["questions"]:
            stem, content = row.part.texts()
            questions.append({"kind": row.part.kind, "stem": stem, "content": content, "weight": row["weight"] or "1"})
        return {"questions": questions}


PARTS: dict[str, type[Part]] = {
    one.kind: one
    for one in (
        SingleChoice, MultipleChoice, TrueFalse, Cluster, ShortText, Numeric, Matching, Ordering, FillIn, Essay, Oral,
        Case,
    )
}  # fmt: skip
IN_A_CASE = tuple(REGISTRY["case"].kinds)


def part_of(kind: str, prefix: str = "") -> Part:
    """The empty part of a kind."""
    return PARTS.get(kind, SingleChoice)(prefix)
