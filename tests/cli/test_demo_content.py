"""The demonstration's own texts: a bank that a school would not be ashamed of, and people whom nobody knows."""

import csv
import io
import json
import re
import unicodedata
from collections import Counter

import pytest

from exambank import text
from exambank.accounts.rules import is_birth_date, password_weakness
from exambank.bank import rules as bank_rules
from exambank.cli.demo import content
from exambank.cli.demo.signins import DEFAULT_PASSWORD
from exambank.interchange import people_sheet, sheet
from exambank.interchange.formats import sheets
from exambank.interchange.neutral import Source

SINGLE, MULTIPLE, TRUE_FALSE, CLUSTER = "Một lựa chọn", "Nhiều lựa chọn", "Đúng/sai", "Chùm đúng/sai"
LETTERS = "ABCDE"
LEVELS = ["Nhận biết", "Thông hiểu", "Vận dụng", "Vận dụng cao"]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.bank_file().decode("utf-8-sig"))))


def options_of(row: dict[str, str]) -> list[str]:
    return [row[f"Phương án {letter}"] for letter in LETTERS if row[f"Phương án {letter}"]]


def of_kind(rows, kind: str) -> list[dict[str, str]]:
    return [row for row in rows if row["Loại"] == kind]


def test_the_file_is_marked_as_utf_8_and_composed():
    for body in (content.bank_file(), content.people_file()):
        assert body.startswith(b"\xef\xbb\xbf")
        assert unicodedata.is_normalized("NFC", body.decode("utf-8-sig"))


def test_there_are_enough_questions_of_every_kind(rows):
    counts = Counter(row["Loại"] for row in rows)
    assert len(rows) >= 162
    assert counts[SINGLE] >= 110
    assert counts[MULTIPLE] >= 16
    assert counts[TRUE_FALSE] >= 14
    assert counts[CLUSTER] >= 13
    assert set(counts) == {SINGLE, MULTIPLE, TRUE_FALSE, CLUSTER}


def test_every_topic_has_every_level(rows):
    texts = content.texts()
    assert texts["levels"] == LEVELS
    found = Counter((row["Chủ đề"], row["Mức độ"]) for row in rows)
    for topic in texts["topics"]:
        counts = [found[topic, level] for level in LEVELS]
        assert sum(counts) >= 26, topic
        assert min(counts) >= 3, topic
    assert {row["Chủ đề"] for row in rows} == set(texts["topics"])


def test_no_question_is_asked_twice(rows):
    stems = Counter(re.sub(r"\W+", " ", text.search_key(row["Câu hỏi"])) for row in rows)
    assert [stem for stem, count in stems.items() if count > 1] == []


def test_options_differ_and_the_key_is_among_them(rows):
    for row in rows:
        options = options_of(row)
        assert len({text.search_key(option) for option in options}) == len(options), row["Câu hỏi"]
        assert is_sound(row["Loại"], options, row["Đáp án"]), row["Câu hỏi"]


def is_sound(kind: str, options: list[str], key: str) -> bool:
    if kind == TRUE_FALSE:
        return not options and key in {"Đúng", "Sai"}
    if kind == CLUSTER:
        return len(options) == 4 and re.fullmatch(r"[ĐS](, [ĐS]){3}", key) is not None
    keys = key.split(", ")
    wanted = len(keys) == 1 if kind == SINGLE else 2 <= len(keys) < len(options)
    return len(options) == 4 and wanted and set(keys) <= set(LETTERS[:4])


def test_clusters_are_scored_by_the_national_table(rows):
    assert {row["Bảng điểm"] for row in of_kind(rows, CLUSTER)} == {"0; 0,1; 0,25; 0,5; 1"}


def test_keys_stand_everywhere_alike(rows):
    counts = Counter(row["Đáp án"] for row in of_kind(rows, SINGLE))
    assert max(counts.values()) - min(counts.values()) <= 2
    truths = Counter(row["Đáp án"] for row in of_kind(rows, TRUE_FALSE))
    assert abs(truths["Đúng"] - truths["Sai"]) <= 3


def test_the_longest_option_is_not_the_key_as_a_rule(rows):
    singles = of_kind(rows, SINGLE)
    longest = 0
    for row in singles:
        lengths = [len(option) for option in options_of(row)]
        longest += lengths[LETTERS.index(row["Đáp án"])] == max(lengths)
    assert longest <= 0.4 * len(singles)


def test_options_that_speak_of_others_are_sometimes_right_and_sometimes_wrong(rows):
    found = []
    for row in of_kind(rows, SINGLE):
        options = options_of(row)
        if any(bank_rules.locked_options(options)):
            assert bank_rules.locked_options(options)[-1]
            found.append(row["Đáp án"] == LETTERS[len(options) - 1])
    assert 8 <= len(found) <= 12
    assert 0 < sum(found) < len(found)


def test_a_negative_question_says_so_in_capitals(rows):
    hidden = [row["Câu hỏi"] for row in rows if re.search(r"nào (?:sau đây )?(?:không|chưa)\b", row["Câu hỏi"])]
    assert hidden == []


def test_tags_and_sources_are_plain(rows):
    for row in rows:
        tags = [tag for tag in row["Thẻ"].split("; ") if tag]
        assert len(tags) <= 2
        assert all(tag == tag.lower() for tag in tags)
        assert re.fullmatch(r"Bài [1-6], mục [1-7]", row["Nguồn"])
    master = Counter(content.texts()["master_tag"] in row["Thẻ"].split("; ") for row in rows)
    assert master[True] == 28  # and two more that are written by hand: a paper of thirty


def test_nothing_needs_tidying(rows):
    for row in rows:
        for value in row.values():
            assert value == " ".join(value.split())
            assert not re.search(r"\s[,.;:?!]", value), value


def test_our_own_reader_takes_every_question(rows):
    reading = sheets.read(Source(content.bank_file(), "bank.csv"))
    assert Counter(entry.status for entry in reading.entries) == {"accepted": len(rows)}
    assert reading.notices == ()


def test_our_own_reader_takes_every_person():
    departments = {name: code for code, name in content.texts()["departments"]}
    found = people_sheet.read_people(sheet.read(content.people_file(), "people.csv"), departments, {})
    assert [row.person.code for row in found.rows if row.problems] == []
    assert found.notices == ()
    roles = {role for row in found.rows for role in row.person.roles}
    assert len(roles) == 10  # somebody for each role
    assert all(is_birth_date(row.person.birth_date) for row in found.rows)


def test_people_are_as_different_as_in_a_real_class():
    names = Counter(name for code, name in content.people() if code.startswith("HV"))
    codes = [code for code, _name in content.people()]
    assert len(set(codes)) == len(codes)
    assert sum(names.values()) >= 90
    assert 2 in names.values()  # two of the same name
    assert min(len(name.split()) for name in names) == 2
    assert max(len(name.split()) for name in names) >= 6


def test_nobody_may_choose_a_better_password_than_the_demonstrations():
    assert [
        name for code, name in content.people() if password_weakness(DEFAULT_PASSWORD, code=code, full_name=name)
    ] == []


def test_the_schools_texts_are_composed_and_name_what_the_bank_names():
    body = (content.FOLDER / "school.json").read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", body)
    texts = json.loads(body)
    for slip in texts["slips"]:
        assert slip["key"] != slip["meant"]
        assert len(slip["options"]) == 4
