"""What ``exambank assemble`` says to people: what is wrong with a file, why there are no papers, what would do."""

from flask_babel import gettext as _

from exambank.assembly.engine.records import Cell, Infeasible, NotFound, Relaxation, Shortage, Spec
from exambank.assembly.papers_file import items_of
from exambank.assembly.pool_files import COLUMNS, UnusableFile

MOST_NAMES = 8


def fault_in_words(name: str, fault: UnusableFile) -> str:
    """``name, line 3, column points: what is wrong and what to do.``"""
    place = [name]
    if fault.line:
        place.append(_("line %(line)s", line=fault.line))
    if fault.column:
        place.append(_("column %(column)s", column=fault.column))
    return f"{', '.join(place)}: {_fault(fault)}"


def _fault(fault: UnusableFile) -> str:
    said = {
        "too_large": _("The file is larger than %(limit)s MB. Leave out columns that are not needed."),
        "not_utf8": _("This is not UTF-8 text. Save the file as CSV UTF-8."),
        "not_text": _("This is not a text file. Save the pool as CSV UTF-8."),
        "no_item_column": _("There is no column “item”. The first line must name the columns: %(columns)s."),
        "column_twice": _("This column stands there twice. Take one away."),
        "too_many_cells": _(
            "The line has %(cells)s cells, the heading %(columns)s. Put text that holds the separator into quotes."
        ),
        "item_twice": _("The item %(item)s stands there twice, first in line %(first)s. Give each item one line."),
        "no_items": _("There are no items below the heading."),
        "broken_quotes": _("The quotes in this line do not match. Close each quote; write a quote inside text twice."),
        "no_name": _("The item has no name. Every line needs one."),
        "name_too_long": _("The name is longer than %(limit)s characters. Shorten it."),
        "not_a_number": _("“%(value)s” is not a number. Write digits, or leave it empty if it is unknown."),
        "not_whole": _("“%(value)s” is not a whole number."),
        "not_toml": _("This is not TOML. Check quotes, brackets and the sign = at this place."),
        "unknown_key": _("Such a key is not known. Possible here: %(known)s."),
        "no_cells": _("No items are asked for. Write [[cell]] with a count, or items."),
        "too_many_items": _("The cells ask for %(counted)s items; a paper holds at most %(limit)s."),
        "too_many_cells_asked": _("There are more than %(limit)s cells. Join some of them."),
        "more_in_cells": _(
            "The cells add up to %(counted)s items, the paper has %(items)s. Raise items or lower a count."
        ),
        "not_a_table": _("This must be a table: write [%(column)s] on a line of its own."),
        "cell_is_no_list": _("Cells are written as [[cell]], with two brackets, one for each cell."),
        "no_count": _("Cell %(cell)s has no count. Write how many items it takes."),
        "not_a_word": _("This must be text between quotes; leave the key out if anything will do."),
        "unknown_balance": _("Write one or several of: %(known)s."),
        "wrong_length": _("Write between 1 and %(limit)s numbers in brackets."),
        "not_yes_or_no": _("Write true or false."),
        "not_names": _("Write names of items between quotes, in brackets."),
        "place_twice": _("Two items are pinned to the same place. Give each its own."),
    }
    words = said[fault.code] if fault.code in said else _out_of_range(fault)
    return words % {"columns": ", ".join(COLUMNS), "column": fault.column, **fault.values}


def _out_of_range(fault: UnusableFile) -> str:
    if not fault.values["low"]:
        return _("“%(value)s” is out of range.")
    if not fault.values["high"]:
        return _("“%(value)s” is out of range: at least %(low)s.")
    return _("“%(value)s” is out of range: from %(low)s to %(high)s.")


def reasons(found: Infeasible, spec: Spec) -> list[str]:
    """Why there are no papers, a sentence a rule; then what would do."""
    said = [_("No papers can be made by this specification. These rules cannot be kept together:")]
    said += [f"- {shortage_in_words(one, spec)}" for one in found.shortages]
    changes = relaxation_in_words(found.relaxation, spec) if found.relaxation else []
    if changes:
        said += [_("The smallest change found with which papers can be made:"), *[f"- {words}" for words in changes]]
    else:
        said.append(_("No change that would do was found in time."))
    return said


