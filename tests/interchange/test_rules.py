"""Decisions of an import, by value."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exambank.interchange import rules
from exambank.interchange.neutral import ACCEPTED, NOTICE, RAW, REFUSED, WARNING, Entry, Place, Problem, draft_of
from exambank.interchange.rules import Kept
from tests.interchange.drafts import example

LEVELS = ["Nhận biết", "Thông hiểu", "Vận dụng", "Vận dụng cao"]
PICTURE = "0123abcd-0123-0123-0123-0123456789ab"
OTHER = "99999999-0123-0123-0123-0123456789ab"


@dataclass
class Row:
    """What is decided on: an entry as the table has it."""

    position: int
    status: str
    is_left_out: bool = False


@pytest.mark.parametrize(
    ("word", "level"),
    [("Nhận biết", "Nhận biết"), ("nhan biet", "Nhận biết"), ("NB", "Nhận biết"), ("VDC", "Vận dụng cao"),
     ("Vậndụng", "Vận dụng"), ("Khó", None), ("", None)],
)  # fmt: skip
def test_a_level_is_known_by_name_or_initials(word, level):
    assert rules.match_level(word, LEVELS) == level


def test_a_topic_is_known_by_any_of_its_names_the_fullest_first():
    names = ("Chương 1. Quy định", "Quy định", "Chương 1")
    assert rules.match_topic(names, ["Chương 1", "chuong 1. quy dinh"]) == "chuong 1. quy dinh"
    assert rules.match_topic(names, ["Chương 1"]) == "Chương 1"
    assert rules.match_topic(names, ["Chương 10"]) is None


def test_missing_topics_are_listed_once_in_the_order_of_the_file():
    names = [("Chương 1",), ("chuong 1",), ("Chương mới",), (), ("Chương mới",)]
    assert rules.missing_topics(names, ["Chương 1"]) == ["Chương mới"]
    assert rules.missing_topics(names, []) == ["Chương 1", "Chương mới"]


@pytest.mark.parametrize(
    ("words", "code"),
    [("CLO2", "CLO2"), ("clo2. Phân tích", "CLO2"), ("CLO21", "CLO21"), ("CLO2 và CLO3", "CLO2"), ("Phân tích", None)],
)
def test_an_outcome_is_known_by_its_code(words, code):
    assert rules.match_outcome(words, ["CLO2", "CLO21"]) == code


def entry_of(draft, **values) -> Entry:
    return Entry(Place("row", {"row": 2}), "1", draft, **values)


def test_an_unknown_level_is_a_warning_at_its_column():
    entries = [
        entry_of(example("single_choice", level="Siêu khó"), source=(("Mức độ", "Siêu khó"),)),
        entry_of(example("single_choice", level="TH")),
        Entry(Place()),
    ]
    found = rules.check_levels(entries, LEVELS)
    assert [(one.code, one.column) for one in found[0].problems] == [("level_unknown", "Mức độ")]
    assert [one.problems for one in found[1:]] == [(), ()]


def test_an_unknown_outcome_and_an_unfit_picture_are_told():
    drawn = draft_of("single_choice", f'<img data-media="{PICTURE}" alt="Sơ đồ">', {}, outcome="CLO9")
    (found,) = rules.check_outcomes(rules.check_pictures([entry_of(drawn)], {PICTURE: "so-do.svg"}), ["CLO1"])
    assert [(one.code, one.severity) for one in found.problems] == [
        ("picture_kind", WARNING), ("outcome_unknown", NOTICE),
    ]  # fmt: skip
    assert rules.check_pictures([entry_of(drawn)], {OTHER: "x"})[0].problems == ()


def test_pictures_get_their_new_names_everywhere_and_lost_ones_leave_their_words():
    option = {"html": f'A <img data-media="{PICTURE}" alt="Một">', "is_key": True}
    draft = draft_of(
        "single_choice",
        f'<img data-media="{OTHER}" alt="Sơ đồ">',
        {"options": [option, {"html": "B"}]},
        picture=PICTURE,
    )
    assert rules.pictures_of(draft) == (PICTURE, OTHER)
    new = "11111111-0123-0123-0123-0123456789ab"
    shown = rules.with_new_pictures(draft, {PICTURE: new})
    assert shown.picture == new
    assert shown.stem == "[Sơ đồ]"
    assert f'data-media="{new}"' in shown.content["options"][0]["html"]
    assert rules.pictures_of(shown) == (new,)


def test_fifty_questions_pass_while_an_exam_is_open_and_one_more_waits():
    assert not rules.is_refused_while_open(50)
    assert rules.is_refused_while_open(51)


# --- mended entries ---


def test_a_mended_entry_is_judged_by_what_it_is_now():
    settled = [Problem("no_right_answer", WARNING), Problem("feedback_joined", NOTICE), Problem("no_key", REFUSED)]
    status, problems = rules.judge_mended(example("single_choice", level="NB"), LEVELS, settled)
    assert (status, [one.code for one in problems]) == (ACCEPTED, ["feedback_joined"])


def test_what_still_keeps_it_from_review_is_said_anew():
    without_key = draft_of(
        "single_choice", "Câu?", {"options": [{"html": "A"}, {"html": "B"}]}, level="Lạ", picture_name="a.png"
    )
    status, problems = rules.judge_mended(without_key, LEVELS)
    assert status == WARNING
    assert [one.code for one in problems] == ["needs_work", "level_unknown", "picture_absent"]
    assert rules.judge_mended(draft_of("essay", "", {}), LEVELS)[0] == REFUSED


# --- a second reading ---


def test_what_was_mended_is_found_again_by_its_place_then_by_its_name():
    found = [Kept(1, "Câu 1", "p1"), Kept(2, "Câu 2", "p2"), Kept(3, "Câu 3", "p9")]
    kept = [Kept(2, "Câu 2", "p2"), Kept(5, "Câu 3", "p5"), Kept(7, "Câu 7", "p7")]
    assert rules.match_edits(kept, found) == ({2: 2, 3: 5}, ["Câu 7"])


@given(st.lists(st.builds(Kept, st.integers(1, 9), st.sampled_from(["", "a", "b"]), st.sampled_from(["", "x", "y"]))))
def test_no_entry_is_given_to_two_and_none_vanishes(kept):
    matched, lost = rules.match_edits(kept, [Kept(1, "a", "x"), Kept(2, "b", ""), Kept(3, "", "y")])
    assert len(matched) + len(lost) == len(kept)
    assert set(matched) <= {1, 2, 3}


# --- what is taken over ---


def test_what_is_refused_or_left_out_stays_out():
    rows = [Row(1, ACCEPTED), Row(2, WARNING), Row(3, REFUSED), Row(4, RAW), Row(5, ACCEPTED, True), Row(6, RAW, True)]
    assert [one.position for one in rules.to_take(rows)] == [1, 2]
    assert [one.position for one in rules.to_take(rows, only_clean=True)] == [1]
    assert [one.position for one in rules.to_take(rows, chosen={2, 3, 5})] == [2]
    assert [one.position for one in rules.raws_to_keep(rows)] == [4]
    assert rules.raws_to_keep(rows, {1}) == []
    assert rules.count_statuses(one.status for one in rows) == {
        ACCEPTED: 2, WARNING: 1, RAW: 2, REFUSED: 1,
    }  # fmt: skip
