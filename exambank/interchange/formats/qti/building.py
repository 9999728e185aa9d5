"""PURE. From the interactions of a body to one question of ours: alone, as gaps of a text, or as a case."""

from collections.abc import Iterator
from fractions import Fraction

from exambank.bank.interactions import new_token
from exambank.interchange.formats.qti import bodies
from exambank.interchange.formats.qti.bodies import BLOCK, INLINE, Segment, interactions_in, segments_of
from exambank.interchange.formats.qti.choices import find_keys, read_choice, read_hottext
from exambank.interchange.formats.qti.entries import (
    field_width,
    gap_of,
    is_mid_sentence,
    read_answers,
    read_extended,
    written_question,
)
from exambank.interchange.formats.qti.names import child
from exambank.interchange.formats.qti.pairs import name_of, read_associate, read_gap_match, read_match, read_order
from exambank.interchange.formats.qti.questions import (
    Item,
    Question,
    Unplayable,
    decimal_of,
    turn_to_blank,
    turn_to_gap,
)
from exambank.interchange.formats.qti.values import Untold
from exambank.interchange.formats.qti.wording import holder, joined

MOST_PARTS = 50
_READERS = {
    "choiceInteraction": read_choice, "hottextInteraction": read_hottext, "matchInteraction": read_match,
    "associateInteraction": read_associate, "gapMatchInteraction": read_gap_match, "orderInteraction": read_order,
    "extendedTextInteraction": read_extended,
}  # fmt: skip
_REASONS = {
    "hotspotInteraction": "graphic", "graphicOrderInteraction": "graphic", "graphicAssociateInteraction": "graphic",
    "graphicGapMatchInteraction": "graphic", "selectPointInteraction": "graphic",
    "positionObjectInteraction": "graphic",
    "endAttemptInteraction": "end_attempt", "uploadInteraction": "upload", "drawingInteraction": "drawing",
    "sliderInteraction": "slider", "mediaInteraction": "media_interaction",
}  # fmt: skip


def check_playable(item_root, body) -> list:
    """The interactions of the body; Unplayable, with the cause, when there is one that we do not play."""
    if item_root.get("adaptive", "").strip().lower() in ("true", "1"):
        raise Unplayable("adaptive")
    if any(True for _one in item_root.iter("templateDeclaration", "templateProcessing")):
        raise Unplayable("template")
    found = interactions_in(body) if body is not None else []
    for one in found:
        if one.tag not in BLOCK | INLINE:
            raise Unplayable(_REASONS.get(one.tag, "custom_interaction"), name=one.tag)
    if not found:
        raise Unplayable("no_interaction")
    if len(found) > MOST_PARTS:
        raise Unplayable("too_many_parts", count=len(found), limit=MOST_PARTS)
    return found


def build(item: Item, interactions: list) -> Question:
    """The question that the body asks; its elements are used up."""
    if all(one.tag in INLINE for one in interactions):
        return _words_with_fields(item.body, interactions, item)
    if len(interactions) == 1:
        question = _READERS[interactions[0].tag](interactions[0], item)
        question.stem = joined([item.wording.html(item.body), question.stem])
        return question
    return _case(item)


# --- fields within words ---


def _words_with_fields(element, fields: list, item: Item) -> Question:
    """A text with fields: one field at its end is a question of its own, all else are gaps."""
    for field in fields:
        _put_prompt_before(field)
    if len(fields) == 1 and fields[0].tag == "textEntryInteraction":
        field = fields[0]
        answers = read_answers(field, item)
        is_within = is_mid_sentence(field, bodies.LINES)
        if answers.is_number or not is_within:
            question = written_question(answers, field_width(field))
            _turn_to_line(field, is_within)
            question.stem = item.wording.html(element)
            return question
        return _gaps(element, [(field, gap_of(answers, new_token(), item), answers.ignore_case)], item, answers.weight)
    rows = []
    for field in fields:
        if field.tag == "textEntryInteraction":
            answers = read_answers(field, item)
            rows.append((field, gap_of(answers, new_token(), item), answers.ignore_case))
        else:
            rows.append((field, _list_gap(field, item), None))
    return _gaps(element, rows, item, None)


def _put_prompt_before(field) -> None:
    """A prompt has no place within a field; files that write one mean it as the words before it."""
    prompt = child(field, "prompt")
    if prompt is None:
        return
    prompt.tail = " "
    prompt.tag = "span"
    field.addprevious(prompt)


def _turn_to_line(field, is_within: bool) -> None:
    """What stays of a field whose answer is typed below: a blank, where words or a full stop follow it."""
    if is_within or (field.tail or "").strip():
        turn_to_blank(field)
    else:
        bodies.replace(field)


