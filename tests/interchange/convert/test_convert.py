"""exambank convert: what it writes, its exit status, its report; nothing half done, nothing from elsewhere."""

import json
import os
import zipfile

import pytest
from click.testing import CliRunner

from exambank.console import write_whole
from exambank.interchange.commands import convert_file, without_traceback
from exambank.interchange.conversion import convert
from exambank.interchange.disk import files_beside
from exambank.interchange.formats import own_json, read_file
from exambank.interchange.neutral import RAW, REFUSED, Bundle, Raw, Source
from tests.interchange.drafts import ALL
from tests.interchange.factories import HEADERS, ROWS, make_csv, make_xlsx


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "câu hỏi.xlsx"
    path.write_bytes(make_xlsx([HEADERS, *ROWS, [4, "", "", "Không có đáp án?", "a", "b", "", "", ""],
                                [5, "", "", "", "a", "b", "", "", "A"]]))  # fmt: skip
    return path


def run(*words):
    return CliRunner().invoke(convert_file, [str(word) for word in words])


def report_of(path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


# --- what it does ---


def test_a_table_becomes_our_own_file_and_every_item_is_told(tmp_path, table):
    out, report = tmp_path / "o.json", tmp_path / "r.json"
    result = run(table, out, "--report", report)
    assert result.exit_code == 0, result.output
    told = report_of(report)
    assert {name: told[name] for name in ("format", "items", "accepted", "warning", "raw", "refused")} == {
        "format": "xlsx", "items": 5, "accepted": 3, "warning": 1, "raw": 0, "refused": 1,
    }  # fmt: skip
    assert {tuple(sorted(one)) for one in told["problems"]} == {("code", "item", "message", "severity", "where")}
    assert [one["code"] for one in told["problems"]] == ["no_right_answer", "no_stem"]
    assert "6" in told["problems"][1]["where"]
    assert len(json.loads(out.read_text(encoding="utf-8"))["items"]) == 4
    assert "6" in result.stderr


@pytest.mark.parametrize("name", ["o.json", "o.csv", "o.xlsx", "o.zip"])
def test_the_format_follows_the_name_or_the_word(tmp_path, table, name):
    words = ("--to", "json") if name.endswith(".zip") else ()
    assert run(table, tmp_path / name, *words).exit_code == 0
    found = read_file(Source((tmp_path / name).read_bytes(), name))
    assert len(found.entries) == 4
    assert zipfile.is_zipfile(tmp_path / name) == name.endswith((".zip", ".xlsx"))


def test_every_kind_goes_from_one_format_to_another_and_back(tmp_path):
    start, middle, end = (tmp_path / name for name in ("a.json", "b.xlsx", "c.json"))
    start.write_bytes(own_json.write(Bundle("x", tuple(ALL))).body)
    assert run(start, middle).exit_code == run(middle, end).exit_code == 0
    assert len(json.loads(end.read_text(encoding="utf-8"))["items"]) == len(ALL)


def test_no_database_is_asked(tmp_path, table):
    """It runs without an application."""
    assert convert(Source(table.read_bytes(), table.name), "csv").written.body.startswith(b"\xef\xbb\xbf")


# --- what the new format cannot hold ---


def test_a_raw_item_stays_raw_where_it_is_handed_on_and_is_refused_where_not(tmp_path):
    source = own_json.write(Bundle("x", (ALL[0],), raws=(Raw("qti21", b"<x/>", ".xml", "thích nghi"),)))
    for to, status in (("json", RAW), ("csv", REFUSED)):
        done = convert(Source(source.body, "a.json"), to)
        assert [entry.status for entry in done.reading.entries] == ["accepted", status]
    report = tmp_path / "r.json"
    (tmp_path / "a.json").write_bytes(source.body)
    assert run(tmp_path / "a.json", tmp_path / "o.csv", "--report", report).exit_code == 0
    told = report_of(report)
    assert (told["items"], told["accepted"], told["raw"], told["refused"]) == (2, 1, 0, 1)
    assert told["problems"][-1]["code"] == "sheet_raw"


# --- nothing converted, wrong usage ---


def test_a_file_of_refused_items_exits_1_writes_the_report_and_no_file(tmp_path):
    path, out, report = tmp_path / "b.csv", tmp_path / "o.json", tmp_path / "r.json"
    path.write_bytes(make_csv([HEADERS, [1, "", "", "", "a", "b", "", "", "A"]]))
    result = run(path, out, "--report", report)
    assert (result.exit_code, out.exists()) == (1, False)
    assert (report_of(report)["items"], report_of(report)["refused"]) == (1, 1)
    assert result.stderr


@pytest.mark.parametrize(
    ("body", "name", "code"),
    [(b"", "a.xlsx", "empty_file"), (b"PK\x03\x04 x", "a.xlsx", "archive_broken"), (b"%PDF-1", "a.pdf", "other_file"),
     (b"[1, 2]", "a.json", "json_unknown"), (b"just words", "a.txt", "unknown_text")],
)  # fmt: skip
def test_a_file_that_cannot_be_read_exits_1_with_the_reason_in_both_places(tmp_path, body, name, code):
    path, report = tmp_path / name, tmp_path / "r.json"
    path.write_bytes(body)
    result = run(path, tmp_path / "o.json", "--report", report)
    told = report_of(report)
    assert (result.exit_code, result.stdout) == (1, "")
    assert (told["items"], told["problems"][0]["code"]) == (0, code)
    assert told["problems"][0]["message"] in result.stderr
    assert not (tmp_path / "o.json").exists()


def test_wrong_usage_exits_2(tmp_path, table):
    out = tmp_path / "o.json"
    assert run(tmp_path / "none.xlsx", out).exit_code == 2
    assert run(table, out, "--from", "pdf").exit_code == 2
    assert run(table, out, "--to", "olx").exit_code == 2
    assert run(table, tmp_path / "o.pdf").exit_code == 2
    assert run(table).exit_code == 2
    assert not out.exists()


def test_in_out_and_report_are_three_files(tmp_path, table):
    before = table.read_bytes()
    assert run(table, table).exit_code == 2
    assert run(table, tmp_path / "o.json", "--report", table).exit_code == 2
    assert run(table, tmp_path / "o.json", "--report", tmp_path / "o.json").exit_code == 2
    link = tmp_path / "link.xlsx"
    link.symlink_to(table)
    assert run(table, link).exit_code == 2
    assert table.read_bytes() == before


def test_a_mistake_of_a_reader_is_said_without_a_traceback():
    told, body = without_traceback(lambda: 1 / 0, "xlsx")
    assert (told["format"], told["items"], told["problems"][0]["code"], body) == ("xlsx", 0, "reader_failed", None)
    assert "ZeroDivisionError" in told["problems"][0]["message"]


def test_a_place_that_cannot_be_written_exits_1(tmp_path, table):
    result = run(table, tmp_path / "no" / "o.json")
    assert result.exit_code == 1
    assert "Traceback" not in result.output


def test_help_speaks_of_in_and_out():
    result = run("--help")
    assert result.exit_code == 0
    assert "IN OUT" in result.stdout


# --- files ---


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "o.json"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    with pytest.raises(OSError, match="directory"):
        write_whole(tmp_path / "no" / "o.json", b"x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_whole(tmp_path / "folder", b"x")
    assert sorted(os.listdir(tmp_path)) == ["folder", "o.json"]


def test_files_beside_are_those_near_and_no_others(tmp_path):
    home = tmp_path / "a" / "b"
    (home / "img").mkdir(parents=True)
    (home / "item.xml").write_bytes(b"x")
    (home / "img" / "một hai.png").write_bytes(b"in")
    (tmp_path / "a" / "up.png").write_bytes(b"up")
    (home / ".hidden").write_bytes(b"no")
    (tmp_path.parent / "far.png").write_bytes(b"far")
    find = files_beside(home / "item.xml")
    assert find("img/một hai.png") == find("img/m%E1%BB%99t%20hai.png") == find(".\\img\\một hai.png") == b"in"
    assert find("img/một hai.png#x") == b"in"
    assert find("../up.png") == b"up"
    (home / "link.png").symlink_to(tmp_path / "a" / "up.png")
    (home / "loop.png").symlink_to(home / "loop.png")
    for href in ("", "/etc/hosts", "http://x/y.png", "file:///etc/hosts", "C:/x", "../../../../far.png", ".hidden", "none",
                 "img", "a\0b", "link.png", "loop.png", "../" * 20 + "etc/hosts"):  # fmt: skip
        assert find(href) is None, href
