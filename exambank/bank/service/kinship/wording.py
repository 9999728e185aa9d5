"""The sentences for what differs between two items and for why an act is refused."""

from collections.abc import Sequence

from flask_babel import gettext as _

from exambank.bank.rules.kinship_words import Difference, is_same


def difference_label(difference: Difference) -> str:
    """One difference, in words."""
    words = {
        "picture": _("another picture"),
        "words": _("other words"),
        "options": _("an option more or less"),
        "number": _("another number"),
        "key": _("another right answer"),
        "order": _("the order of the options"),
        "spelling": _("the placing of a tone mark or i and y"),
        "punctuation": _("punctuation or spaces"),
        "case": _("capital letters"),
    }[difference.kind]
    if not (difference.one or difference.other):
        return words
    ends = [_('"%(words)s"', words=_short(end)) if end else _("nothing") for end in (difference.one, difference.other)]
    return _("%(what)s (%(one)s / %(other)s)", what=words, one=ends[0], other=ends[1])


def _short(words: str) -> str:
    return words if len(words) <= 40 else words[:39] + "…"


def differences_sentence(differences: Sequence[Difference]) -> str:
    """What differs between two items, in a sentence."""
    if not differences:
        return _("Written exactly alike.")
    listed = ", ".join(map(difference_label, differences))
    if is_same(differences):
        return _("The same question; only the writing differs: %(differences)s.", differences=listed)
    return _("Alike, but not the same: %(differences)s.", differences=listed)


def merge_refusal_label(code: str) -> str:
    """Why one item may not go into the other."""
    return {
        "already_merged": _("It was merged into another item before."),
        "lives_retired": _("The item that should live on is retired."),
        "goes_in_review": _("A text of it is in review. Decide on it or take it back first."),
        "lives_not_accepted": _(
            "It is ready for papers and the other is not: papers would lose it. Keep this one, or have the other "
            "accepted first."
        ),
        "lives_suspended": _("The other one is suspended: papers would lose this question. Keep this one instead."),
        "other_kind": _("The two are of different kinds, so their statistics cannot stand together."),
        "other_picture": _("They have different pictures, so they are different questions."),
        "not_allowed": _("It is in use; only who may retire items may merge it away."),
        "not_yours": _("It is the draft of somebody else; only its author or the head may merge it away."),
    }[code]


def members_refusal_label(code: str) -> str:
    """Why these items make no set or group."""
    return {
        "too_few": _("Choose at least two items."),
        "too_many": _("These are too many items for one set. Make several smaller ones."),
        "retired": _("A retired item cannot be in it: papers do not take it anyway. Leave it out."),
    }[code]
