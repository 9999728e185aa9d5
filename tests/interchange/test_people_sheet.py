"""Lists of people: headers, roles, departments, dates, and what is never read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.interchange.people_sheet import read_people, tidy_birth_date
from exambank.interchange.sheet import Sheet, UnreadableSheet
from exambank.permissions import Role

DEPARTMENTS = {"XDD": "XDD", "Xây dựng Đảng": "XDD"}
COHORTS = {"K75": "K75", "Lớp K75": "K75"}


def read(*rows):
    return read_people([Sheet("Danh sách", [list(row) for row in rows])], DEPARTMENTS, COHORTS)


def codes(row) -> list[str]:
    return [problem.code for problem in row.problems]


def test_a_list_of_learners_is_read_with_their_class():
    reading = read(
        ["DANH SÁCH HỌC VIÊN"],
        ["STT", "Mã học viên", "Họ và tên", "Ngày sinh", "Đơn vị công tác", "Lớp"],
        ["1", "HV01", "Nguyễn Thị Ước", "5/3/1980", "Sở Nội vụ", "K75"],
    )
    (row,) = reading.rows
    assert (row.row, row.person.code, row.person.full_name) == (3, "HV01", "Nguyễn Thị Ước")
    assert (row.person.birth_date, row.person.unit_name, row.cohort_code) == ("05/03/1980", "Sở Nội vụ", "K75")
    assert row.person.roles == (Role.LEARNER,)
    assert reading.notices == ()


def test_family_and_given_name_in_two_columns_are_joined():
    (row,) = read(["Mã", "Họ và đệm", "Tên"], ["A1", "Lò Văn", "Ưởng"]).rows
    assert row.person.full_name == "Lò Văn Ưởng"


def test_roles_and_departments_are_known_by_their_words():
    headers = ["Mã", "Họ và tên", "Vai trò", "Khoa"]
    (row,) = read(headers, ["GV1", "Bùi Quang Huy", "giảng viên; TRƯỞNG KHOA", "xay dung dang"]).rows
    assert row.person.roles == (Role.LECTURER, Role.DEPARTMENT_HEAD)
    assert row.person.department_codes == ("XDD",)


def test_unknown_words_are_refused_by_row_and_column():
    headers = ["Mã", "Họ và tên", "Vai trò", "Khoa", "Lớp"]
    first, second = read(headers, ["A", "B", "phi công", "", ""], ["C", "D", "Học viên", "Khoa lạ", "K99"]).rows
    assert codes(first) == ["unknown_role"]
    assert codes(second) == ["unknown_department", "unknown_cohort"]
    assert [problem.column for problem in second.problems] == ["Khoa", "Lớp"]


def test_what_is_nobody_s_business_is_not_read_and_said():
    reading = read(["Mã", "Họ và tên", "Dân tộc", "Ngày vào Đảng", "Ghi chú"], ["A", "B", "Tày", "1/1/2000", "x"])
    assert reading.notices == (
        ("sensitive_columns", {"headers": "Dân tộc, Ngày vào Đảng"}),
        ("ignored_columns", {"headers": "Ghi chú"}),
    )
    assert "Tày" not in repr(reading.rows)


def genders(reading) -> list[str | None]:
    return [row.person.gender for row in reading.rows]


def people_with(header: str, *cells: str):
    return read(["Mã", "Họ và tên", header], *([f"HV{at}", "Lò Văn Ưởng", cell] for at, cell in enumerate(cells)))


@pytest.mark.parametrize("header", ["Giới tính", "GIOI TINH", "Nam/Nữ", "Nam, nữ", "Phái", "Gender", "Sex"])
def test_the_gender_is_known_by_its_words_in_both_languages(header):
    reading = people_with(header, "Nam", "NỮ", "nu", "male", "Female", "m", "F", "", " ")
    assert genders(reading) == ["male", "female", "female", "male", "female", "male", "female", None, None]
    assert reading.notices == ()


@pytest.mark.parametrize("cell", ["1", "0", "n", "x", "không rõ", "-"])
def test_a_gender_is_never_guessed_and_stays_as_it_was_written_for_the_check(cell):
    assert genders(people_with("Giới tính", "Nam", cell)) == ["male", cell]


@pytest.mark.parametrize("mark", ["x", "X", "v", "✓", "✔", "+", "Nữ"])
def test_in_a_column_that_marks_women_the_others_are_men(mark):
    reading = people_with("Nữ", mark, "", mark, "")
    assert genders(reading) == ["female", "male", "female", "male"]
    assert reading.notices == (("marked_women", {"header": "Nữ", "women": 2, "men": 2}),)


@pytest.mark.parametrize("cells", [("", "", ""), ("1", "0", ""), ("1985", "", "")])
def test_a_column_that_marks_nobody_makes_no_men_and_is_left_out(cells):
    reading = people_with("Female", *cells)
    assert genders(reading) == [None] * 3
    assert reading.notices == (("ignored_columns", {"headers": "Female"}),)


def test_beside_marks_another_sign_is_left_for_the_check():
    assert genders(people_with("Nữ", "x", "1", "nam")) == ["female", "1", "male"]


def test_the_word_goes_before_the_mark():
    reading = read(["Mã", "Họ và tên", "Giới tính", "Nữ"], ["A", "B", "Nam", "x"], ["C", "D", "", "x"])
    assert genders(reading) == ["male", "female"]


@given(st.lists(st.sampled_from(["x", "", "v", "Nữ", "nam"]), min_size=1, max_size=8))
def test_marked_women_and_the_others_are_everybody_or_nobody(cells):
    found = genders(people_with("Nữ", *cells))
    marked = [cell in ("x", "v", "Nữ") for cell in cells]
    assert found == (["female" if one else "male" for one in marked] if any(marked) else [None] * len(cells))


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [("05/03/1980", "05/03/1980"), ("5-3-1980", "05/03/1980"), ("5.3.1980", "05/03/1980"), ("1980-03-05", "05/03/1980"),
     ("1980", "1980"), ("5/3/80", "5/3/80"), ("hôm qua", "hôm qua")],
)  # fmt: skip
def test_dates_are_tidied_but_never_guessed(typed, tidy):
    assert tidy_birth_date(typed) == tidy


def test_a_list_without_headers_or_people_says_so():
    with pytest.raises(UnreadableSheet) as caught:
        read(["a", "b"])
    assert caught.value.code == "no_people_header"
    with pytest.raises(UnreadableSheet) as caught:
        read(["Mã", "Họ và tên"])
    assert caught.value.code == "no_people"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.text(max_size=10), max_size=8), max_size=6))
def test_arbitrary_grids_never_break_the_parser(grid):
    try:
        read(["Mã", "Họ và tên", "Vai trò", "Khoa", "Lớp", "Ngày sinh", "Giới tính", "Nữ"], *grid)
    except UnreadableSheet:
        pass
