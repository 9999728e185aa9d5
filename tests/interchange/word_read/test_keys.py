"""Keys: by which signs they are found, which sign is the file's own, and what speaks against it."""

import pytest

from exambank.interchange.neutral import UnreadableFile
from tests.interchange.word_read.factory import docx, par, run, table
from tests.interchange.word_read.reading import codes, keys, notices, options, reading_of, texts


def question(number: int, *looks_of_options: tuple[str, ...]) -> list[str]:
    """A question whose options look so: "label:red" marks only the letter."""
    found = [f"Câu {number}. Câu số {number}?"]
    for letter, looks in zip("ABCD", looks_of_options, strict=False):
        label = [one[6:] for one in looks if one.startswith("label:")]
        text = [one for one in looks if ":" not in one]
        found.append(par(run(f"{letter}.", *label, *text), run(f" phương án {letter}", *text)))
    return found


def test_underline_outranks_red_and_the_conflict_is_told():
    blocks = question(1, (), ("label:red",), ("label:underline", "label:red"), ())
    blocks += question(2, (), ("label:underline",), (), ("label:red",))
    reading = reading_of(*blocks)
    assert reading.convention == "underline"
    assert keys(reading) == ["C", "B"]
    assert [codes(entry) for entry in reading.entries] == [["signals_conflict"]] * 2
    assert [(one.code, one.items, one.conflicts) for one in reading.conventions] == [("underline", 2, 2), ("red", 1, 2)]
    assert ("D", (("red_label", 1.0),)) in reading.entries[1].evidence


def test_a_person_may_choose_another_sign():
    blocks = question(1, ("label:underline",), ("bold",)) + question(2, ("label:underline",), ("bold",))
    assert keys(reading_of(*blocks)) == ["A", "A"]
    assert keys(reading_of(*blocks, choices={"key": "bold"})) == ["B", "B"]
    assert keys(reading_of(*blocks, choices={"key": "first"})) == ["A", "A"]


def test_a_little_bold_left_on_another_option_is_told():
    blocks = [
        *question(1, ("bold",), (), (), ()),
        "Câu 2. Hai?", par(run("A. Học tăng cường", "bold")), par("B. Phân loại (Classification", run(")", "bold"))
    ]  # fmt: skip
    entry = reading_of(*blocks).entries[1]
    assert codes(entry) == ["key_residue"]
    assert (entry.problems[0].values["label"], entry.problems[0].place.values) == ("B", {"number": 8})
    assert texts(entry) == ["Học tăng cường", "Phân loại (Classification)"]


def test_labels_that_are_all_bold_say_nothing():
    bold = ("label:bold",)
    reading = reading_of(*question(1, bold, bold, ("bold",), bold), *question(2, ("bold",), bold, bold, bold))
    assert keys(reading) == ["C", "A"]


def test_no_sign_means_no_key_and_the_first_option_only_on_demand():
    blocks = question(1, (), (), (), ()) + question(2, (), (), (), ())
    reading = reading_of(*blocks)
    assert keys(reading) == ["", ""]
    assert codes(reading.entries[0]) == ["no_right_answer"]
    assert [one.code for one in reading.conventions] == ["first"]
    assert keys(reading_of(*blocks, choices={"key": "first"})) == ["A", "A"]


def test_a_key_by_another_sign_than_the_files_own_is_told():
    blocks = question(1, ("underline",), ()) + question(2, ("underline",), ()) + question(3, (), ("red",))
    reading = reading_of(*blocks)
    assert keys(reading) == ["A", "A", "B"]
    assert codes(reading.entries[2]) == ["key_other_sign"]


def test_several_marked_options_make_a_question_with_several_keys():
    reading = reading_of(
        *question(1, ("red",), ()), *question(2, (), ("red",)), *question(3, ("red",), (), ("red",), ())
    )
    assert [entry.draft.kind for entry in reading.entries] == ["single_choice", "single_choice", "multiple_choice"]
    assert codes(reading.entries[2]) == ["several_marked"]


