"""PURE. One item file of any version, as an entry: played, or kept as it came with the reason."""

import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from exambank.bank import rules
from exambank.interchange.formats.qti.bodies import (
    Feedback,
    Room,
    insert_inclusions,
    take_feedback,
    take_guides,
    take_rest,
)
from exambank.interchange.formats.qti.building import build, check_playable
from exambank.interchange.formats.qti.declarations import Outcome, Response, number_of, read_outcome, read_response
from exambank.interchange.formats.qti.folders import Folder, Pictures
from exambank.interchange.formats.qti.marking import rules_of
from exambank.interchange.formats.qti.names import child, give_plain_names, parse_lenient, version_of, words_of
from exambank.interchange.formats.qti.questions import Item, Question, Unplayable, decimal_of
from exambank.interchange.formats.qti.values import Untold
from exambank.interchange.formats.qti.wording import Wording, joined
from exambank.interchange.formats.qti_write.own import read_own
from exambank.interchange.neutral import RAW, Draft, Entry, Place, Problem, Raw, UnreadableFile, draft_of

_REFERENCE = re.compile(r"^(?:src|data|href|poster)$")
_LONGEST_SHOWN = 2_000
_MOST_RAW_FILES = 200
MOST_SHARED_BYTES = 10_000_000  # of files that items include or share, each counted as often as it is read
MOST_ELEMENTS = 20_000


class ItemReader:
    """Reads the items of one folder; ``is_order_meant``: shuffle="false" is taken at its word."""

    def __init__(self, folder: Folder, pictures: Pictures, is_order_meant: bool = True):
        self._folder, self._pictures, self._is_order_meant = folder, pictures, is_order_meant
        self.versions: Counter = Counter()
        self._room = Room(MOST_SHARED_BYTES)

    def read(self, path: str, body: bytes, place: Place, labels: dict, weight: Fraction | None = None) -> Entry:
        """The entry of an item file; ``labels`` are what its package tells of it. UnreadableFile for broken XML."""
        root, was_mended = parse_lenient(body)
        return self.read_root(root, was_mended, path, body, place, labels, weight)

    def read_root(
        self, root, was_mended: bool, path: str, body: bytes, place: Place, labels: dict, weight=None
    ) -> Entry:
        """The same of an item that is parsed already."""
        version = version_of(root)
        self.versions[version] += 1
        name = root.get("title") or root.get("identifier") or path
        wording = Wording(self._pictures, path)
        own = read_own(root, wording.picture)
        if own is not None:
            draft = draft_of(own.kind, own.stem, own.content, **{**labels, **own.labels})
            give_plain_names(root)
            return Entry(place, name[:300], draft, problems=tuple(own.problems), source=tuple(_shown(root)))
        give_plain_names(root)
        if was_mended:
            wording.warn("item_mended")
        shown = tuple(_shown(root))
        labels = {"name": (root.get("title") or "").strip(), "identifier": root.get("identifier") or "", **labels}
        try:
            draft = self._draft(root, path, wording, labels, weight)
        except Unplayable as reason:
            raw = self._raw(version, path, body, root, labels, wording)
            problems = (
                Problem(reason.code, RAW, values=reason.values),
                *_known(wording, ("part_missing", "item_mended", "media_left_out")),
            )
            return Entry(place, name[:300], raw=raw, problems=problems, source=shown)
        return Entry(place, name[:300], draft, problems=wording.problems, source=shown)

    def _draft(self, root, path: str, wording: Wording, labels: dict, weight: Fraction | None) -> Draft:
        room = self._room.part()
        insert_inclusions(root, self._folder, path, wording, room)
        count = sum(1 for _one in root.iter())
        if count > MOST_ELEMENTS:
            raise Unplayable("too_many_parts", count=count, limit=MOST_ELEMENTS)
        body = child(root, "itemBody")
        interactions = check_playable(root, body)
        feedback = take_feedback(root, wording)
        guides, hints = take_guides(body, wording), take_rest(body, wording)
        item = _item(root, body, wording, self._is_order_meant)
        question = build(item, interactions)
        _check_words(question, root, wording)
        _give_explanation(question, feedback, guides, hints, item)
        stimulus = self._stimulus(root, path, wording, room)
        if stimulus:
            question = _with_stimulus(question, stimulus)
        points = _points(item, question, weight)
        return draft_of(question.kind, question.stem, question.content, **labels, points=points)

    def _stimulus(self, root, path: str, wording: Wording, room: Room) -> str:
        """The texts that the item refers to."""
        found = []
        for href in dict.fromkeys(one.get("href") or "" for one in root.iter("assessmentStimulusRef")):
            place = self._folder.find(href, path)
            element = self._shared(place, room) if place is not None else None
            if element is None:
                wording.warn("stimulus_missing", name=href[:200])
                continue
            give_plain_names(element)
            insert_inclusions(element, self._folder, place, wording, room)
            body = child(element, "stimulusBody")
            found.append(wording.of_file(place).html(body if body is not None else element))
        return joined(found)

    def _shared(self, path: str, room: Room):
        """The root of a file that items share; None when it is broken or was shared too often."""
        body = self._body_of(path)
        try:
            return parse_lenient(body)[0] if body is not None and room.takes(body) else None
        except UnreadableFile:
            return None

    def _raw(self, version: str, path: str, body: bytes, root, labels: dict, wording: Wording) -> Raw:
        files = dict(self._referenced(root, path, wording))
        return Raw(version, body, ".xml", labels["name"], labels["identifier"], tuple(files.items()))

    def _referenced(self, root, path: str, wording: Wording) -> Iterator[tuple[str, bytes]]:
        """The files that the item names, by the paths by which it names them, as long as there is room for them."""
        known: set[str] = set()
        for one in root.iter():
            for name, href in one.attrib.items() if isinstance(one.tag, str) else ():
                place = self._folder.find(href, path) if _REFERENCE.match(name) and len(href) < 1000 else None
                called = href.split("#")[0].split("?")[0].strip()
                if place is None or called in known:
                    continue
                known.add(called)
                body = self._body_of(place)
                if body is not None and len(known) <= _MOST_RAW_FILES and self._pictures.has_room_beside_raw(body):
                    yield called, body
                elif len(known) < 2 * _MOST_RAW_FILES:
                    wording.warn("media_left_out", name=called[:200])

    def _body_of(self, path: str) -> bytes | None:
        try:
            return self._folder.read(path)
        except UnreadableFile:
            return None


