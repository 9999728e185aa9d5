"""PURE. A Moodle XML file, question by question: each gives one entry, categories switch the topic."""

from base64 import b64decode
from collections.abc import Callable, Mapping

from exambank.bank import rules
from exambank.interchange.formats.moodle import cases
from exambank.interchange.formats.moodle.choices import read_grid, read_multichoice, read_truefalse
from exambank.interchange.formats.moodle.explaining import explanation_of, is_default
from exambank.interchange.formats.moodle.gaps import read_cloze, read_gapfill, read_numbered
from exambank.interchange.formats.moodle.pairs import read_matching, read_ordering
from exambank.interchange.formats.moodle.paths import topics_of_path
from exambank.interchange.formats.moodle.question import (
    MOST_ROWS,
    Found,
    NotPlayable,
    Question,
    raw_of,
    raw_problem,
    shown,
)
from exambank.interchange.formats.moodle.slices import Slice, as_utf8, cut
from exambank.interchange.formats.moodle.typed import read_essay, read_numerical, read_shortanswer
from exambank.interchange.neutral import (
    NOTICE,
    REFUSED,
    WARNING,
    Entry,
    Gallery,
    Place,
    Problem,
    Raw,
    Reading,
    Source,
    UnreadableFile,
    draft_of,
)

_READERS: dict[str, Callable[[Question], Found]] = {
    "multichoice": read_multichoice,
    "multichoiceset": read_multichoice,
    "truefalse": read_truefalse,
    "shortanswer": read_shortanswer,
    "numerical": read_numerical,
    "matching": read_matching,
    "match": read_matching,
    "ddmatch": read_matching,
    "ordering": read_ordering,
    "essay": read_essay,
    "essayautograde": read_essay,
    "cloze": read_cloze,
    "multianswer": read_cloze,
    "ddwtos": read_numbered,
    "gapselect": read_numbered,
    "gapfill": read_gapfill,
    "kprime": read_grid,
    "mtf": read_grid,
}
_RAW = {
    type_name: code
    for code, names in (
        ("moodle_no_question_raw", ("description",)),
        (
            "moodle_calculated_raw",
            ("calculated", "calculatedmulti", "calculatedsimple", "formulas", "varnumeric", "varnumericset"),
        ),
        ("moodle_random_raw", ("random", "randomsamatch")),
        ("moodle_picture_drag_raw", ("ddmarker", "ddimageortext")),
        ("moodle_program_raw", ("stack", "coderunner", "vplquestion", "javaunittest")),
        ("moodle_pattern_raw", ("regexp", "pmatch", "preg")),
    )
    for type_name in names
}
_LISTS = ("options", "accepted", "answers", "units", "targets", "gaps", "prompts", "rubric")
OUR_MARK = b"<!-- exambank 1 -->"


def read(source: Source) -> Reading:
    """Every question of the file. UnreadableFile when it is no XML at all or holds none."""
    body, is_guessed = as_utf8(source.body)
    slices = cut(body)
    gallery, habits = Gallery(), Habits(is_ours=OUR_MARK in body[:500])
    entries, topic, title = [], (), ""
    for place, piece in enumerate(slices):
        if piece.element is not None and (piece.element.get("type") or "").strip().lower() == "category":
            topic, name = _category(piece)
            title = title or name
            continue
        entries.append(read_slice(piece, gallery, topic, habits))
        if place % 20 == 0:
            source.progress(place, len(slices))
    if not entries:
        raise UnreadableFile("no_questions")
    notices = habits.notices()
    if is_guessed:
        notices = (("moodle_text_encoding_guessed", {}), *notices)
    return Reading("moodle", tuple(cases.joined(entries)), gallery.files, notices, title)


def _category(piece: Slice) -> tuple[tuple[str, ...], str]:
    node = piece.element.find("category")
    names = topics_of_path(raw_of(node) if node is not None else "")
    return names, names[0] if names else ""


class Habits:
    """What a file says of its questions' behaviour in Moodle: told once for the whole file."""

    def __init__(self, is_ours: bool = False):
        self.is_ours = is_ours  # our own writer made the file
        self.hints, self.hidden, self.penalties = 0, 0, 0

    def count(self, question: Question) -> None:
        """Note the settings of one question."""
        self.hints += any(raw_of(node).strip() for node in question.element.findall("hint"))
        self.hidden += question.value("hidden") == "1"
        self.penalties += question.value("penalty", "0").strip("0.") != ""

    def notices(self) -> tuple[tuple[str, dict], ...]:
        """What was left out of all of them."""
        found = [
            ("moodle_hints_left_out", self.hints),
            ("moodle_hidden_taken", self.hidden),
            ("moodle_penalties_left_out", self.penalties),
        ]
        return tuple((code, {"items": items}) for code, items in found if items)


