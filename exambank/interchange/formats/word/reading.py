"""PURE. A Word file into a reading: the layers put together."""

from exambank.interchange.formats.word.exam import shapes
from exambank.interchange.formats.word.exam.asking import Answer, Asked, ask
from exambank.interchange.formats.word.exam.bare import find_bare_options
from exambank.interchange.formats.word.exam.building import Built, entries_of
from exambank.interchange.formats.word.exam.conventions import FIRST, Choice, Decision, Verdict, by_letters, judge_keys
from exambank.interchange.formats.word.exam.drafting import drafted
from exambank.interchange.formats.word.exam.header import facts_of
from exambank.interchange.formats.word.exam.keylists import Key, read_key
from exambank.interchange.formats.word.exam.keys import Matched, match_keys, read_key_file
from exambank.interchange.formats.word.exam.lines import TABLE, Line, lines_of
from exambank.interchange.formats.word.exam.options import starts_option
from exambank.interchange.formats.word.exam.paper import Paper
from exambank.interchange.formats.word.exam.scanning import scan
from exambank.interchange.formats.word.exam.signs import LOOKS, MARKED, Signs
from exambank.interchange.formats.word.parts.blocks import read_document
from exambank.interchange.neutral import WARNING, Gallery, Problem, Reading, Source, UnreadableFile

_STEP = 20
MOST_QUESTIONS = 10_000


def read(source: Source) -> Reading:
    """Every question of the file. UnreadableFile when it cannot be used."""
    gallery = Gallery()
    document = read_document(source.body, gallery)
    lines = lines_of(document.blocks)
    paper = scan(lines)
    facts = facts_of(paper.header)
    work = _Work(source, paper, lines, facts)
    entries = work.entries()
    if not entries:
        raise UnreadableFile("no_questions")
    notices = [*work.notices, *((code, {"count": count}) for code, count in document.told.items())]
    return Reading(
        "docx", tuple(entries), gallery.files, tuple(notices), facts.get("title", ""), work.verdict.conventions,
        work.verdict.used, facts,
    )  # fmt: skip