def _check_words(question: Question, root, wording: Wording) -> None:
    """A case without words of its own takes the item's title; any other question without words is told."""
    if rules.plain_text(question.stem) or rules.pictures_in(question.stem):
        return
    if question.kind == "case":
        question.stem = wording.plain(root.get("title") or "")
    elif not question.gaps:
        wording.warn("item_without_words")


def _known(wording: Wording, codes: tuple[str, ...]) -> tuple[Problem, ...]:
    return tuple(problem for problem in wording.problems if problem.code in codes)


def _item(root, body, wording: Wording, is_order_meant: bool) -> Item:
    responses: dict[str, Response] = {}
    outcomes: dict[str, Outcome] = {}
    for one in root:
        if one.tag == "responseDeclaration":
            response = read_response(one)
            responses.setdefault(response.identifier, response)
        elif one.tag == "outcomeDeclaration":
            outcome = read_outcome(one)
            outcomes.setdefault(outcome.identifier, outcome)
    processing = child(root, "responseProcessing")
    marking, has_own_rules = rules_of(processing, responses, outcomes)
    return Item(root, body, responses, outcomes, marking, has_own_rules, processing, wording, is_order_meant)


# --- explanation ---


def _give_explanation(question: Question, feedback: list[Feedback], guides: list, hints: list, item: Item) -> None:
    """Feedback, hints and guides go into the explanation; guides of an essay are its model answer."""
    model = _model_answer(item)
    if model and model not in guides:
        guides = [*guides, model]
    essays = [question.content] if question.kind == "essay" else [
        row["content"] for row in question.content.get("questions", ()) if row["kind"] == "essay"
    ]  # fmt: skip
    if guides and len(essays) == 1:
        essays[0]["model_answer"] = joined([essays[0].get("model_answer", ""), *guides])
        guides = []
    spoken = _by_name(feedback, question)
    general, of_options = spoken.pop("", []), _listed(spoken, question)
    if of_options or len(general) > 1:
        item.wording.tell("feedback_joined")
    if hints:
        item.wording.tell("hint_in_explanation")
    explanation = joined([*general, of_options, *guides, *hints])
    if explanation:
        question.content["explanation"] = explanation


def _model_answer(item: Item) -> str:
    outcome = item.outcomes.get("MODEL_ANSWER")
    return item.wording.plain("\n".join(outcome.default)) if outcome and outcome.default else ""


def _by_name(feedback: list[Feedback], question: Question) -> dict[str, list[str]]:
    """The texts by the identifier of the option that they speak of, "" for all others, each once."""
    names = {name for name, _words in question.options}
    found: dict[str, dict[str, None]] = {}
    for one in feedback:
        name = next((name for name in (one.option, one.identifier) if name in names), "")
        found.setdefault(name, {})[one.html] = None
    return {name: list(texts) for name, texts in found.items()}


