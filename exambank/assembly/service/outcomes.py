"""Why papers cannot be dealt, and the least that would have to change, in full sentences."""

from collections.abc import Sequence

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from exambank.assembly.engine import Infeasible, NotFound, Relaxation, Shortage
from exambank.assembly.rules import CellSpec
from exambank.assembly.rules.demands import percent_of
from exambank.assembly.service.wording import cell_names, describe_cell

DEMANDING = ("cell", "cells", "items", "fixed")
MOST = 2000
"""Characters that a refusal may have (``PaperSet.refusal``)."""


def say_infeasible(found: Infeasible, cells: Sequence[CellSpec], papers: int) -> str:
    """Which cells and rules stand against one another, and the least change found that would do."""
    names = [describe_cell(cell, cell_names(cells)) for cell in cells]
    wants = [one for one in found.shortages if one.rule in DEMANDING] or list(found.shortages[:1])
    rules = [one for one in found.shortages if one.rule not in DEMANDING]
    said = [_say_want(one, cells, names, papers) for one in wants]
    if rules:
        because = "; ".join(dict.fromkeys(_say_rule(one) for one in rules))
        said.append(_("What stands against it: %(rules)s.", rules=because))
    changes = _say_relaxation(found.relaxation, cells, names) if found.relaxation else []
    if changes:
        said.append(_("The least change that makes papers possible: %(changes)s.", changes="; ".join(changes)))
    return (_("Papers cannot be dealt.") + " " + " ".join(said))[:MOST]


def _say_want(one: Shortage, cells: Sequence[CellSpec], names: Sequence[str], papers: int) -> str:
    values = {"needed": one.needed, "available": one.available, "papers": papers}
    rows = [at for at in one.cells if at < len(names)]
    if one.rule == "fixed":
        return _("The questions that are to stand in every paper cannot all stand in one.")
    if len(rows) == 1:
        own = cells[rows[0]].count
        if one.needed > own:
            return _(
                "The cell %(cell)s needs %(needed)s places in %(papers)s papers, and only %(available)s can be filled.",
                cell=names[rows[0]], **values,
            )  # fmt: skip
        return _(
            "The cell %(cell)s needs %(needed)s questions a paper, and only %(available)s can be had.",
            cell=names[rows[0]], **values,
        )  # fmt: skip
    return _(
        "The cells %(cells)s together need %(needed)s places, and only %(available)s can be filled: a question serves "
        "one cell of a paper only.",
        cells="; ".join(names[at] for at in rows), **values,
    )  # fmt: skip


def _say_rule(one: Shortage) -> str:
    n = one.detail
    texts = {
        "papers_per_item": _("a question stands in at most %(n)s papers", n=n),
        "overlap": _("two papers share at most %(n)s questions", n=n),
        "distinct_items": _("all papers together take at most %(n)s different questions", n=n),
        "min_days_since_use": _("no question used in the last %(n)s days", n=n),
        "max_use_count": _("no question used more than %(n)s times so far", n=n),
        "max_same_key_run": _("at most %(n)s equal keys in a row, of questions whose options cannot be moved", n=n),
        "enemies": _("enemies and variants of a question never meet in one paper"),
        "stimulus": _("questions on one text stay together"),
        "points": _("points of the questions"),
    }
    return texts.get(one.rule, one.rule)


def _say_relaxation(change: Relaxation, cells: Sequence[CellSpec], names: Sequence[str]) -> list[str]:
    said = [
        _("ask for %(count)s instead of %(asked)s: %(cell)s", count=count, asked=cells[at].count, cell=names[at])
        for at, count in sorted(change.cell_counts.items())
        if at < len(names)
    ]
    said += [_say_limit(name, value) for name, value in sorted(change.limits.items())]
    if change.enemies:
        said.append(
            ngettext("let enemies of %(num)d set meet", "let enemies of %(num)d sets meet", len(change.enemies))
        )
    if change.fixed:
        said.append(
            ngettext("leave out %(num)d fixed question", "leave out %(num)d fixed questions", len(change.fixed))
        )
    if change.papers is not None:
        said.append(ngettext("deal %(num)d paper only", "deal %(num)d papers only", change.papers))
    return [one for one in said if one]


def _say_limit(name: str, value: int | None) -> str:
    if value is None:
        texts = {
            "papers_per_item": _("let a question stand in any number of papers"),
            "overlap": _("let papers share any number of questions"),
            "distinct_items": _("let all papers together take any number of questions"),
            "min_days_since_use": _("take questions used lately too"),
            "max_use_count": _("take questions however often they were used"),
            "max_same_key_run": _("let equal keys stand in a row"),
        }
        return texts.get(name, "")
    texts = {
        "papers_per_item": _("let a question stand in %(n)s papers", n=value),
        "overlap": _("let two papers share %(n)s questions", n=value),
        "distinct_items": _("let all papers together take %(n)s different questions", n=value),
        "min_days_since_use": _("take questions not used in the last %(n)s days", n=value),
        "max_use_count": _("take questions used up to %(n)s times", n=value),
        "max_same_key_run": _("let %(n)s equal keys stand in a row", n=value),
    }
    return texts.get(name, "")


def say_not_found(found: NotFound, papers: int, tolerance: float) -> str:
    """The third outcome without any papers to show: not proven impossible, but nothing was found."""
    return _(
        "No %(papers)s papers were found that keep every rule and are alike to %(percent)s %%. It is not proven that "
        "there are none: allow a greater tolerance or overlap, or fewer papers.",
        papers=papers, percent=format_decimal(percent_of(tolerance), format="0.##"),
    )  # fmt: skip