class _Work:
    """One paper from its questions to their entries."""

    def __init__(self, source: Source, paper: Paper, lines: list[Line], facts: dict):
        self.source, self.paper, self.facts = source, paper, facts
        self.notices: list[tuple[str, dict]] = []
        self.forced = source.choices.get("key", "")
        self.prefers_upper = _prefers_upper(lines)
        self.asked = self._ask()
        self.keys = self._keys()
        small = _small_are_choices(self.asked)
        self.shapes = [
            shapes.shape_of(one, self._key_values(at), prefers_upper=self.prefers_upper, small_are_choices=small)
            for at, one in enumerate(self.asked)
        ]
        self.is_mostly_choices = 2 * self.shapes.count(shapes.CHOICE) > len(self.shapes)
        self.verdict, self.decisions, self.choices = self._decide()

    def _ask(self) -> list[Asked]:
        found: list[Asked] = []
        blocks = [block for block in self.paper.blocks if not block.is_solution]
        if len(blocks) > MOST_QUESTIONS:
            raise UnreadableFile("too_many_questions", limit=MOST_QUESTIONS)
        for at, block in enumerate(blocks):
            if at % _STEP == 0:
                self.source.progress(at, len(blocks))
            found.append(ask(block, prefers_upper=self.prefers_upper))
        self._add_solutions(found)
        find_bare_options(found)
        return found

    def _add_solutions(self, found: list[Asked]) -> None:
        """Solutions in a part of their own go to the questions that they name."""
        by_order = {(one.block.section.number, one.block.order): one for one in found}
        plain = {one.block.order: one for one in found}
        for block in self.paper.blocks:
            if not block.is_solution:
                continue
            solved = ask(block, prefers_upper=self.prefers_upper)
            target = by_order.get((block.section.number, block.order)) or plain.get(block.order)
            if target is None:
                continue
            told = solved.explanation if solved.options else [*solved.stem, *solved.explanation]
            target.explanation = [*target.explanation, *told]
            picked = next((one for one in solved.answers if one.letters), None)
            letters = picked.letters if picked else _marked_letters(solved)
            if letters:
                target.answers.append(Answer(", ".join(letters), block.place, letters))

    # --- keys ---

    def _keys(self) -> dict[str, Matched]:
        blocks = [one.block for one in self.asked]
        found = {"table": match_keys(blocks, self.paper.keys, self.facts.get("code", ""))}
        if self.source.key_body:
            entries = read_key_file(self.source.key_body, self.source.key_name)
            found["file"] = match_keys(blocks, entries, self.facts.get("code", ""))
        for name, matched in found.items():
            if matched.is_unclear:
                self.notices.append((f"key_{name}_unclear", {}))
            elif matched.unused:
                self.notices.append((f"key_{name}_unused", {"count": matched.unused}))
        return found

    def _key_values(self, at: int) -> list[Key]:
        return [read_key(value) for name in ("file", "table") if name in self.keys
                for value, _place in self.keys[name].values.get(at, [])]  # fmt: skip

    def _decide(self) -> tuple[Verdict, dict[int, Decision], dict[int, Choice]]:
        choices = {at: self._choice(at) for at, shape in enumerate(self.shapes) if shape == shapes.CHOICE}
        verdict = judge_keys(list(choices.values()), self.forced)
        decisions = dict(zip(choices, verdict.decisions, strict=True))
        clusters = {
            at: Choice(self.asked[at].options) for at, shape in enumerate(self.shapes) if shape == shapes.CLUSTER
        }
        decisions |= _cluster_decisions(clusters, verdict.used)
        return verdict, decisions, choices | clusters

    def _choice(self, at: int) -> Choice:
        asked = self.asked[at]
        choice = Choice(asked.options)
        stated = [("lines", one.letters, one.words, one.place) for one in asked.answers]
        for name, matched in self.keys.items():
            for value, place in matched.values.get(at, []):
                key = read_key(value)
                stated.append((name, key.letters, key.words, place))
        for name, letters, words, place in stated:
            places = by_letters(asked.options, letters) if letters else _by_words(asked, words)
            if places and name in choice.stated and choice.stated[name] != places:
                asked.problems.append(
                    Problem("two_keys_stated", WARNING, values={"key": ", ".join(letters) or words}, place=place)
                )
            elif places:
                choice.stated[name] = places
            else:
                told = ", ".join(letters) or words[:80]
                asked.problems.append(Problem("key_names_no_option", WARNING, values={"key": told}, place=place))
        return choice

    # --- entries ---

    def entries(self) -> list:
        built = [self._built(at, asked) for at, asked in enumerate(self.asked)]
        self._tell()
        return entries_of(built, self.paper.groups)

    def _built(self, at: int, asked: Asked) -> Built:
        decision = self.decisions.get(at, Decision())
        shape = self.shapes[at]
        choice = self.choices.get(at)
        topics = tuple(name for name in (asked.meta.get("topic", ""), *asked.block.section.topics) if name)
        if shape == shapes.EMPTY:
            return Built(asked, None, decision, [], topics)
        made = drafted(asked, shape, decision, self._key_values(at))
        problems = self._remarks(asked, shape, decision)
        if not asked.points and asked.block.section.points:
            asked.points = asked.block.section.points
        return Built(asked, made, decision, problems, topics, choice.signs if choice else None)

    def _remarks(self, asked: Asked, shape: str, decision: Decision) -> list[Problem]:
        found = []
        used = self.verdict.used
        if shape == shapes.CHOICE and decision.code in LOOKS and used and decision.code != used:
            found.append(Problem("key_other_sign", WARNING, values={"sign": decision.code, "used": used}))
        is_odd = (
            shape == shapes.ESSAY and not asked.options and asked.block.section.kind != "essay" and not asked.points
        )
        if is_odd and self.is_mostly_choices:
            found.append(Problem("no_options", WARNING))
        return found

    def _tell(self) -> None:
        """What a person should know of the file as a whole."""
        if self.paper.header:
            words = " / ".join(one.rich.plain() for one in self.paper.header if one.role != TABLE)
            self.notices.append(("header_skipped", {"words": words[:300] or "..."}))
        if self.paper.left:
            words = " / ".join(one.rich.plain() for one in self.paper.left if one.role != TABLE)
            if words:
                self.notices.append(("lines_left_out", {"words": words[:500], "count": len(self.paper.left)}))
        if self.verdict.used and self.verdict.used != FIRST:
            items = next((one.items for one in self.verdict.conventions if one.code == self.verdict.used), 0)
            self.notices.append(("convention_used", {"sign": self.verdict.used, "count": items}))
        gaps = _gaps(self.asked)
        if gaps:
            self.notices.append(("numbers_missing", {"numbers": ", ".join(map(str, gaps[:20]))}))


