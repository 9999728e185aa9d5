"""PURE. What a correction may accept beside the key, kind by kind, and the content that then counts."""

from collections.abc import Sequence

CREDIT_ALL = "credit_all"
ACCEPT_OPTION = "accept_option"
ACCEPT_ANSWER = "accept_answer"
KINDS_WITH_FURTHER_OPTIONS = frozenset({"single_choice", "true_false"})
KINDS_WITH_FURTHER_ANSWERS = frozenset({"short_text", "numeric", "fill_in"})
SEPARATOR = ":"
"""A further answer to a gap is stored as its token, this sign, and the text (or the choice's token)."""


def choices_for(kind: str, content: dict) -> tuple[str, ...]:
    """The corrections that make sense for an item of this kind; a full credit always does."""
    found = [CREDIT_ALL]
    if kind in KINDS_WITH_FURTHER_OPTIONS:
        found.append(ACCEPT_OPTION)
    if kind in KINDS_WITH_FURTHER_ANSWERS:
        found.append(ACCEPT_ANSWER)
    return tuple(found)


def accepting(kind: str, content: dict, further: Sequence[str]) -> dict:
    """The content with further options or answers counted as right; what is stored stays as it was."""
    if kind == "short_text":
        added = [{"token": f"more{at}", "text": words, "share": "1"} for at, words in enumerate(further)]
        return {**content, "accepted": [*content["accepted"], *added]}
    if kind == "numeric":
        exact = {"tolerance": "0", "is_relative": False, "share": "1"}
        added = [{"token": f"more{at}", "value": value, **exact} for at, value in enumerate(further)]
        return {**content, "answers": [*content["answers"], *added]}
    if kind == "fill_in":
        return {**content, "gaps": [_accepting_gap(gap, further) for gap in content["gaps"]]}
    extra = set(further)
    options = [{**row, "is_key": row["is_key"] or row["token"] in extra} for row in content["options"]]
    return {**content, "options": options}


def _accepting_gap(gap: dict, further: Sequence[str]) -> dict:
    own = [words for token, _sign, words in (one.partition(SEPARATOR) for one in further) if token == gap["token"]]
    if gap["kind"] == "choice":
        choices = [{**one, "is_key": one["is_key"] or one["token"] in own} for one in gap["choices"]]
        return {**gap, "choices": choices}
    return {**gap, "accepted": [*gap["accepted"], *({"text": words, "share": "1"} for words in own)]}


def fits_option(content: dict, further: Sequence[str]) -> bool:
    """Whether these are options of the item that are not its key already."""
    known = {row["token"] for row in content["options"] if not row["is_key"]}
    return bool(further) and set(further) <= known


def is_known_gap(content: dict, further: Sequence[str]) -> bool:
    """Whether every further answer names a gap of the item, and a drop-down's one of its choices."""
    gaps = {gap["token"]: gap for gap in content["gaps"]}
    for one in further:
        token, _sign, words = one.partition(SEPARATOR)
        gap = gaps.get(token)
        if gap is None or not words:
            return False
        if gap["kind"] == "choice" and words not in {choice["token"] for choice in gap["choices"]}:
            return False
    return bool(further)
