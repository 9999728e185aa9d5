"""The words for what the bank stores as codes: one place, in the user's language."""

from flask_babel import format_decimal
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
        "suspended": _("Suspended"),
        "discarded": _("Discarded"),
        "returned": _("Sent back"),
        "retired": _("Retired"),
    }[state]


STATE_SQUARES = {
    "draft": "empty", "review": "half", "accepted": "full", "superseded": "ticked", "suspended": "crossed",
    "discarded": "dashed", "returned": "cut", "retired": "dashed",
}  # fmt: skip
STATES = ("draft", "review", "accepted", "suspended", "retired")


def decision_label(decision: str) -> str:
    """A reviewer's decision."""
    return {"approved": _("Accepted by the reviewer"), "returned": _("Sent back to the author")}[decision]


def difference_label(row) -> str:
    """What happened to one part between two versions."""
    if row.is_reformatted:
        return _("set otherwise, same words")
    return {
        "added": _("added"),
        "removed": _("taken out"),
        "changed": _("changed"),
        "moved": _("another place, same words"),
        "same": _("as before"),
    }[row.kind]


def refusal_label(code: str) -> str:
    """Why a step is not taken."""
    return {
        "wrong_state": _("This step does not fit the item's present state."),
        "own_work": _("Whoever wrote or edited an item does not decide on it. Another person must."),
        "not_allowed": _("You have no right to this step for this item."),
        "blocked": _("The item still has problems that must be mended first."),
        "unknown": _("There is no such item in this bank."),
        "no_change": _("It already is as you want it."),
        "not_yours": _("A lecturer exports own items only. Ask the head of department or the quality office."),
        "already_approved": _("You have accepted this very text already. Another person must as well."),
        "open_comments": _("A comment is still open. Resolve it first, or send the item back with it."),
    }[code]


def act_label(act: str) -> str:
    """A step, as a heading."""
    return {
        "submit": _("Send to review"),
        "withdraw": _("Take back from review"),
        "approve": _("Accept"),
        "send_back": _("Send back"),
        "retire": _("Retire"),
        "suspend": _("Suspend"),
        "resume": _("Put back into use"),
        "retag": _("Change the tags"),
        "place": _("Move to another place"),
        "export": _("Export"),
    }[act]


def finding_message(code: str, values: dict) -> str:
    """What a check found, where, and what to do."""
    if code in _ABOUT_LETTERS:
        return _about_letters(code, values)
    part, other = values.get("part", ""), values.get("other", "")
    return {
        "twin_options": lambda: _("%(part)s says the same as %(other)s. Change one of them.", part=part, other=other),
        "near_twin_options": lambda: _(
            "%(part)s differs from %(other)s only by marks, capitals or punctuation: is that meant?",
            part=part, other=other,
        ),
        "key_length": lambda: _(
            "%(part)s is right and %(times)s times as long as the longest wrong one: its length gives it away.",
            part=part, times=format_decimal(values["times"]),
        ),
        "key_position": lambda: _(
            "%(count)s of this author's last %(total)s items have the right answer at %(letter)s. Spread it.",
            count=values["count"], total=values["total"], letter=values["letter"],
        ),
        "speaks_of_all": lambda: _(
            "%(part)s speaks of all the others: whoever knows two of them knows the answer, and it cannot be shuffled.",
            part=part,
        ),
        "unmarked_not": lambda: _(
            'The question turns on "%(word)s", which is easily overlooked. Set it in bold or in capitals.',
            word=values["word"],
        ),
        "picture_alt": lambda: _(
            "A picture has no words for candidates who cannot see it. Say what it shows, without the answer."
        ),
        "picture_absent": lambda: _(
            "The picture %(name)s is named but was not delivered. Add it, or say that none is needed.",
            name=values["name"],
        ),
        "no_topic": lambda: _("No topic is chosen. A blueprint finds the item by its topic."),
        "no_level": lambda: _("No level is chosen. A blueprint finds the item by its level."),
    }[code]()  # fmt: skip