def _prefers_upper(lines: list[Line]) -> bool:
    starts = [line.text.strip().lstrip("*([#")[:1] for line in lines if starts_option(line.text)]
    return sum(one.isupper() for one in starts) >= sum(one.islower() for one in starts)


def _small_are_choices(asked: list[Asked]) -> bool:
    """Whether each question with small letters has exactly one option marked: statements would differ in number."""
    small = [
        Signs.of(one.options) for one in asked if one.options and not any(option.is_upper for option in one.options)
    ]
    return bool(small) and any(
        all(len(one.marked(name, "label") or one.marked(name, "text")) == 1 for one in small)
        for name in LOOKS
        if name != "italic"
    )


def _marked_letters(solved: Asked) -> tuple[str, ...]:
    """The option of a repeated question that a solution marks by a look."""
    if not solved.options:
        return ()
    decision = judge_keys([Choice(solved.options)]).decisions[0]
    return tuple(solved.options[at].letter for at in sorted(decision.key)) if decision.code != "italic" else ()


def _by_words(asked: Asked, words: str) -> frozenset[int]:
    """A key that is spelled out: the option with this text."""
    plain = " ".join(words.split()).strip(" .").casefold()
    same = [at for at, one in enumerate(asked.options) if one.text.plain().strip(" .").casefold() == plain]
    if len(same) != 1:
        truth = shapes.is_truth(words)
        same = [
            at
            for at, one in enumerate(asked.options)
            if truth is not None and shapes.is_truth(one.text.plain()) is truth
        ]
    return frozenset(same) if len(same) == 1 else frozenset()


def _cluster_decisions(clusters: dict[int, Choice], used: str) -> dict[int, Decision]:
    """Which statements are marked as true, by the file's own sign or the one that most clusters have."""
    counts = {name: sum(bool(_true_ones(one, name)) for one in clusters.values()) for name in LOOKS if name != "italic"}
    sign = used if counts.get(used) else max(counts, key=lambda name: counts[name], default="")
    if not clusters or not counts.get(sign):
        sign = ""
    found = {}
    for at, one in clusters.items():
        stated = {place for place, option in enumerate(one.options) if "star" in option.signs or "tag" in option.signs}
        marked = frozenset(stated) or (_true_ones(one, sign) or _all_true(one, sign) if sign else frozenset())
        found[at] = Decision(marked, "star" if stated else sign if marked else "")
    return found


def _true_ones(one: Choice, name: str) -> frozenset[int]:
    for channel in ("label", "text"):
        found = one.signs.marked(name, channel)
        if found:
            return found
    return frozenset()


def _all_true(one: Choice, name: str) -> frozenset[int]:
    """All statements, when each has the sign by which this file marks the true ones."""
    for rows in (one.signs.labels, one.signs.texts):
        if all(row.get(name, 0) >= MARKED for row in rows):
            return frozenset(range(len(rows)))
    return frozenset()


def _gaps(asked: list[Asked]) -> list[int]:
    """Numbers that are missing between the first and the last question of one row."""
    rows: dict[int, list[int]] = {}
    for one in asked:
        if one.block.order:
            rows.setdefault(one.block.series, []).append(one.block.order)
    return [
        number
        for row in rows.values()
        if max(row) - min(row) < 2_000
        for number in range(min(row), max(row))
        if number not in set(row)
    ]
