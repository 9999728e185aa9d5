"""What the kinds with options to choose from say in words."""

from flask_babel import gettext as _

from exambank.bank import rules
from exambank.bank.interactions.base import place_name


def describe_keys(content: dict) -> list[tuple[str, str]]:
    """The right options with the letters they are written under."""
    return [
        (_("Right answer"), f"{place_name(place)}. {rules.plain_text(row['html'])}")
        for place, row in enumerate(content["options"])
        if row["is_key"]
    ]


def describe_choices(content: dict, chosen: list[str], tokens) -> list[tuple[str, str, str | None]]:
    """Each chosen option with the letter it had on the candidate's paper."""
    rows = {row["token"]: row for row in content["options"]}
    order = list(tokens) or list(rows)
    found = []
    for token in sorted(chosen, key=lambda one: order.index(one) if one in order else len(order)):
        row = rows.get(token)
        letter = place_name(order.index(token)) if token in order else "?"
        words = rules.plain_text(row["html"]) if row else ""
        found.append((_("Chosen"), f"{letter}. {words}", "right" if row and row["is_key"] else "wrong"))
    return found or [(_("Chosen"), "", "blank")]
