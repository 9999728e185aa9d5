"""Two texts of one item side by side: what this person typed and what somebody else saved meanwhile."""

from dataclasses import dataclass

from flask_babel import gettext as _

from exambank.bank import forms, rules
from exambank.bank.interactions import REGISTRY
from exambank.bank.interactions.base import Part
from exambank.bank.rules import Change


@dataclass(frozen=True)
class Side:
    """One of the two texts of a part: its words, those that only it has marked; whether it is a right answer."""

    changes: tuple[Change, ...]
    is_key: bool | None = None
    note: str = ""


@dataclass(frozen=True)
class Pair:
    """A part as it stands on both sides; None where a side does not have it."""

    anchor: str
    label: str
    theirs: Side | None
    mine: Side | None
    is_same: bool
    is_only_dress: bool = False  # the words are the same, their formatting is not


def compare_texts(form, item, theirs) -> list[Pair]:
    """Every part of both texts in reading order, then how points are given, the picture, and where the item belongs."""
    interaction = REGISTRY[item.kind]
    stem, content = form.texts()
    mine = {part.anchor: part for part in interaction.parts(stem, content)}
    other = {part.anchor: part for part in interaction.parts(theirs.stem, theirs.content)}
    saved = forms.form_of(item, theirs)
    pairs = [_pair(anchor, other.get(anchor), mine.get(anchor)) for anchor in _in_order(list(other), list(mine))]
    pairs.append(
        _line("scoring", _("How points are given"), interaction.describe_scoring(theirs.content),
              interaction.describe_scoring(content), theirs.content.get("scoring") == content.get("scoring"))
    )  # fmt: skip
    order = [anchor for anchor in other if anchor in mine]
    if order != [anchor for anchor in mine if anchor in other]:
        words = " / ".join(other[anchor].label for anchor in order)
        pairs.append(_line("order", _("Order"), words, _("another order"), False))
    pairs.append(_line("picture", _("Picture"), _picture(saved), _picture(form)))
    pairs += [
        _line(f"place:{name}", str(form[name].label.text), _shown(saved[name]), _shown(form[name]))
        for name in form.places
    ]
    return [pair for pair in pairs if not pair.is_same or (pair.theirs.changes and ":" in pair.anchor)
            or pair.anchor == "stem"]  # fmt: skip


def _in_order(theirs: list[str], mine: list[str]) -> list[str]:
    """All anchors: mine in their order, each of theirs alone after the one it follows there."""
    found = list(mine)
    for place, anchor in enumerate(theirs):
        if anchor not in found:
            before = theirs[place - 1] if place else None
            found.insert(found.index(before) + 1 if before in found else 0, anchor)
    return found


def _pair(anchor: str, theirs: Part | None, mine: Part | None) -> Pair:
    words = [rules.plain_text(one.html) if one is not None else "" for one in (theirs, mine)]
    changes = rules.compare_words(*words)
    is_same = theirs is not None and mine is not None and (theirs.html, theirs.is_key, theirs.note) == (
        mine.html, mine.is_key, mine.note,
    )  # fmt: skip
    return Pair(
        anchor,
        (mine or theirs).label,
        Side(_only(changes, "removed"), theirs.is_key, theirs.note) if theirs is not None else None,
        Side(_only(changes, "added"), mine.is_key, mine.note) if mine is not None else None,
        is_same,
        not is_same and theirs is not None and mine is not None and words[0] == words[1] and theirs.html != mine.html,
    )


def _line(anchor: str, label: str, theirs: str, mine: str, is_same: bool | None = None) -> Pair:
    changes = rules.compare_words(theirs, mine)
    is_same = theirs == mine if is_same is None else is_same
    return Pair(anchor, label, Side(_only(changes, "removed")), Side(_only(changes, "added")), is_same)


def _only(changes: tuple[Change, ...], kind: str) -> tuple[Change, ...]:
    return tuple(change for change in changes if change.kind in ("same", kind))


def _picture(form) -> str:
    media = form.media.data or ""
    return " ".join(filter(None, (form.alt.data or media, form.picture_name.data))) if media else (
        form.picture_name.data or ""
    )  # fmt: skip


def _shown(field) -> str:
    """What a field shows to people."""
    choices = dict(getattr(field, "choices", None) or ())
    return str(choices.get(field.data, "")) if choices and field.data else (field.data or "")
