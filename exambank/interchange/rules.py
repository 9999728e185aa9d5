"""PURE. Decisions of an import: which level and topic a word means, what may be taken over, what becomes of edits."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from exambank import text
from exambank.bank import rules as bank_rules
from exambank.bank.interactions import REGISTRY
from exambank.interchange.neutral import ACCEPTED, NOTICE, RAW, REFUSED, STATUSES, WARNING, Draft, Entry, Problem

ITEMS_WHILE_EXAM_OPEN = 50
BYTES_WHILE_EXAM_OPEN = 500_000
UPLOAD_LIMIT = 60 * 1024 * 1024
TRIES_ALLOWED = 3

# batch: what may happen to it in which state
UNDECIDED = ("reading", "previewed", "failed", "cancelled")
RE_READABLE = ("previewed", "failed", "cancelled")


def match_level(word: str, levels: Iterable[str]) -> str | None:
    """The school's level that a word means: its name with or without marks, or its initials ("VDC")."""
    wanted = text.search_key(word)
    for name in levels:
        folded = text.search_key(name)
        if wanted and wanted in (folded, folded.replace(" ", ""), "".join(part[0] for part in folded.split())):
            return name
    return None


def match_topic(names: Sequence[str], topics: Iterable[str]) -> str | None:
    """The known topic that carries one of these names; the fullest name is looked for first."""
    known = {text.search_key(name): name for name in topics}
    return next((known[text.search_key(name)] for name in names if text.search_key(name) in known), None)


def check_levels(entries: Iterable[Entry], levels: Sequence[str]) -> list[Entry]:
    """Warn of each item whose level the school does not have."""
    return [
        replace(entry, problems=(*entry.problems, _unknown_level(entry)))
        if entry.draft and entry.draft.level and match_level(entry.draft.level, levels) is None
        else entry
        for entry in entries
    ]


def _unknown_level(entry: Entry) -> Problem:
    level = entry.draft.level
    header = next((header for header, cell in entry.source if cell == level), "")
    return Problem("level_unknown", WARNING, header, {"level": level[:60]})


def check_outcomes(entries: Iterable[Entry], codes: Sequence[str]) -> list[Entry]:
    """Tell of each item whose learning outcome the module does not have."""
    found = []
    for entry in entries:
        wanted = entry.draft.outcome if entry.draft else ""
        if wanted and match_outcome(wanted, codes) is None:
            problem = Problem("outcome_unknown", NOTICE, values={"outcome": wanted[:60]})
            entry = replace(entry, problems=(*entry.problems, problem))
        found.append(entry)
    return found


def match_outcome(words: str, codes: Iterable[str]) -> str | None:
    """The code of the outcome that these words begin with: "CLO2", "CLO2. Phân tích"."""
    wanted = text.search_key(words)
    for code in sorted(codes, key=len, reverse=True):
        folded = text.search_key(code)
        if wanted == folded or wanted.startswith((f"{folded} ", f"{folded}.", f"{folded}:")):
            return code
    return None


def check_pictures(entries: Iterable[Entry], unfit: Mapping[str, str]) -> list[Entry]:
    """Warn of each item that shows a picture which the bank does not take; ``unfit``: id -> the file's name for it."""
    found = []
    for entry in entries:
        names = [unfit[one] for one in pictures_of(entry.draft) if one in unfit] if entry.draft else []
        problems = tuple(Problem("picture_kind", WARNING, values={"name": name[:80]}) for name in dict.fromkeys(names))
        found.append(replace(entry, problems=(*entry.problems, *problems)) if problems else entry)
    return found


def pictures_of(draft: Draft) -> tuple[str, ...]:
    """The ids of every picture of a draft, beside its text or within any text of it."""
    within = [found for one in (draft.stem, *texts_in(draft.content)) for found in bank_rules.pictures_in(one)]
    return tuple(dict.fromkeys([*filter(None, [draft.picture]), *within]))


