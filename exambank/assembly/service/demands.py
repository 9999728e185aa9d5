"""What a blueprint demands of papers beside its cells: set, said in words, and its fixed items."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from exambank import audit, text
from exambank.assembly.models import BlueprintItem, ExamBlueprint
from exambank.assembly.rules import demands as rules
from exambank.assembly.rules.demands import Demands
from exambank.assembly.service.blueprints import hold_draft, specs_of
from exambank.bank import service as bank
from exambank.db import unit_of_work
from exambank.errors import InvalidInput
from exambank.permissions import Actor

Fixed = tuple[str, int | None]
"""An item's code and the number at which it stands (None: anywhere)."""


def demands_of(blueprint: ExamBlueprint) -> Demands:
    """What this blueprint demands; the defaults where nothing was set."""
    return Demands.parse(blueprint.rules)


def fixed_of(blueprint: ExamBlueprint) -> list[Fixed]:
    """The items that stand in every paper, by code."""
    return sorted((one.item.code, one.place) for one in blueprint.fixed_items)


def set_demands(
    *,
    actor: Actor,
    now: datetime,
    blueprint: ExamBlueprint,
    demands: Demands,
    fixed: Sequence[Fixed] = (),
    seen: datetime | None = None,
) -> None:
    """Replace the demands and fixed items of a draft; ``seen`` as in ``revise_blueprint``.

    Raises InvalidInput naming everything that is wrong.
    """
    items = sum(cell.count for cell in specs_of(blueprint))
    pool = {item.code: item.item_id for item in bank.list_pool(blueprint.course_module_id)} if fixed else {}
    wrong = [demand_problem(one.field, one.code) for one in rules.check_demands(demands, items=items)]
    wrong += [fixed_text(fixed[row][0], code, items) for row, code in rules.check_fixed(fixed, pool, items)]
    if wrong:
        raise InvalidInput(" ".join(wrong))
    with unit_of_work() as session:
        hold_draft(blueprint, seen)
        kept = {name: value for name, value in blueprint.rules.items() if name == "level_targets"}
        blueprint.rules, blueprint.changed_at = {**demands.as_dict(), **kept}, now
        blueprint.fixed_items = []
        session.flush()
        blueprint.fixed_items = [BlueprintItem(item_id=pool[code], place=place) for code, place in fixed]
        audit.record(
            actor, "blueprint.demands_set", blueprint, demands=demands.as_dict(), fixed=[list(one) for one in fixed]
        )


def demand_problem(field: str, code: str) -> str:
    """What is wrong with a demand, and an example of what would do."""
    least, most = rules.RANGES.get(field, (0, 0))
    texts = {
        "tolerance": _("The tolerance must be from 0.1 to 20 per cent, such as 2."),
        "theta": _("Give at most 7 abilities between -4 and 4, such as -1; 0; 1."),
        "theta_missing": _("Say at which abilities information is to be alike, such as -1; 0; 1."),
        "prefix": _("The beginning of a code has at most 8 letters or digits without marks, such as K75-."),
        "step": _("The step between codes must be from 1 to 10,000."),
        "fewer_than_a_paper": _("All papers together cannot take fewer different questions than one paper has."),
        "unknown": _("This choice is not in the list any more. Choose again."),
        "range": _("Write a whole number from %(least)s to %(most)s.", least=least, most=most),
    }
    return str(texts[code])


def fixed_text(item_code: str, code: str, items: int) -> str:
    """What is wrong with a fixed item."""
    texts = {
        "fixed_unknown": _("%(code)s is not the code of an accepted question of this module.", code=item_code),
        "fixed_twice": _("%(code)s is named twice.", code=item_code),
        "place_range": _("The place of %(code)s must be from 1 to %(items)s.", code=item_code, items=items),
        "place_taken": _("Another question stands at the place of %(code)s already.", code=item_code),
    }
    return str(texts[code])


def balance_label(name: str) -> str:
    """The word for what is balanced."""
    labels = {
        "difficulty": _("difficulty: the mean share of right answers"),
        "spread": _("spread: as many easy and hard questions"),
        "time": _("time: the same working time"),
        "information": _("precision: the same test information at the abilities below"),
    }
    return str(labels[name])


def say_demands(demands: Demands, locale: str) -> list[str]:
    """The demands in plain sentences; what is not demanded is not said."""
    said = []
    if demands.balance:
        said.append(
            _(
                "Papers are alike in %(what)s, to within %(percent)s %% of their mean.",
                what=", ".join(balance_label(name).split(":")[0] for name in demands.balance),
                percent=text.format_points(rules.percent_of(demands.tolerance), locale),
            )
        )
    numbers = {
        "papers_per_item": _("A question stands in at most %(n)s papers.", n=demands.papers_per_item),
        "overlap": _("Two papers share at most %(n)s questions.", n=demands.overlap),
        "days_apart": _("No question used in the last %(n)s days.", n=demands.days_apart),
        "sittings_apart": _("No question used in the last %(n)s exams of the module.", n=demands.sittings_apart),
        "max_use_count": _("No question used more than %(n)s times so far.", n=demands.max_use_count),
        "distinct_items": _("All papers together take at most %(n)s different questions.", n=demands.distinct_items),
        "max_same_key_run": _("At most %(n)s equal keys in a row.", n=demands.max_same_key_run),
    }
    said += [str(words) for name, words in numbers.items() if getattr(demands, name) is not None]
    said += [
        _("Questions are shuffled inside their part.")
        if demands.shuffle_items
        else _("Questions keep the order of the matrix."),
        _("Options are shuffled.") if demands.shuffle_options else _("Options keep the order of the bank."),
        _("Codes: %(codes)s ...", codes=", ".join(demands.codes(4))),
    ]
    return [str(one) for one in said]
