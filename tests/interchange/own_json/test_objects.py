"""A plain JSON list of questions is read as the table that it is."""

import json

import pytest

from exambank.interchange.formats import own_json
from exambank.interchange.neutral import ACCEPTED, REFUSED, WARNING, Source, UnreadableFile


def entries(data):
    return own_json.read(Source(json.dumps(data).encode(), "x.json")).entries


def keys_of(entry) -> list[int]:
    return [at for at, row in enumerate(entry.draft.content["options"]) if row["is_key"]]


def question(**values):
    return {"question": "Thủ đô?", "options": ["Huế", "Hà Nội", "Vinh"], **values}


def test_two_usual_shapes_are_understood():
    first = [
        {"no": 1, "chapter": 1, "chapter_name": "Mở đầu", "stem": "Một?", "picture": None, "options": ["a", "b"],
         "key": 1, "fatal": {"A1": False, "B1": False}},
        {"no": 2, "chapter": 1, "chapter_name": "Mở đầu", "stem": "Hai?", "picture": "q.png", "options": ["a", "b"],
         "key": 0, "fatal": {"A1": True, "B1": False}},
    ]  # fmt: skip
    one, two = entries(first)
    assert (keys_of(one), keys_of(two)) == ([1], [0])
    assert (one.status, one.draft.topic_names[0], one.draft.tags) == (ACCEPTED, "Chương 1. Mở đầu", ())
    assert (two.draft.picture_name, two.draft.tags) == ("q.png", ("điểm liệt",))
    second = [
        {"id": 1, "category": "Luật", "answer": 0, **question()},
        {"id": 2, "category": "Luật", "answer": 2, **question()},
    ]
    assert [keys_of(entry) for entry in entries(second)] == [[0], [2]]


def test_numbers_that_count_from_one_are_told_by_the_file_as_a_whole():
    assert [keys_of(one) for one in entries([question(answer=3), question(answer=1)])] == [[2], [0]]


def test_numbers_that_may_count_either_way_are_not_guessed():
    found = entries([question(answer=1), question(answer=2)])
    assert [(one.status, [problem.code for problem in one.problems][:1]) for one in found] == [
        (WARNING, ["json_key_base"]), (WARNING, ["same_stem"]),
    ] or all("json_key_base" in [problem.code for problem in one.problems] for one in found)  # fmt: skip
    assert [keys_of(one) for one in found] == [[], []]


@pytest.mark.parametrize(
    ("given", "keys"), [("B", [1]), ("Hà Nội", [1]), (["A", "C"], [0, 2]), ("b", [1]), (["Huế", "Vinh"], [0, 2])]
)
def test_keys_may_be_letters_or_words_or_several(given, keys):
    assert keys_of(entries([question(answer=given)])[0]) == keys


def test_options_may_say_themselves_that_they_are_right():
    options = [{"text": "Huế", "correct": False}, {"text": "Hà Nội", "correct": True}]
    assert keys_of(entries({"questions": [{"question": "?", "options": options}]})[0]) == [1]


def test_truths_and_statements():
    found = entries([{"question": "Đất tròn.", "answer": True}, {"question": "Đất phẳng.", "answer": False}])
    assert [entry.draft.kind for entry in found] == ["true_false"] * 2
    assert [keys_of(entry) for entry in found] == [[0], [1]]


def test_what_is_no_question_in_the_list_is_refused_one_by_one():
    found = entries([question(answer="A"), 5, {}, question(answer="B")])
    assert [entry.status for entry in found] == [ACCEPTED, REFUSED, REFUSED, WARNING]


@pytest.mark.parametrize("data", [[], {}, [{"a": 1}], {"questions": [{"x": 2}]}, [1, 2, question()], "x"])
def test_json_that_holds_no_questions_is_refused(data):
    with pytest.raises(UnreadableFile) as caught:
        entries(data)
    assert caught.value.code == "json_unknown"


def test_html_in_a_plain_list_is_no_markup():
    (entry,) = entries([question(answer="A") | {"question": "<b>x</b><script>y</script>"}])
    assert entry.draft.stem.startswith("&lt;b&gt;")
