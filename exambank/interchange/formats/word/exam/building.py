"""PURE. The questions of a paper into entries: one each, or one for several that share a text."""

import re
from collections import defaultdict
from dataclasses import dataclass, replace

from exambank import text
from exambank.interchange.formats.word.exam.asking import Asked
from exambank.interchange.formats.word.exam.conventions import Decision
from exambank.interchange.formats.word.exam.drafting import Drafted
from exambank.interchange.formats.word.exam.html import lines_html
from exambank.interchange.formats.word.exam.lines import TABLE
from exambank.interchange.formats.word.exam.paper import Group
from exambank.interchange.formats.word.exam.signs import Signs
from exambank.interchange.neutral import NOTICE, REFUSED, WARNING, Entry, Place, Problem, draft_of

MOST_IN_CASE = 12
_LONGEST_SOURCE = 2_000
_GREEK = re.compile("[\u0370-\u03ff]")
_INSTRUCTION = 250  # a shared text of one line up to this length only says what to do


@dataclass
class Built:
    """A question and all that was decided about it."""

    asked: Asked
    drafted: Drafted | None
    decision: Decision
    problems: list[Problem]
    topics: tuple[str, ...] = ()
    signs: Signs | None = None

    @property
    def name(self) -> str:
        return self.asked.name


def entries_of(built: list[Built], groups: dict[int, Group]) -> list[Entry]:
    """Every question in exactly one entry, in the order of the paper."""
    members: dict[int, list[Built]] = defaultdict(list)
    for one in built:
        if one.asked.block.group:
            members[one.asked.block.group].append(one)
    found, done = [], set()
    for one in built:
        number = one.asked.block.group
        if not number:
            found.append(_entry(one))
        elif number not in done:
            done.add(number)
            found += _grouped(groups[number], members[number])
    return found


def _grouped(group: Group, members: list[Built]) -> list[Entry]:
    shared = lines_html([line for line in group.lines if line.role == TABLE or not line.rich.is_empty])
    is_instruction = _is_instruction(group)
    may_be_case = all(one.drafted and one.drafted.kind != "oral" for one in members)
    if shared and not is_instruction and 2 <= len(members) <= MOST_IN_CASE and may_be_case:
        return [_case(group, shared, members)]
    for one in members:
        if one.drafted and shared:
            _put_before(one.drafted, shared)
            if len(members) > 1:
                values = {"count": len(members)}
                one.problems.append(Problem("shared_text_repeated", NOTICE, values=values, place=group.place))
    return [_entry(one) for one in members]


def _is_instruction(group: Group) -> bool:
    lines = [line for line in group.lines if line.role == TABLE or not line.rich.is_empty]
    if group.is_tagged or len(lines) != 1 or lines[0].role == TABLE:
        return False
    return len(lines[0].text) <= _INSTRUCTION and not lines[0].rich.things and ":" not in lines[0].text.strip()[:-1]


def _put_before(drafted: Drafted, shared: str) -> None:
    first = shared if shared.startswith(("<p>", "<table")) else f"<p>{shared}</p>"
    rest = (
        drafted.stem if drafted.stem.startswith(("<p>", "<table")) else f"<p>{drafted.stem}</p>" if drafted.stem else ""
    )
    drafted.stem = first + rest if rest else shared


def _case(group: Group, shared: str, members: list[Built]) -> Entry:
    questions = [
        {"kind": one.drafted.kind, "stem": one.drafted.stem, "content": one.drafted.content,
         "weight": one.asked.points or "1"}
        for one in members
    ]  # fmt: skip
    first = members[0]
    name = f"{first.name}-{members[-1].asked.block.number}" if first.asked.block.number else ""
    draft = draft_of(
        "case", shared, {"questions": questions}, name=name, topic_names=first.topics, level=first.asked.level,
        tags=first.asked.tags,
    )  # fmt: skip
    problems = [
        replace(problem, column=one.name)
        for one in members
        for problem in _all_problems(one)
        if problem.code != "no_stem"
    ]
    for line in group.lines:
        problems += [thing.problem for thing in line.rich.things if thing.problem]
    source = [("", _cut(" ".join(line.rich.plain() for line in group.lines if line.role != TABLE)))]
    evidence = []
    for one in members:
        source += [(f"{one.name} {label}".strip(), words) for label, words in _source(one)]
        evidence += [(f"{one.name} {label}".strip(), shares) for label, shares in _evidence(one)]
    place = _reach([group.place, *(_place(one) for one in members)])
    return Entry(place, name, draft, problems=_merged(problems), source=tuple(source), evidence=tuple(evidence))