@pytest.mark.parametrize(
    "end",
    [
        ["BẢNG ĐÁP ÁN", "1-B 2a 3.C"],
        ["ĐÁP ÁN", "Câu 1: B", "Câu 2: A", "Câu 3: C"],
        [table(["Câu", "1", "2", "3"], ["Đáp án", "B", "A", "C"])],
        [table(["1", "B"], ["2", "A"], ["3", "C"])],
        [table(["1.B", "2.A", "3.C"])],
        ["Mã đề 102", table(["Câu", "101", "102"], ["1", "A", "B"], ["2", "B", "A"], ["3", "A", "C"])],
    ],
)
def test_a_list_of_keys_is_read_in_any_shape(end):
    plain = [one for number in (1, 2, 3) for one in question(number, (), (), ())]
    head = [end.pop(0)] if end[0].startswith("Mã") else []
    reading = reading_of(*head, *plain, "----- HẾT -----", *end)
    assert keys(reading) == ["B", "A", "C"]
    assert reading.convention == "table"


def test_lists_of_keys_of_chapters_that_count_anew_are_laid_on_their_chapters():
    one = [*question(1, (), ()), *question(2, (), ())]
    reading = reading_of("CHƯƠNG 1", *one, "CHƯƠNG 2", *one, "ĐÁP ÁN", "1-A 2-B", "1-B 2-A")
    assert keys(reading) == ["A", "B", "B", "A"]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("Câu 1: B\nCâu 2: A\n".encode(), "k.txt"),
        ("Câu,Đáp án\n1,B\n2,A\n".encode(), "k.csv"),
        (docx(table(["Câu", "Đáp án"], ["1", "B"], ["2", "A"])), "k.docx"),
    ],
)
def test_a_second_file_tells_the_keys(body, name):
    reading = reading_of(*question(1, (), ()), *question(2, (), ("underline",)), key_body=body, key_name=name)
    assert keys(reading) == ["B", "A"]
    assert reading.convention == "file"
    assert codes(reading.entries[1]) == ["signals_conflict"]


def test_a_second_file_without_keys_is_refused_and_one_that_does_not_fit_is_told():
    with pytest.raises(UnreadableFile) as caught:
        reading_of(*question(1, (), ()), key_body=b"xin chao", key_name="k.txt")
    assert caught.value.code == "no_keys"
    twice = question(1, ("red",), ()) + question(1, ("red",), ())
    assert "key_file_unclear" in notices(reading_of(*twice, key_body="Câu 1: A".encode(), key_name="k.txt"))


def test_lines_stars_ticks_words_and_tags_mark_keys():
    reading = reading_of(
        "Câu 1. x?", "A. a", "B. b", "Đáp án: B. b", "Giải thích: vì thế", "Câu 2. x?", "*A. a", "B. b", "Câu 3. y?",
        "A. a", "B. b (đúng)", "Câu 4. z?", "A. a", "B. b", "[<Ans=B, A>]", "Câu 5. t?", "A. a", "B. b", "Lời giải",
        "Ta có. Chọn A.",
    )  # fmt: skip
    assert keys(reading) == ["B", "A", "B", "AB", "A"]
    assert reading.entries[0].draft.explanation == "vì thế"
    assert texts(reading.entries[2]) == ["a", "b"]


def test_fix_marks_stand_for_labels():
    reading = reading_of(
        "2. Largest?",
        "A. Mars",
        "B. Earth",
        "C. Venus",
        "#! Jupiter",
        "4. Olympics?",
        "#! Japan",
        "#$ China",
        "C. Brazil",
    )
    assert keys(reading) == ["D", "A"]
    assert [row["is_locked"] for row in options(reading.entries[1])] == [True, True, False]


def test_solutions_at_the_end_go_to_their_questions():
    blocks = [
        *question(1, (), ()),
        *question(2, (), ()),
        "ĐÁP ÁN",
        "1-A 2-B",
        "LỜI GIẢI",
        "1. Chọn A vì thế",
        "2. Theo luật",
    ]
    reading = reading_of(*blocks)
    assert [entry.draft.explanation for entry in reading.entries] == ["Chọn A vì thế", "Theo luật"]
