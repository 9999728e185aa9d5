"""The words for what the bank stores as codes: one place, in the user's language."""

from flask_babel import gettext as _

from exambank.bank.interactions import REGISTRY


def kind_label(kind: str) -> str:
    """A kind of item."""
    return REGISTRY[kind].label() if kind in REGISTRY else _("Unknown kind")


def state_label(state: str) -> str:
    """A state of an item or a version."""
    return {
        "draft": _("Draft"),
        "review": _("In review"),
        "accepted": _("Ready"),
        "superseded": _("Replaced"),
        "retired": _("Retired"),
    }[state]


STATE_SQUARES = {"draft": "empty", "review": "half", "accepted": "full", "superseded": "ticked", "retired": "dashed"}
STATES = ("draft", "review", "accepted", "retired")


def decision_label(decision: str) -> str:
    """A reviewer's decision."""
    return {"approved": _("Accepted by the reviewer"), "returned": _("Sent back to the author")}[decision]


def refusal_label(code: str) -> str:
    """Why a step is not taken."""
    return {
        "wrong_state": _("This step does not fit the item's present state."),
        "own_work": _("Whoever wrote or edited an item does not decide on it. Another person must."),
        "not_allowed": _("You have no right to this step for this item."),
        "blocked": _("The item still has problems that must be mended first."),
        "unknown": _("There is no such item in this bank."),
    }[code]


def act_label(act: str) -> str:
    """A step, as a heading."""
    return {
        "submit": _("Send to review"),
        "withdraw": _("Take back from review"),
        "approve": _("Accept"),
        "send_back": _("Send back"),
        "retire": _("Retire"),
    }[act]


def picture_problem(code: str) -> str:
    """Why a picture is not taken, and what to do."""
    return {
        "too_large": _("The picture is larger than 5 MB. Save it smaller, for example as JPEG, and choose it again."),
        "unknown_type": _("This file is not a PNG, JPEG, GIF or WebP picture, whatever its name says."),
        "svg": _("SVG drawings are not taken, because they can carry programs. Save the drawing as PNG."),
        "broken": _("The picture is damaged or cut off. Open it in a picture program, save it again and choose it."),
        "too_many_pixels": _("The picture has too many pixels. At most 8000 on a side are taken."),
    }[code]
