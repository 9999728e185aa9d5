"""Exams at random, typed as people type them: what they ask, and how the page looks."""

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.interchange.word_read.factory import docx, level, numbering, par, restart, run, table

_TEXT = (
    "Đảng lãnh đạo nhà nước pháp quyền của nhân dân giai cấp công nông trí thức Mác Lênin Hồ Chí Minh tư tưởng độc lập "
    "tự do hạnh phúc dân chủ công bằng văn minh 1930 1945 12 % (một) “hai” ba; bốn, năm"
)
WORDS = st.sampled_from(_TEXT.split())
SENTENCES = st.lists(WORDS, min_size=2, max_size=8).map(" ".join)
KEY_LOOKS = ("underline", "highlight", "red", "green", "bold", "shade")
SIGNS = (*(f"{look} {where}" for look in KEY_LOOKS for where in ("label", "text", "both")), "star", "word", "line", "table", "table down",
         "list", "tag", "file")  # fmt: skip
STARTS = (
    "Câu {}. ",
    "Câu {}: ",
    "CÂU {}. ",
    "Câu {:02d}: ",
    "Câu{}:",
    "Câu {}.",
    "Question {}: ",
    "{}. ",
    "{}) ",
    "Bài {}: ",
)
LAYOUTS = ("lines", "tabs", "two and two", "spaces", "breaks", "cells", "auto", "auto family", "label cells")
LABELS = ("{}. ", "{}) ", "{}.", "{}/ ", "{}: ")


@dataclass(frozen=True)
class Question:
    stem: str
    options: tuple[str, ...]
    key: int


@dataclass(frozen=True)
class Exam:
    questions: tuple[Question, ...]
    start: str
    layout: str
    label: str
    sign: str
    cuts: bool  # runs cut within words
    bold_stems: bool
    head: bool


@st.composite
def exams(draw) -> Exam:
    """Questions whose options are unlike each other, with a page that fits together."""
    count = draw(st.integers(2, 4))
    questions = []
    for at in range(count):
        options = draw(st.lists(SENTENCES, min_size=count_of(draw), max_size=5, unique=True))
        questions.append(
            Question(f"{draw(SENTENCES)} số {at}?", tuple(options), draw(st.integers(0, len(options) - 1)))
        )
    layout = draw(st.sampled_from(LAYOUTS))
    label = draw(st.sampled_from(LABELS if layout not in ("auto", "auto family") else LABELS[:1]))
    start = draw(st.sampled_from(STARTS))
    sign = draw(st.sampled_from(SIGNS))
    return Exam(
        tuple(questions), start, layout, label, sign, draw(st.booleans()),
        draw(st.booleans()) and not sign.startswith("bold"), draw(st.booleans()),
    )  # fmt: skip


def count_of(draw) -> int:
    return draw(st.integers(2, 4))


def typed(exam: Exam) -> bytes:
    """The exam as a Word file."""
    blocks: list[str] = []
    if exam.head:
        blocks += [
            table(["TỈNH ỦY A", "ĐỀ THI HẾT HỌC PHẦN"]),
            par("Thời gian: 60 phút"),
            par(run("Mã đề 132", "bold")),
        ]
    for at, question in enumerate(exam.questions):
        blocks += _question(exam, at, question)
    blocks += _end(exam)
    return docx(*blocks, lists=_lists(exam))


def key_file(exam: Exam) -> bytes:
    return "\n".join(f"Câu {at}: {_letter(one.key)}" for at, one in enumerate(exam.questions, start=1)).encode()


def _lists(exam: Exam) -> str:
    levels = level(0, "decimal", "%1.") + level(1, "upperLetter", "%2.")
    own = {at + 10: (1, restart()) for at in range(len(exam.questions))}
    return numbering({0: levels, 1: level(0, "upperLetter", "%1.")}, {1: (0, ""), **own})


def _letter(at: int) -> str:
    return "ABCDEFGH"[at]


def _runs(exam: Exam, text: str, *looks: str) -> str:
    """The text in one run, or cut within its words."""
    if not exam.cuts or len(text) < 4:
        return run(text, *looks)
    third = len(text) // 3
    return "".join(run(part, *looks) for part in (text[:third], text[third : 2 * third], text[2 * third :]) if part)