def _listed(spoken: dict[str, list[str]], question: Question) -> str:
    """Feedback on single options as a list: "A. words: feedback"."""
    lines = []
    for place, (name, words) in enumerate(question.options):
        texts = spoken.pop(name, [])
        if texts:
            letter = chr(ord("A") + place) if place < 26 else str(place + 1)
            lines.append(f"<li>{_escaped(f'{letter}. {words[:200]}: ')}{'<br>'.join(map(_on_a_line, texts))}</li>")
    return f"<ul>{''.join(lines)}</ul>" if lines else ""


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _on_a_line(html: str) -> str:
    inner = html.removeprefix("<p>").removesuffix("</p>")
    return inner if "<p>" not in inner else html


# --- the rest of an item ---


def _with_stimulus(question: Question, stimulus: str) -> Question:
    """A case whose text is the stimulus."""
    if question.kind == "case":
        question.stem = joined([stimulus, question.stem])
        return question
    content = dict(question.content)
    explanation = content.pop("explanation", "")
    row = {"kind": question.kind, "stem": question.stem, "content": content, "weight": "1"}
    outer = {"questions": [row], **({"explanation": explanation} if explanation else {})}
    return Question("case", outer, stimulus, weight=question.weight)


def _points(item: Item, question: Question, weight: Fraction | None) -> str:
    """What the item gives at most, times its weight in the test."""
    most = item.outcomes.get("MAXSCORE")
    told = number_of(most.default[0]) if most is not None and most.default else None
    if told is None or told <= 0:
        score = item.outcomes.get("SCORE")
        told = score.maximum if score is not None else None
    if told is None or told <= 0:
        told = _most_told(item, question.weight)
    if told is None or told <= 0:
        return decimal_of(weight, 4) if weight and weight > 0 else ""
    return decimal_of(told * weight if weight and weight > 0 else told, 4)


def _most_told(item: Item, weight: Fraction | None) -> Fraction | None:
    """What is earned at most; a question whose key stands only in the rules (a range) counts with its weight."""
    earned = _earned(item)
    if earned and weight and not all(one.best for one in item.responses.values()):
        return max(earned, weight)
    return earned or weight


def _earned(item: Item) -> Fraction | None:
    """What the right answers to all questions earn together."""
    given = {name: one.best for name, one in item.responses.items() if one.best and one.cardinality != "record"}
    try:
        return item.rules(given) if given else None
    except Untold:
        return None


def _shown(root) -> Iterator[tuple[str, str]]:
    """What a person may compare the result with, under the names that the file uses."""
    body = child(root, "itemBody")
    if body is not None:
        yield "itemBody", _body_words(body)[:_LONGEST_SHOWN]
    for one in root:
        if one.tag == "responseDeclaration":
            key = words_of(child(one, "correctResponse"))
            entries = "; ".join(f"{entry.get('mapKey')} = {entry.get('mappedValue')}" for entry in one.iter("mapEntry"))
            label = f"responseDeclaration {one.get('identifier') or ''}".strip()
            yield label, "\n".join(part for part in (key, entries) if part)[:_LONGEST_SHOWN]
        elif one.tag == "modalFeedback" and words_of(one):
            yield "modalFeedback", words_of(one)[:_LONGEST_SHOWN]


_ROWS = {"simpleChoice", "simpleAssociableChoice", "inlineChoice", "gapText", "hottext"}


def _body_words(body) -> str:
    """The words of the body, a line for each paragraph and choice, choices with their identifiers."""
    lines, last = [], []
    for event, one in _events(body):
        if event == "words":
            last.append(one)
            continue
        if "".join(last).strip():
            lines.append(" ".join("".join(last).split()))
        last = [f"[{one.get('identifier')}] "] if event == "start" and one.tag in _ROWS else []
    lines.append(" ".join("".join(last).split()))
    return "\n".join(line for line in lines if line)


_BREAKS = _ROWS | {"p", "div", "prompt", "li", "tr", "h1", "h2", "h3", "h4", "br", "simpleMatchSet", "itemBody"}


def _events(element):
    """The words under an element and the starts and ends of its lines, without going deeper than Python likes."""
    stack = [(element, iter(element))]
    if element.text:
        yield "words", element.text
    while stack:
        above, inner = stack[-1]
        one = next(inner, None)
        if one is None:
            stack.pop()
            if above.tag in _BREAKS:
                yield "end", above
            if stack and above.tail:
                yield "words", above.tail
            continue
        if one.tag in _BREAKS:
            yield "start", one
        if one.text and isinstance(one.tag, str):
            yield "words", one.text
        stack.append((one, iter(one)))