def texts_in(content) -> Iterable[str]:
    """Every text in a stored content, however deep."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping):
        for value in content.values():
            yield from texts_in(value)
    elif isinstance(content, list | tuple):
        for value in content:
            yield from texts_in(value)


def with_texts(content, change):
    """The content with ``change`` done to every text in it."""
    if isinstance(content, str):
        return change(content)
    if isinstance(content, Mapping):
        return {name: with_texts(value, change) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [with_texts(value, change) for value in content]
    return content


def missing_topics(names: Iterable[Sequence[str]], topics: Sequence[str]) -> list[str]:
    """Names of the topics that would have to be created, in the order of the file; ``names`` as each item has them."""
    known = {text.search_key(name) for name in topics}
    found: dict[str, str] = {}
    for one in dict.fromkeys(tuple(one) for one in names if one):  # hundreds of items share a few topics
        if known.isdisjoint(text.search_key(name) for name in one):
            found.setdefault(text.search_key(one[0]), one[0])
    return list(found.values())


def is_refused_while_open(items: int) -> bool:
    """Whether so many items have to wait for the end of the exam (SQLite has one writer)."""
    return items > ITEMS_WHILE_EXAM_OPEN


def count_statuses(statuses: Iterable[str]) -> dict[str, int]:
    """How many entries stand in each status; the four add up to all."""
    counts = dict.fromkeys(STATUSES, 0)
    for status in statuses:
        counts[status] += 1
    return counts


# --- an entry that somebody mended ---


def judge_mended(draft: Draft, levels: Sequence[str], before: Iterable[Problem] = ()) -> tuple[str, list[Problem]]:
    """The status of an entry that a person has just gone through, and what there is to say of it now.

    What the reader warned of was before that person's eyes and is settled; what still keeps the item from review is
    said anew, and so are its level and its missing picture.
    """
    problems = [one for one in before if one.severity == NOTICE]
    blocking = [one for one in REGISTRY[draft.kind].check(draft.content, draft.stem) if one.is_blocking]
    if not bank_rules.plain_text(draft.stem) and not pictures_of(draft):
        problems.append(Problem("no_stem", REFUSED))
    if blocking:
        words = " ".join(one.message for one in blocking[:3])
        problems.append(Problem("needs_work", WARNING, values={"what": words}))
    if draft.level and match_level(draft.level, levels) is None:
        problems.append(Problem("level_unknown", WARNING, values={"level": draft.level[:60]}))
    if draft.picture_name and not draft.picture:
        problems.append(Problem("picture_absent", WARNING, values={"name": draft.picture_name[:80]}))
    return status_of(problems), problems


def status_of(problems: Iterable[Problem]) -> str:
    """The status of an entry with a draft."""
    severities = {problem.severity for problem in problems}
    if REFUSED in severities:
        return REFUSED
    return WARNING if severities & {WARNING, RAW} else ACCEPTED


# --- a file that is read again ---


@dataclass(frozen=True)
class Kept:
    """What a person did to an entry of the reading before."""

    position: int
    name: str
    place: str


def match_edits(kept: Sequence[Kept], found: Sequence[Kept]) -> tuple[dict[int, int], list[str]]:
    """Which old position each edited entry has in the new reading, as new -> old, and the names of those lost.

    The place in the file is surest, then the name if only one carries it, then the position if as many were found.
    """
    by_place, by_name = _only(found, "place"), _only(found, "name")
    positions = {one.position for one in found}
    matched: dict[int, int] = {}
    lost = []
    for one in kept:
        target = by_place.get(one.place) if one.place else None
        target = target or (by_name.get(one.name) if one.name else None)
        if target is None and not one.place and not one.name and one.position in positions:
            target = one.position
        if target is None or target in matched:
            lost.append(one.name or str(one.position))
        else:
            matched[target] = one.position
    return matched, lost


def _only(found: Iterable[Kept], attribute: str) -> dict[str, int]:
    seen: dict[str, list[int]] = {}
    for one in found:
        seen.setdefault(getattr(one, attribute), []).append(one.position)
    return {key: positions[0] for key, positions in seen.items() if key and len(positions) == 1}


# --- what is taken over ---


def with_new_pictures(draft: Draft, names: Mapping[str, str]) -> Draft:
    """The draft whose pictures go by their new ids; a picture without one leaves its description in the text."""

    def change(html: str) -> str:
        for old in bank_rules.pictures_in(html):
            html = html.replace(old, names[old]) if old in names else _without_picture(html, old)
        return html

    content = with_texts(draft.content, change)
    return replace(draft, stem=change(draft.stem), content=content, picture=names.get(draft.picture, ""))


def _without_picture(html: str, media_id: str) -> str:
    tags = re.compile(rf'<img\b[^>]*data-media="{re.escape(media_id)}"[^>]*>')

    def words(found: re.Match) -> str:
        described = re.search(r'alt="([^"]+)"', found[0])
        return f"[{described[1]}]" if described else ""

    return tags.sub(words, html)


def to_take(entries: Sequence, *, only_clean: bool = False, chosen: Collection[int] | None = None) -> list:
    """The entries that become items: not refused, not left out, and within what was chosen (positions)."""
    wanted = {ACCEPTED} if only_clean else {ACCEPTED, WARNING}
    return [
        one
        for one in entries
        if one.status in wanted and not one.is_left_out and (chosen is None or one.position in chosen)
    ]


def raws_to_keep(entries: Sequence, chosen: Collection[int] | None = None) -> list:
    """The entries that are kept as they came."""
    return [
        one
        for one in entries
        if one.status == RAW and not one.is_left_out and (chosen is None or one.position in chosen)
    ]