def read_slice(piece: Slice, gallery: Gallery, topic: tuple[str, ...], habits: Habits) -> Entry:
    """The entry of one question."""
    place = Place("line", {"line": piece.line})
    if piece.element is None:
        return Entry(place, problems=(Problem("moodle_xml_hopeless", REFUSED),))
    question = Question(piece.element, gallery, unwraps=not habits.is_ours)
    if piece.mended == "markup":
        question.tell("moodle_xml_mended", WARNING)
    elif piece.mended:
        question.tell("moodle_xml_signs", NOTICE)
    habits.count(question)
    name, identifier = question.value("name"), question.value("idnumber")
    source = _source(question)
    try:
        draft = _draft(question, topic, name, identifier)
    except NotPlayable as error:
        raw = Raw("moodle", piece.body, ".xml", name[:300], identifier)
        kept = [one for one in question.problems if one.code in ("moodle_xml_mended", "moodle_xml_signs")]
        return Entry(place, name, None, raw, (raw_problem(error), *kept), source)
    return Entry(place, name, draft, None, tuple(question.problems), source)


def _draft(question: Question, topic, name: str, identifier: str):
    reader = _READERS.get(question.type)
    if reader is None:
        raise NotPlayable(_RAW.get(question.type, "moodle_type_raw"), type=question.type or "?")
    cases.take_apart(question)
    found = reader(question)
    _take_old_picture(question)
    content = {**found.content, "explanation": _explanation(question, found)}
    if any(len(content.get(part) or ()) > MOST_ROWS for part in _LISTS):
        question.tell("moodle_rows_cut", WARNING, limit=MOST_ROWS)
    if not found.stem.strip() and found.kind != "fill_in":
        question.tell("moodle_no_question_text", WARNING)
    for file_name in question.unused_files():
        if not any(one.values.get("name") == file_name for one in question.problems):
            question.tell("media_left_out", WARNING, name=file_name[:200])
    labels = {
        "name": "" if question.own.get("unnamed") else name[:300],
        "identifier": identifier,
        "topic_names": topic,
        "tags": _tags(question),
        "points": _points(question),
        "picture": question.picture,
        "picture_alt": question.picture_alt,
        "extra": cases.part_of_case(question),
        **own_labels(question.own),
    }
    return draft_of(found.kind, found.stem, content, **labels)


def _take_old_picture(question: Question) -> None:
    """Moodle 1.9 kept one picture beside the text."""
    packed, name = question.value("image_base64"), question.value("image").rpartition("/")[2]
    if not packed or question.picture:
        return
    try:
        question.picture = question.gallery.add(name or "picture", b64decode(packed.replace(" ", "") + "=="))
    except (rules.PictureProblem, ValueError):
        question.tell("picture_broken", WARNING, name=name[:200])


_OWN_LABELS = {
    "level", "outcome", "source", "source_chapter", "source_page", "contributors", "licence", "note", "picture_name",
}  # fmt: skip


def own_labels(own: Mapping) -> dict:
    """The labels that our writer left, as far as they are sound."""
    given = own.get("labels")
    if not isinstance(given, dict):
        return {}
    found: dict = {key: value for key, value in given.items() if key in _OWN_LABELS and isinstance(value, str)}
    if isinstance(given.get("expected_seconds"), int):
        found["expected_seconds"] = given["expected_seconds"]
    names = given.get("topic_names")
    if isinstance(names, list) and all(isinstance(name, str) for name in names):
        found["topic_names"] = tuple(names)
    return found


def _explanation(question: Question, found: Found) -> str:
    general = question.html(question.element.find("generalfeedback"))
    combined = [
        question.html(node)
        for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
        if (node := question.element.find(name)) is not None and not is_default(shown(raw_of(node)))
    ]
    whole = explanation_of(general, found.feedback, combined)
    if whole != general:
        question.tell("feedback_joined")
    return whole


def _tags(question: Question) -> tuple[str, ...]:
    tags = [" ".join(raw_of(node).split()) for node in question.element.findall("tags/tag")]
    return tuple(tag for tag in tags if tag and not tag.startswith(cases.TAG))


def _points(question: Question) -> str:
    number = question.number_in(question.element, "defaultgrade")
    return rules.write_number(number) if number > 0 else ""


def _source(question: Question) -> tuple[tuple[str, str], ...]:
    """The question as the file has it, for the preview: its type and text, then its answers."""
    found = [(question.type or "?", shown(question.source("questiontext")))]
    for node in question.element:
        if node.tag == "answer":
            found.append((f"{node.get('fraction') or ''} %".strip(), shown(raw_of(node))))
        elif node.tag in ("subquestion", "dragbox", "selectoption", "row"):
            found.append((node.tag, shown(" -> ".join("".join(text.itertext()) for text in node.iter("text")))))
    return tuple(found[:40])