_ABOUT_LETTERS = frozenset({
    "mixed_script", "impossible_marks", "legacy_font", "tone_placement", "letters_repaired", "spacing", "end_marks",
})  # fmt: skip


def _about_letters(code: str, values: dict) -> str:
    part = values.get("part", "")
    return {
        "mixed_script": lambda: _(
            '%(part)s: in "%(word)s" the letter %(letters)s comes from another alphabet. Type the word again.',
            part=part, word=values["word"], letters=", ".join(values["letters"]),
        ),
        "impossible_marks": lambda: _(
            '%(part)s: the marks of "%(word)s" cannot stand so. Type the word again.', part=part, word=values["word"]
        ),
        "legacy_font": lambda: _(
            '%(part)s: "%(words)s" comes from an old font (TCVN3 or VNI). Convert the text to Unicode first.',
            part=part, words=", ".join(values["words"]),
        ),
        "tone_placement": lambda: _(
            'Both ways of placing the tone stand in this item: "%(old)s" and "%(new)s". Keep to one.',
            old=values["old"], new=values["new"],
        ),
        "letters_repaired": lambda: _("Letters that came in pieces were put together. Nothing is left to do."),
        "spacing": lambda: _(
            '%(part)s: a space too many at "%(places)s".', part=part, places='", "'.join(values["places"])
        ),
        "end_marks": lambda: _("%(part)s ends otherwise than the others: with or without a full stop.", part=part),
    }[code]()  # fmt: skip


def check_label(code: str) -> str:
    """A check of the quality gate, as the settings page names it."""
    return {
        "twin_options": _("Two options say the same"),
        "near_twin_options": _("Two options differ only by marks or capitals"),
        "key_length": _("The right answer is much longer than the others"),
        "key_position": _("An author's right answers stand mostly in one place"),
        "speaks_of_all": _('An option like "all of the above"'),
        "unmarked_not": _('A "not" in the question that nothing marks'),
        "mixed_script": _("Letters of another alphabet in a word"),
        "impossible_marks": _("Marks that cannot stand so"),
        "legacy_font": _("Text left over from an old font (TCVN3, VNI)"),
        "tone_placement": _("Both ways of placing the tone (hòa, hoà)"),
        "letters_repaired": _("Letters in pieces were put together"),
        "spacing": _("Spaces too many"),
        "end_marks": _("Some options end with a full stop, others do not"),
        "picture_alt": _("A picture without words"),
        "picture_absent": _("A picture that is named but missing"),
        "no_topic": _("No topic"),
        "no_level": _("No level"),
    }[code]


def level_label(level: str) -> str:
    """What a check does."""
    return {"block": _("Keeps the item from review"), "advice": _("Advice only"), "off": _("Not checked")}[level]


def right_label(right: str) -> str:
    """A right in one bank."""
    return {
        "see": _("See the items"),
        "write": _("See and write items"),
        "review": _("See and review items"),
    }[right]


def picture_problem(code: str) -> str:
    """Why a picture is not taken, and what to do."""
    return {
        "too_large": _("The picture is larger than 5 MB. Save it smaller, for example as JPEG, and choose it again."),
        "unknown_type": _("This file is not a PNG, JPEG, GIF or WebP picture, whatever its name says."),
        "svg": _("Nothing that can be shown safely is left of this SVG drawing. Save it as PNG and choose it again."),
        "broken": _("The picture is damaged or cut off. Open it in a picture program, save it again and choose it."),
        "too_many_pixels": _("The picture has too many pixels. At most 8000 on a side are taken."),
    }[code]


def flag_label(code: str) -> str:
    """What exams say against an item, in two or three words."""
    return {
        "in_doubt": _("being looked at again"),
        "key_suspect": _("key in doubt"),
        "negative_discrimination": _("negative discrimination"),
        "too_hard": _("too hard"),
        "too_easy": _("too easy"),
        "low_discrimination": _("discriminates poorly"),
        "dead_distractor": _("distractor hardly chosen"),
    }[code]
