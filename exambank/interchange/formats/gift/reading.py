"""PURE. A GIFT file, block by block: each gives one entry, $CATEGORY switches the topic."""

from itertools import islice

from exambank.bank import rules
from exambank.interchange.formats.gift.blocks import Block, blocks_of
from exambank.interchange.formats.gift.decoding import words_of
from exambank.interchange.formats.gift.escapes import aside, back
from exambank.interchange.formats.gift.item import Item, Unclear
from exambank.interchange.formats.moodle import reading as moodle
from exambank.interchange.formats.moodle.explaining import explanation_of
from exambank.interchange.formats.moodle.paths import topics_of_path
from exambank.interchange.formats.moodle.question import NotPlayable, raw_problem
from exambank.interchange.formats.moodle.slices import MOST_QUESTIONS
from exambank.interchange.neutral import (
    NOTICE,
    REFUSED,
    Entry,
    Place,
    Problem,
    Raw,
    Reading,
    Source,
    UnreadableFile,
    draft_of,
)

OUR_MARK = "// exambank 1"


def read(source: Source) -> Reading:
    """Every question of the file. UnreadableFile when there is none."""
    words, is_guessed = words_of(source.body)
    is_ours = OUR_MARK in words[:200]
    entries, topic, title = [], (), ""
    blocks = list(islice(blocks_of(words), MOST_QUESTIONS + 1))
    if len(blocks) > MOST_QUESTIONS:
        raise UnreadableFile("too_many_questions", count=len(blocks), limit=MOST_QUESTIONS)
    for number, block in enumerate(blocks):
        if block.category is not None:
            topic = topics_of_path(back(aside(block.category)))
            title = title or (topic[0] if topic else "")
            continue
        entries.append(read_block(block, topic, is_ours))
        if number % 20 == 0:
            source.progress(number, len(blocks))
    if not entries:
        raise UnreadableFile("no_questions")
    notices = (("moodle_text_encoding_guessed", {}),) if is_guessed else ()
    return Reading("gift", tuple(entries), {}, notices, title)


def read_block(block: Block, topic: tuple[str, ...], is_ours: bool = False) -> Entry:
    """The entry of one block."""
    place = Place("lines", {"first": block.first, "last": block.last})
    if block.first == block.last:
        place = Place("line", {"line": block.first})
    item = Item(block, unwraps=not is_ours)
    shown = (("GIFT", block.text[:2000]),)
    try:
        found = item.read()
    except NotPlayable as error:
        raw = Raw("gift", "\n".join(block.lines).strip().encode(), ".gift", item.name[:300], block.identifier)
        return Entry(place, item.name, None, raw, (raw_problem(error),), shown)
    except Unclear as error:
        return Entry(place, item.name, None, None, (Problem(error.code, REFUSED, values=error.values),), shown)
    called = item.name or rules.plain_text(found.stem)[:60]
    if block.spilled:
        item.tell("moodle_spilled_words", NOTICE, words=block.spilled[:200])
    explanation = explanation_of(item.general, found.feedback, ())
    if found.feedback:
        item.tell("feedback_joined", NOTICE)
    labels = {
        "name": "" if block.own.get("unnamed") else item.name[:300],
        "identifier": block.identifier,
        "topic_names": topic,
        "tags": tuple(block.tags),
        "points": block.own.get("points") if isinstance(block.own.get("points"), str) else "",
        **moodle.own_labels(block.own),
    }
    draft = draft_of(found.kind, found.stem, {**found.content, "explanation": explanation}, **labels)
    return Entry(place, called, draft, None, tuple(item.problems), shown)
