"""What is written in GIFT reads back, here and by the reference grammar."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.interchange.messages import problem_message
from exambank.interchange.neutral import Raw, draft_of
from tests.bank.kinds import KINDS
from tests.interchange.drafts import alike, choices, example, htmls, phrases
from tests.interchange.gift.samples import again, options, parsed_by_grammar, reading, written

HELD = [kind for kind in KINDS if kind not in ("case", "fill_in")]
ODD = 'a=b ~c #d {e} f: \\g \\n [html] % // "<" $CATEGORY'
LABELS = {
    "name": "Câu 7: {a}", "identifier": "C1]07", "topic_names": ("Chương 1 / Bài 2", "Bài 2"), "level": "Thông hiểu",
    "tags": ("khó", "a[1]"), "points": "0.25", "note": "Xem lại",
}  # fmt: skip


@pytest.mark.parametrize("kind", HELD)
def test_every_kind_that_gift_can_say_comes_back_as_it_was(kind):
    assert alike(example(kind), again(example(kind)))
    assert alike(example(kind, **LABELS), again(example(kind, **LABELS)))


@pytest.mark.parametrize("kind", HELD)
def test_explanations_come_back(kind):
    one = example(kind)
    one = draft_of(kind, one.stem, {**one.content, "explanation": f"<p>Vì {ODD.replace('<', '&lt;')}</p><p>thế</p>"})
    assert alike(one, again(one))


@pytest.mark.parametrize("gap", ["{} của ta", "Của ta: {}", "<p>Một {}</p><p>hai</p>"])
def test_one_gap_comes_back_typed_or_chosen(gap):
    span = '<span data-gap="aa11"></span>'
    typed = [{"token": "aa11", "kind": "text", "accepted": [{"text": "a=b"}, {"text": "[html]", "share": "0.5"}]}]
    chosen = [{"token": "aa11", "kind": "choice", "choices": [{"text": "~a", "is_key": True}, {"text": "%5%"}]}]
    for gaps in (typed, chosen):
        one = draft_of("fill_in", gap.format(span), {"gaps": gaps})
        assert alike(one, again(one))


@settings(max_examples=25, deadline=None)
@given(st.one_of(choices(), choices("multiple_choice")))
def test_choices_with_any_texts_come_back(one):
    assert alike(one, again(one))


@settings(max_examples=25, deadline=None)
@given(htmls(), st.lists(phrases, min_size=1, max_size=3, unique_by=lambda one: one.casefold()))
def test_typed_answers_with_any_texts_come_back(stem, texts):
    rows = [
        {"text": text.replace("\\*", "*"), "share": "1" if place == 0 else "0.25"} for place, text in enumerate(texts)
    ]
    one = draft_of("short_text", stem, {"accepted": rows})
    if one.content["accepted"]:
        assert alike(one, again(one))


def test_the_reference_grammar_reads_the_same_titles_kinds_and_keys():
    drafts = [example(kind, name=f"{kind} {ODD}") for kind in HELD]
    found = parsed_by_grammar(written(*drafts).body)
    assert [one["title"] for one in found] == [one.name for one in drafts]
    assert [one["stem"]["text"].partition("<div")[0] for one in found] == ["Câu hỏi?"] * len(drafts)
    types = {"essay": "Essay", "oral": "Essay", "matching": "Matching", "ordering": "Matching", "numeric": "Numerical",
             "true_false_cluster": "Matching", "short_text": "Short", "true_false": "TF"}  # fmt: skip
    assert [one["type"] for one in found] == [types.get(kind, "MC") for kind in HELD]
    by_kind = dict(zip(HELD, found, strict=True))
    assert [row["isCorrect"] for row in by_kind["single_choice"]["choices"]] == [True, False, False]
    assert [row["weight"] for row in by_kind["multiple_choice"]["choices"]] == [50, 50, -50, -50]
    assert [row["weight"] for row in by_kind["short_text"]["choices"]] == [None, 50]
    assert by_kind["true_false"]["isTrue"] is True
    assert by_kind["numeric"]["choices"][0]["text"] == {"type": "range", "number": 3.5, "range": 0.1}
    pairs = [(row["subquestion"]["text"], row["subanswer"]) for row in by_kind["matching"]["matchPairs"]]
    assert pairs == [("Pháp", "Pa-ri"), ("Ý", "Rô-ma"), ("", "Viên")]


@settings(max_examples=6, deadline=None)
@given(st.lists(st.one_of(choices(), choices("multiple_choice")), min_size=8, max_size=8))
def test_the_reference_grammar_reads_any_choices(drafts):
    found = parsed_by_grammar(written(*drafts).body)
    assert len(found) == len(drafts)
    for one, read in zip(drafts, found, strict=True):
        right = [row["isCorrect"] or (row["weight"] or 0) > 0 for row in read["choices"]]
        assert right == [is_key for _html, is_key in options(one)]


def test_signs_that_mean_something_are_escaped():
    body = written(draft_of("single_choice", ODD.replace("<", "&lt;"), example("single_choice").content)).body.decode()
    assert 'a\\=b \\~c \\#d \\{e\\} f\\: \\\\g \\\\n [html] % // "&lt;" $CATEGORY{' in body


def test_what_gift_cannot_say_is_told_in_words_and_not_written():
    drafts = [example("case"), example("fill_in"), example("single_choice", picture_alt="x", picture="0" * 36)]
    found = written(*drafts, raws=(Raw("moodle", b"<question/>", ".xml"),))
    told = [(loss.index, loss.is_raw, loss.problem.code, loss.problem.severity) for loss in found.losses]
    assert told == [
        (0, False, "moodle_case_not_in_gift", "refused"), (1, False, "moodle_gaps_not_in_gift", "refused"),
        (2, False, "moodle_picture_lost", "warning"), (0, True, "moodle_raw_of_other_format", "refused"),
    ]  # fmt: skip
    assert all(problem_message(loss.problem) for loss in found.losses)
    assert len(reading(found.body).entries) == 1


def test_raw_blocks_are_handed_on_unchanged():
    raw = Raw("gift", "::Đọc::Đọc đoạn sau.\nDòng hai.".encode(), ".gift")
    found = reading(written(example("essay"), raws=(raw,)).body)
    assert [one.status for one in found.entries][1] == "raw"
    assert found.entries[1].raw.body == raw.body
