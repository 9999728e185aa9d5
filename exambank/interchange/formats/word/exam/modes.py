"""PURE. By which sign the questions of a paper may begin."""

from exambank.interchange.formats.word.exam import words
from exambank.interchange.formats.word.exam.lines import QUESTION, Line
from exambank.interchange.formats.word.exam.marks import SEPARATOR


class Mode:
    """By which sign questions begin. ``number`` covers typed and automatic numbers alike."""

    WORD, LESSON, NUMBER, TAG, ROW = "word", "lesson", "number", "tag", "row"


def possible_modes(lines: list[Line]) -> list[str]:
    """The signs that this paper has, the likeliest first."""
    found = []
    starts = [words.question_start(line.text) for line in lines if line.role == ""]
    if any(line.role == QUESTION for line in lines):
        found.append(Mode.ROW)
    if any(one and not one["word"].lower().startswith("bài") for one in starts):
        found.append(Mode.WORD)
    if any(SEPARATOR.search(line.text) for line in lines):
        found.append(Mode.TAG)
    if any(one and one["word"].lower().startswith("bài") for one in starts):
        found.append(Mode.LESSON)
    return [*found, Mode.NUMBER] if Mode.WORD not in found or len(found) > 1 or _has_numbers(lines) else found


def _has_numbers(lines: list[Line]) -> bool:
    return any(words.NUMBERED.match(line.text) for line in lines)
