"""PURE. What every entry is told whatever its format: what our own kind finds wrong with it, and its twins."""

from dataclasses import replace

from exambank import text
from exambank.bank import rules
from exambank.bank.interactions import REGISTRY
from exambank.interchange.neutral import NOTICE, WARNING, Draft, Entry, Problem, Reading

# what a reader says of a key or a text already tells what the kind would find
_SAID = {"no_key", "needs_work"}


def judge(reading: Reading) -> Reading:
    """The reading with each draft checked by its kind, and each item that stands twice in the file told."""
    first: dict[tuple, Entry] = {}
    entries = []
    for entry in reading.entries:
        if entry.draft is not None:
            entry = _checked(entry)
            entry = _compared(entry, first)
        entries.append(entry)
    return replace(reading, entries=tuple(entries))


def _checked(entry: Entry) -> Entry:
    found = [one for one in REGISTRY[entry.draft.kind].check(entry.draft.content, entry.draft.stem) if one.is_blocking]
    if any(problem.code == "no_right_answer" for problem in entry.problems):
        found = [one for one in found if one.code != "no_key"]
    if not found or any(problem.code in _SAID or problem.severity == "refused" for problem in entry.problems):
        return entry
    problem = Problem("needs_work", WARNING, values={"what": " ".join(one.message for one in found[:3])})
    return replace(entry, problems=(*entry.problems, problem))


def _compared(entry: Entry, first: dict[tuple, Entry]) -> Entry:
    if any(problem.code in ("duplicate", "duplicate_other_key", "same_stem") for problem in entry.problems):
        return entry
    draft = entry.draft
    words = _words(draft)
    earlier = first.setdefault(words, entry)
    if earlier is entry or not words[1]:
        return entry
    is_same = earlier.draft.content == draft.content or _keys(earlier.draft) == _keys(draft)
    values = {"name": earlier.name or "?"}
    problem = Problem("twin" if is_same else "twin_other_key", NOTICE if is_same else WARNING, values=values)
    return replace(entry, problems=(*entry.problems, problem))


def _words(draft: Draft) -> tuple:
    parts = REGISTRY[draft.kind].parts(draft.stem, draft.content)
    shown = [text.search_key(rules.plain_text(part.html)) for part in parts if not part.is_secret]
    pictures = tuple(REGISTRY[draft.kind].pictures(draft.stem, draft.content))
    return draft.kind, shown[0], tuple(sorted(shown[1:])), pictures, draft.picture or draft.picture_name


def _keys(draft: Draft) -> list:
    parts = REGISTRY[draft.kind].parts(draft.stem, draft.content)
    return sorted((text.search_key(rules.plain_text(one.html)), str(one.is_key), one.note) for one in parts)