def _gaps(element, rows: list, item: Item, weight) -> Question:
    cases = {ignored for _field, _gap, ignored in rows if ignored is not None}
    if len(cases) == 2:
        item.wording.warn("scoring_simplified")
    for field, gap, _ignored in rows:
        turn_to_gap(field, gap["token"])
    gaps = [gap for _field, gap, _ignored in rows]
    content = {"gaps": gaps, "scoring": {"ignore_case": True in cases} if cases else {}}
    weight = weight or sum(Fraction(gap["weight"]) for gap in gaps)
    return Question("fill_in", content, item.wording.html(element), weight=weight, gaps=gaps)


def _list_gap(field, item: Item) -> dict:
    """The choices of an inlineChoiceInteraction."""
    choices = [one for one in field if one.tag == "inlineChoice"]
    if not 0 < len(choices) <= MOST_PARTS:
        raise Unplayable("too_many_parts" if choices else "nothing_to_choose", count=len(choices), limit=MOST_PARTS)
    names = [name_of(one) for one in choices]
    response = item.response(field)
    marking = item.marking(response)
    keys = find_keys(response, marking, names, item)
    weight = "1"
    if not keys:
        item.wording.warn("no_right_answer")
    else:
        weight = _list_weight(marking, names, keys, item)
    rows = [{"text": item.wording.line(one), "is_key": name in keys} for one, name in zip(choices, names, strict=True)]
    filled = [row for row in rows if row["text"] or row["is_key"]]
    if len(filled) < len(rows):  # an empty line in the list stands for "choose"
        item.wording.tell("empty_choice_left_out")
    return {"token": new_token(), "kind": "choice", "choices": filled, "weight": weight}


def _list_weight(marking, names: list[str], keys: set[str], item: Item) -> str:
    try:
        points = {name: marking.points(name) for name in names}
        if max(points.values()) <= 0 and marking.look_together(*list(keys)[:1]):
            points = {name: marking.points(name) for name in names}
            item.wording.warn("scored_together")
    except Untold:
        points = {}
    top = max(points.values(), default=0)
    if top <= 0:
        item.wording.warn("custom_scoring")
        return "1"
    if any(points[key] < top for key in keys):
        item.wording.warn("key_conflict")
    if any(points[name] for name in names if name not in keys):
        item.wording.warn("scoring_simplified")
    return decimal_of(top)


# --- cases ---


def _case(item: Item) -> Question:
    """Several interactions: each with the words before it is a question, what stands before the first is the case."""
    segments = segments_of(item.body)
    intro, groups, rest = _grouped(segments)
    questions = [question for group in groups for question in _asked(group, item)]
    stem = _words(intro, item)
    if rest and questions:
        questions[-1].stem = joined([questions[-1].stem, _words(rest, item)])
    if len(questions) == 1:
        questions[0].stem = joined([stem, questions[0].stem])
        return questions[0]
    rows = [
        {"kind": one.kind, "stem": one.stem, "content": one.content, "weight": decimal_of(one.weight or 1)}
        for one in questions
    ]
    options = tuple(option for one in questions for option in one.options)
    weights = [one.weight for one in questions]
    total = sum(weights) if all(weights) else None
    return Question("case", {"questions": rows}, stem, weight=total, options=options)


def _grouped(segments: list[Segment]) -> tuple[list[Segment], list[list[Segment]], list[Segment]]:
    """(what stands before all questions, the segments of each question, what stands after the last)."""
    groups, run = [], []
    for one in segments:
        run.append(one)
        if one.kind != "plain":
            groups.append(run)
            run = []
    first = groups[0] if groups else []
    needs_words = first and first[-1].kind == "block" and not _has_prompt(first[-1])
    kept = 2 if needs_words and len(first) > 1 else 1
    intro = first[:-kept]
    if groups:
        groups[0] = first[len(intro) :]
    return intro, groups, run


def _words(segments: list[Segment], item: Item) -> str:
    return item.wording.html(holder(*(one.element for one in segments))) if segments else ""


def _has_prompt(segment: Segment) -> bool:
    return any("".join(one.itertext()).strip() for one in segment.element.iter("prompt"))


def _asked(group: list[Segment], item: Item) -> Iterator[Question]:
    last = group[-1].element
    if group[-1].kind == "inline":
        line = holder(last)
        question = _words_with_fields(line, interactions_in(line), item)
        question.stem = joined([_words(group[:-1], item), question.stem])
    else:
        question = _READERS[last.tag](last, item)
        parts = holder(*(one.element for one in group))
        question.stem = joined([item.wording.html(parts), question.stem])
    if question.kind == "case":
        yield from _unfolded(question)
    else:
        yield question


def _unfolded(case: Question) -> Iterator[Question]:
    """The questions of a case within a case, the first with the words of that case."""
    for place, row in enumerate(case.content["questions"]):
        stem = joined([case.stem, row["stem"]]) if place == 0 else row["stem"]
        yield Question(row["kind"], row["content"], stem)
