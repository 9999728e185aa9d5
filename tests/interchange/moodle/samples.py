"""Small Moodle files, typed here."""

from exambank.interchange.formats import read_file
from exambank.interchange.formats.moodle import write
from exambank.interchange.neutral import Bundle, Draft, Entry, Reading, Source, Written


def quiz(*questions: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{"".join(questions)}\n</quiz>'.encode()


def question(kind: str, inner: str, text: str = "Câu hỏi?", name: str = "Câu 1", form: str = "html") -> str:
    return (
        f'<question type="{kind}"><name><text>{name}</text></name>'
        f'<questiontext format="{form}"><text><![CDATA[{text}]]></text></questiontext>{inner}</question>\n'
    )


def answers(*pairs: tuple[str, str]) -> str:
    return "".join(f'<answer fraction="{fraction}"><text>{text}</text></answer>' for fraction, text in pairs)


def reading(*questions: str) -> Reading:
    return read_file(Source(quiz(*questions), "a.xml"))


def entry(kind: str, inner: str, text: str = "Câu hỏi?", form: str = "html") -> Entry:
    (only,) = reading(question(kind, inner, text, form=form)).entries
    return only


def codes(found: Entry) -> set[str]:
    return {problem.code for problem in found.problems}


def keys(draft: Draft) -> list[str]:
    return [row["html"] for row in draft.content["options"] if row["is_key"]]


def written(*drafts: Draft, media=None, raws=()) -> Written:
    return write(Bundle("Ngân hàng", drafts, media or {}, tuple(raws)))


def again(draft: Draft, media=None) -> Draft:
    """The draft written and read."""
    (only,) = read_file(Source(written(draft, media=media).body, "a.xml")).entries
    assert only.draft is not None, only.problems
    return only.draft
