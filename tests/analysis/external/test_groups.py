"""GROUPS.csv."""

import pytest

from exambank.analysis.external import UnusableFile, read_groups

CANDIDATES = ("A", "B", "C")


def test_candidates_are_found_whatever_the_order(write):
    found = read_groups(write("g.csv", "sex,candidate,unit\nM,C,u2\nF,A,u1\nM,B,NA\n"), CANDIDATES)
    sex, _unit = found.groupings[0], found.notes
    assert (sex.name, sex.values, sex.members) == ("sex", ("F", "M"), ("F", "M", "M"))


def test_numbers_stand_in_the_order_of_their_size_and_text_as_it_sorts(write):
    found = read_groups(write("g.csv", "id,n,t\nA,10,b10\nB,9,b9\nC,11,a\n"), CANDIDATES)
    assert [one.values for one in found.groupings] == [("9", "10", "11"), ("a", "b10", "b9")]


def test_who_has_no_group_is_not_known(write):
    found = read_groups(write("g.csv", "id,sex\nA,F\nB,NA\nX,M\nC,M\n"), (*CANDIDATES, "D"))
    assert found.groupings[0].members == ("F", None, "M", None)
    assert [(note.code, note.values) for note in found.notes] == [
        ("candidates_without_group", {"count": 1}), ("groups_of_strangers", {"count": 1}),
    ]  # fmt: skip


def test_columns_of_one_value_or_of_too_many_are_left_out(write):
    rows = "".join(f"{n},F,{n},{n % 20}\n" for n in range(21))
    found = read_groups(write("g.csv", "id,sex,age,unit\n" + rows), [str(n) for n in range(21)])
    assert [one.name for one in found.groupings] == ["unit"]
    assert [(note.code, note.values["column"]) for note in found.notes] == [
        ("only_one_group", "sex"), ("too_many_groups", "age"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("group\n1\n2\n", "no_groups", 1),
        ("id,sex\nA,F\nA,M\n", "candidate_twice", 3),
        ("id,sex\n,F\n", "no_candidate_name", 2),
        ("id,sex,sex\nA,F,F\n", "column_twice", 1),
        ("id,sex\nX,F\nY,M\n", "groups_of_others", 1),
        ("id,sex\n", "groups_of_others", 1),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(write, text, code, line):
    with pytest.raises(UnusableFile) as refusal:
        read_groups(write("g.csv", text), CANDIDATES)
    assert (refusal.value.code, refusal.value.line) == (code, line)