def shortage_in_words(one: Shortage, spec: Spec) -> str:
    """What one rule wants and what there is."""
    numbers = {"needed": one.needed, "available": one.available, "detail": one.detail, "names": names_of(one.items)}
    return _rule(one.rule) % {"cells": cells_in_words(one.cells, spec), **numbers}


def _rule(rule: str) -> str:
    said = {
        "cell": _("%(cells)s: %(needed)s places to fill, at most %(available)s can be."),
        "cells": _(
            "These cells compete for the same items: %(cells)s. "
            "Together %(needed)s places to fill, at most %(available)s can be."
        ),
        "items": _("The paper as a whole: %(needed)s places to fill, at most %(available)s can be."),
        "points": _("The points that the cells ask for leave out items: %(names)s."),
        "fixed": _("The fixed items %(names)s: %(needed)s are to stand in each paper, %(available)s can."),
        "enemies": _("Of the items %(names)s (set %(detail)s) a paper may hold one only."),
        "stimulus": _("The items of %(detail)s (%(names)s) come all together or not at all."),
        "papers_per_item": _("An item may stand in %(detail)s papers at most."),
        "overlap": _("Two papers may share %(available)s items at most; some two must share at least %(needed)s."),
        "min_days_since_use": _("Used less than %(detail)s days ago, and so left out: %(names)s."),
        "max_use_count": _("Used more than %(detail)s times before, and so left out: %(names)s."),
        "distinct_items": _("All papers together may take %(detail)s different items at most."),
        "max_same_key_run": _("At most %(detail)s equal keys in a row: too many items have the same key."),
    }  # fmt: skip
    return said[rule]


def names_of(items) -> str:
    """A few names, and how many more there are."""
    shown = ", ".join(items[:MOST_NAMES])
    return (
        _("%(names)s and %(more)s more", names=shown, more=len(items) - MOST_NAMES)
        if len(items) > MOST_NAMES
        else shown
    )


def cells_in_words(cells, spec: Spec) -> str:
    """Cells by their number and what they ask for."""
    return "; ".join(_cell(at, spec.cells[at]) for at in cells)


def _cell(at: int, cell: Cell) -> str:
    asked = [cell.topic, cell.level, cell.kind, cell.tag]
    asked.append(cell.not_tag and _("without %(tag)s", tag=cell.not_tag))
    asked.append(None if cell.points is None else _("%(points)s points", points=f"{cell.points:f}"))
    shown = ", ".join(filter(None, asked)) or _("any item")
    return _("cell %(number)s (%(asked)s)", number=at + 1, asked=shown)


def relaxation_in_words(found: Relaxation, spec: Spec) -> list[str]:
    """Each change as what is to be done."""
    said = []
    for at, count in sorted(found.cell_counts.items()):
        if at < len(spec.cells):
            said.append(_("%(cell)s: count %(count)s", cell=_cell(at, spec.cells[at]), count=count))
        else:
            said.append(_("beside the cells %(count)s items", count=count))
    items = items_of(found, spec)
    if items is not None:
        said.append(f"items: {items}")
    for name, value in found.limits.items():
        shown = _("no limit") if value is None else value
        said.append(f"{name}: {shown}")
    said += [_("items of the set %(name)s may meet in a paper", name=name) for name in found.enemies]
    said += [_("the items of %(name)s may be taken apart", name=name) for name in found.stimuli]
    said += [_("the item %(name)s is not fixed", name=name) for name in found.fixed]
    if found.papers:
        said.append(_("only %(count)s papers", count=found.papers))
    return said


def not_found_in_words(found: NotFound) -> str:
    """That time ran out over tolerance or overlap."""
    if found.best is None:
        return _("No papers were found in time, and it is not proven that there are none. Give more --seconds.")
    return _(
        "In the time given no papers were found that keep tolerance and overlap. The best ones (off by "
        "%(deviation)s %%) are in the file; they keep every other rule and are not releasable. "
        "Give more --seconds, or a wider tolerance.",
        deviation=f"{100 * found.best_deviation:.2f}",
    )