def _entry(one: Built) -> Entry:
    place, source = _place(one), tuple(_source(one))
    if one.drafted is None:
        return Entry(place, one.name, problems=(Problem("empty_question", REFUSED),), source=source)
    values, meta = one.asked.block.values, one.asked.meta
    draft = draft_of(
        one.drafted.kind, one.drafted.stem, one.drafted.content, name=one.name, topic_names=one.topics,
        level=one.asked.level, tags=(*one.asked.tags, *filter(None, [meta.get("tag", "")])),
        points=one.asked.points or _points(values.get("sc") or meta.get("points", "")), outcome=meta.get("outcome", ""),
        source=meta.get("source", ""),
    )  # fmt: skip
    problems = _all_problems(one)
    if not draft.stem and not any(problem.code == "empty_question" for problem in problems):
        problems.append(Problem("stem_missing", WARNING))
    return Entry(place, one.name, draft, problems=_merged(problems), source=source, evidence=tuple(_evidence(one)))


def _all_problems(one: Built) -> list[Problem]:
    found = [*one.asked.problems, *one.problems, *(one.drafted.problems if one.drafted else [])]
    found += [thing.problem for thing in one.asked.things if thing.problem]
    if one.asked.block.values.get("audio"):
        found.append(Problem("media_left_out", WARNING, values={"name": one.asked.block.values["audio"][:120]}))
    words = " ".join(rich.plain() for rich in one.asked.rich_parts)
    mixed = [word for word in dict.fromkeys(words.split()) if not word.isascii() and text.has_mixed_script(word)]
    mixed = [word for word in mixed if not _GREEK.search(word)]
    if mixed:
        found.append(Problem("mixed_script", WARNING, values={"words": ", ".join(mixed[:5])}))
    return found


def _merged(problems: list[Problem]) -> tuple[Problem, ...]:
    """The same problem with several pictures or formulas told once, all of them named."""
    found: dict[tuple, Problem] = {}
    for problem in problems:
        is_named = set(problem.values) == {"name"}
        key = (
            problem.code,
            problem.column,
            problem.severity,
            "" if is_named else tuple(sorted(problem.values.items())),
        )
        known = found.get(key)
        if known and is_named and problem.values["name"] not in known.values["name"].split(", "):
            problem = replace(known, values={"name": f"{known.values['name']}, {problem.values['name']}"})
        elif known:
            continue
        found[key] = problem
    return tuple(found.values())


def _evidence(one: Built):
    for at, option in enumerate(one.asked.options):
        signs = [(sign, 1.0) for sign in sorted(option.signs) if sign in ("star", "tag", "fixed_key")]
        signs += [("word", 1.0)] if "true" in option.signs else []
        shown = (*signs, *_looks(one, at))
        if shown:
            yield option.letter, shown


def _looks(one: Built, at: int) -> tuple[tuple[str, float], ...]:
    return one.signs.evidence(at) if one.signs else ()


def _source(one: Built):
    stem = _cut(one.asked.stem_text)
    if stem or not one.asked.options:
        yield one.name, stem
    for option in one.asked.options:
        yield option.letter, _cut(option.text.plain())
    for answer in one.asked.answers:
        yield "Đáp án", _cut(answer.words)
    if one.asked.explanation:
        yield "Lời giải", _cut(" ".join(line.rich.plain() for line in one.asked.explanation if line.role != TABLE))


def _points(said: str) -> str:
    found = re.match(r"\d{1,3}(?:[.,]\d{1,2})?", said.strip())
    return found[0].replace(",", ".") if found else ""


def _cut(words: str) -> str:
    return words[:_LONGEST_SOURCE]


def _place(one: Built) -> Place:
    return _reach([one.asked.block.place, *(line.place for line in one.asked.block.lines)])


def _reach(places: list[Place]) -> Place:
    """From the first to the last of these paragraphs."""
    numbers = []
    for place in places:
        if place.code == "paragraph":
            numbers.append(place.values["number"])
        elif place.code == "paragraphs":
            numbers += [place.values["first"], place.values["last"]]
        else:
            return places[0]
    if min(numbers) == max(numbers):
        return Place("paragraph", {"number": numbers[0]})
    return Place("paragraphs", {"first": min(numbers), "last": max(numbers)})