def _question(exam: Exam, at: int, question: Question) -> list[str]:
    looks = ("bold",) if exam.bold_stems else ()
    number = exam.start.format(at + 1)
    if exam.layout == "auto family":
        head = par(_runs(exam, question.stem, *looks), number=(1, 0), mark=looks)
    else:
        head = par(_runs(exam, number, "bold") + _runs(exam, question.stem, *looks))
    return [head, *_options(exam, at, question), *_behind(exam, question)]


def _behind(exam: Exam, question: Question) -> list[str]:
    if exam.sign == "line":
        return [par(f"Đáp án: {_letter(question.key)}")]
    return [par(f"[<Ans={_letter(question.key)}>]")] if exam.sign == "tag" else []


def _options(exam: Exam, at: int, question: Question) -> list[str]:
    shown = [_option(exam, place, words, place == question.key) for place, words in enumerate(question.options)]
    tab = run("\t\t")
    if exam.layout == "tabs":
        return [par(tab.join(shown) + run("\t"))]
    if exam.layout == "spaces":
        return [par(run("    ").join(shown))]
    if exam.layout == "breaks":
        return [par(run("\n").join(shown))]
    if exam.layout == "two and two":
        return [par(tab.join(shown[place : place + 2])) for place in range(0, len(shown), 2)]
    if exam.layout == "cells":
        return [table(*([par(one) for one in shown[place : place + 2]] for place in range(0, len(shown), 2)))]
    if exam.layout == "label cells":
        rows = []
        for place, words in enumerate(question.options):
            label, text = _parts(exam, words, place == question.key)
            star = "*" if exam.sign == "star" and place == question.key else ""
            rows.append(
                [
                    par(run(f"{star}{_letter(place)}.", *label)),
                    par(_runs(exam, _worded(exam, words, place == question.key), *text)),
                ]
            )
        return [table(*rows)]
    if exam.layout in ("auto", "auto family"):
        return [_auto(exam, at, place, words, place == question.key) for place, words in enumerate(question.options)]
    return [par(one) for one in shown]


def _parts(exam: Exam, words: str, is_key: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(looks of the label, looks of the text)."""
    if not is_key or " " not in exam.sign or exam.sign.startswith("table"):
        return (), ()
    look, where = exam.sign.split()
    return ((look,) if where in ("label", "both") else ()), ((look,) if where in ("text", "both") else ())


def _worded(exam: Exam, words: str, is_key: bool) -> str:
    return f"{words} (đúng)" if is_key and exam.sign == "word" else words


def _option(exam: Exam, place: int, words: str, is_key: bool) -> str:
    label, text = _parts(exam, words, is_key)
    star = "*" if is_key and exam.sign == "star" else ""
    shown = run(star + exam.label.format(_letter(place)), *label)
    return shown + _runs(exam, _worded(exam, words, is_key), *text)


def _auto(exam: Exam, at: int, place: int, words: str, is_key: bool) -> str:
    """A letter that Word writes looks like the end mark of its paragraph."""
    label, text = _parts(exam, words, is_key)
    star = "*" if is_key and exam.sign == "star" else ""
    number = (1, 1) if exam.layout == "auto family" else (at + 10, 0)
    return par(_runs(exam, star + _worded(exam, words, is_key), *text), number=number, mark=label)


def _end(exam: Exam) -> list[str]:
    keys = [_letter(one.key) for one in exam.questions]
    numbers = [str(at) for at in range(1, len(keys) + 1)]
    if exam.sign == "table":
        return ["----- HẾT -----", "BẢNG ĐÁP ÁN", table(["Câu", *numbers], ["Đáp án", *keys])]
    if exam.sign == "table down":
        return [
            "----- HẾT -----",
            table(["Câu", "Đáp án"], *([number, key] for number, key in zip(numbers, keys, strict=True))),
        ]
    if exam.sign == "list":
        return ["HẾT", "ĐÁP ÁN", "  ".join(f"{number}-{key}" for number, key in zip(numbers, keys, strict=True))]
    return ["--- Hết ---"]
