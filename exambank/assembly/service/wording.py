"""How cells, shortages and states are said; the one place that turns their codes into words."""

from dataclasses import replace

from flask_babel import gettext as _
from sqlalchemy import select

from exambank.assembly.rules import CellProblem, CellSpec, Feasibility
from exambank.bank.interactions import REGISTRY
from exambank.courses.models import CognitiveLevel, Topic
from exambank.db import db


def state_label(state: str) -> str:
    """The word for the state of a blueprint or a paper set."""
    labels = {
        "draft": _("draft"),
        "used": _("in use, fixed"),
        "retired": _("put away"),
        "waiting": _("being dealt"),
        "refused": _("not dealt"),
        "dealt": _("waiting for approval"),
        "approved": _("approved"),
        "withdrawn": _("withdrawn"),
    }
    return labels[state]


def kind_label(kind: str) -> str:
    """The word for a kind of question."""
    return str(REGISTRY[kind].label()) if kind in REGISTRY else _("Unknown kind")


def describe_cell(cell: CellSpec, names: dict[str, dict[int, str]]) -> str:
    """A cell as a person would name it: "Chapter 2, application, with the tag x"."""
    parts = [names["topics"].get(cell.topic_id), names["levels"].get(cell.level_id)]
    if cell.kind in REGISTRY:
        parts.append(kind_label(cell.kind))
    if cell.tag:
        parts.append(_('with the tag "%(tag)s"', tag=cell.tag))
    if cell.not_tag:
        parts.append(_('without the tag "%(tag)s"', tag=cell.not_tag))
    return ", ".join(part for part in parts if part) or _("any question marked by the computer")


def cell_names(cells) -> dict[str, dict[int, str]]:
    """Names of the topics and levels that these cells speak of."""
    return {
        "topics": _names(Topic, {cell.topic_id for cell in cells}),
        "levels": _names(CognitiveLevel, {cell.level_id for cell in cells}),
    }


def _names(model, ids: set) -> dict[int, str]:
    rows = db.session.execute(select(model.id, model.name).where(model.id.in_(ids - {None}))).all()
    return {row.id: row.name for row in rows}


def in_words(feasibility: Feasibility) -> Feasibility:
    """The same feasibility with the sentence that names what is short, for the top of the page."""
    if not feasibility.cells:
        return replace(feasibility, sentence=_("The blueprint has no rows yet: say how many questions of what."))
    if feasibility.is_feasible:
        return replace(feasibility, sentence=_("Papers can be dealt: every row finds enough questions in the bank."))
    names = cell_names([check.cell for check in feasibility.cells])
    short = [
        _(
            "Row %(row)s (%(cell)s): %(wanted)s wanted, %(available)s there, %(missing)s missing.",
            row=check.position,
            cell=describe_cell(check.cell, names),
            wanted=check.wanted,
            available=check.available,
            missing=check.missing,
        )
        for check in feasibility.short_cells
    ]
    short += [
        _(
            "Rows %(rows)s compete for the same questions: together %(wanted)s wanted, %(available)s there, "
            "%(missing)s missing.",
            rows=", ".join(map(str, conflict.positions)),
            wanted=conflict.wanted,
            available=conflict.available,
            missing=conflict.missing,
        )
        for conflict in feasibility.conflicts
    ]
    short += [
        _(
            "Row %(row)s: %(missing)s missing, because enemies and variants never meet in one paper.",
            row=row,
            missing=missing,
        )
        for row, missing in feasibility.kept_apart
    ]
    return replace(feasibility, sentence=_("Papers cannot be dealt yet.") + " " + " ".join(short))


def problem_text(problem: CellProblem) -> str:
    """What is wrong with a typed cell and what to do."""
    texts = {
        "count_range": _("The number of questions must be from 1 to 300."),
        "points_range": _("Points must be more than 0 and at most 1000, with at most four decimals, such as 0.25."),
        "tag_and_not_tag": _("The same tag is asked for and excluded: no question can have both."),
        "part_range": _("The part must be from 1 to 9."),
        "no_cells": _("The blueprint has no rows yet: say how many questions of what."),
        "too_many": _("A paper may have at most 300 questions."),
        "unknown_topic": _("This topic does not belong to the course module."),
        "unknown_kind": _("There is no such kind of question."),
    }
    text = texts[problem.code]
    return _("Row %(row)s: %(text)s", row=problem.row, text=text) if problem.row else text
