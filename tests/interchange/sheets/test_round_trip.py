"""What we write into a table we read back as it was, and what a table cannot hold is said."""

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl import load_workbook

from exambank.interchange.formats import sheets
from exambank.interchange.formats.sheets.examples import example_drafts
from exambank.interchange.neutral import ACCEPTED, Bundle, Gallery, Raw, Source, comparable, draft_of
from exambank.interchange.workbook import write_csv
from tests.interchange.drafts import ALL, SMALL_PNG, alike
from tests.interchange.sheets.strategies import drafts

WRITERS = [sheets.write_csv, sheets.write_xlsx]


def again(write, *items):
    written = write(Bundle("Thử", items))
    return written, sheets.read(Source(written.body, "x" + written.suffix)).entries


@pytest.mark.parametrize("write", WRITERS)
def test_an_item_of_every_kind_comes_back(write):
    written, entries = again(write, *ALL)
    assert written.losses == ()
    assert len(entries) == len(ALL)
    for draft, entry in zip(ALL, entries, strict=True):
        assert alike(draft, entry.draft), draft.kind


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(drafts())
def test_any_item_comes_back_or_the_loss_is_said(draft):
    written, entries = again(sheets.write_csv, draft)
    assert len(entries) == 1
    assert comparable(entries[0].draft) == comparable(draft)
    assert written.losses == ()


def test_every_label_comes_back():
    labels = {
        "name": "Câu mười", "identifier": "X-1", "topic_names": ("Chương 1. Mở đầu", "Mở đầu", "Chương 1 | a"),
        "level": "Nhận biết", "outcome": "CĐR 1.2", "tags": ("một, hai", "ba; bốn"), "source": "Giáo trình",
        "source_chapter": "2", "source_page": "15-16", "contributors": "Bình, An", "licence": "CC BY 4.0",
        "expected_seconds": 90, "points": "0.25", "picture_alt": "Sơ đồ", "picture_name": "q1.png", "note": "Xem lại",
    }  # fmt: skip
    draft = replace(ALL[0], **labels)
    _written, entries = again(sheets.write_csv, draft)
    assert comparable(entries[0].draft) == comparable(draft)


@pytest.mark.parametrize("tags", [("a, b",), ("a;b",), ("a", "b"), ("x\\",), ("a|b",)])
def test_tags_with_signs_between_tags_come_back(tags):
    assert again(sheets.write_csv, replace(ALL[0], tags=tags))[1][0].draft.tags == tags


def test_plain_text_stays_plain_and_only_what_needs_it_is_markup():
    plain = draft_of(
        "single_choice", 'x &lt; 3 và <span data-tex="x^2"></span>',
        {"options": [{"html": "a<br>b", "is_key": True}, {"html": "c"}]},
    )  # fmt: skip
    rich = draft_of(
        "single_choice", "Nước là H<sub>2</sub>O", {"options": [{"html": "a &lt; b", "is_key": True}, {"html": "c"}]}
    )
    written = sheets.write_csv(Bundle("x", (plain, rich)))
    rows = list(csv.DictReader(io.StringIO(written.body.decode("utf-8-sig"))))
    assert [row["Cách ghi"] for row in rows] == ["văn bản", "HTML"]
    assert rows[0]["Nội dung câu hỏi"] == "x < 3 và \\(x^2\\)"
    assert rows[0]["Phương án A"] == "a\nb"
    assert rows[1]["Nội dung câu hỏi"] == "Nước là H<sub>2</sub>O"
    assert rows[1]["Phương án A"] == "a &lt; b"


def test_markup_counts_only_where_our_export_says_so():
    rows = [["Câu hỏi", "A", "B", "Đáp án", "Cách ghi"], ["<b>x</b>", "1", "2", "A", ""],
            ["<b>x</b> <script>y</script>", "3", "4", "A", "HTML"]]  # fmt: skip
    body = "\n".join(",".join(row) for row in rows).encode()
    first, second = sheets.read(Source(body, "x.csv")).entries
    assert first.draft.stem == "&lt;b&gt;x&lt;/b&gt;"
    assert second.draft.stem == "<b>x</b>"


def test_labels_that_a_person_types_stay_in_a_row_of_our_export():
    draft = draft_of("single_choice", "Câu 1: gì?", {"options": [{"html": "A. a", "is_key": True}, {"html": "B. b"}]})
    assert comparable(again(sheets.write_csv, draft)[1][0].draft) == comparable(draft)


def test_a_formula_of_a_spreadsheet_stays_a_text():
    evil = ["=1+1", "+1", "-1", "@SUM(A1)", "'=x", '=HYPERLINK("http://x")']
    draft = draft_of("ordering", "=cmd|' /C calc'!A0", {"options": [{"html": one} for one in evil]})
    for write in WRITERS:
        written, entries = again(write, draft)
        assert comparable(entries[0].draft) == comparable(draft)
    for row in load_workbook(io.BytesIO(written.body)).active.iter_rows():
        assert all(cell.data_type != "f" for cell in row)
    cells = [cell for row in csv.reader(io.StringIO(sheets.write_csv(Bundle("x", (draft,))).body.decode("utf-8-sig")))
             for cell in row]  # fmt: skip
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_pictures_and_raw_items_are_losses():
    gallery = Gallery()
    key = gallery.add("so-do.png", SMALL_PNG)
    draft = draft_of("essay", f'Xem <img data-media="{key}" alt="sơ đồ">', {})
    beside = replace(ALL[0], picture=key)
    raws = (Raw("qti21", b"<x/>", ".xml"),)
    written = sheets.write_csv(Bundle("x", (draft, beside), gallery.files, raws))
    assert sorted((loss.problem.code, loss.is_raw) for loss in written.losses) == [
        ("sheet_pictures", False), ("sheet_pictures", False), ("sheet_raw", True),
    ]  # fmt: skip
    first, _second = sheets.read(Source(written.body, "x.csv")).entries
    assert (first.draft.stem, first.draft.picture_name) == ("Xem [sơ đồ]", "so-do.png")


def test_a_text_longer_than_a_cell_is_said_to_change():
    written = sheets.write_xlsx(Bundle("x", (draft_of("essay", "dài " * 9000, {}),)))
    assert [loss.problem.code for loss in written.losses] == ["sheet_changed"]


def test_more_options_than_there_are_letters_are_said():
    draft = draft_of("ordering", "?", {"options": [{"html": str(at)} for at in range(30)]})
    assert "too_many_options" in [loss.problem.code for loss in sheets.write_csv(Bundle("x", (draft,))).losses]


def test_the_example_that_people_download_reads_as_it_was_meant_without_our_mark():
    table, _losses = sheets.table_of(Bundle("x", tuple(example_drafts())))
    bare = replace(table, headers=table.headers[:-1], rows=[row[:-1] for row in table.rows])
    entries = sheets.read(Source(write_csv(bare), "x.csv")).entries
    assert {entry.status for entry in entries} == {ACCEPTED}
    for draft, entry in zip(example_drafts(), entries, strict=True):
        assert alike(draft, entry.draft), draft.kind


def test_an_option_that_is_a_letter_does_not_change_the_key():
    rows = [{"html": "C", "is_key": True}, {"html": "A"}, {"html": "B"}]
    draft = draft_of("single_choice", "Chọn C", {"options": rows})
    assert comparable(again(sheets.write_csv, draft)[1][0].draft) == comparable(draft)


def test_a_bracket_before_a_gap_is_no_part_of_it():
    stem = 'x[<span data-gap="aa11"></span>] [[2]] [[chữ]] \\[[1]]'
    draft = draft_of("fill_in", stem, {"gaps": [{"token": "aa11", "kind": "text", "accepted": [{"text": "1"}]}]})
    assert comparable(again(sheets.write_csv, draft)[1][0].draft) == comparable(draft)


def test_options_that_are_pictures_keep_their_names():
    gallery = Gallery()
    key = gallery.add("cờ.png", SMALL_PNG)
    rows = [{"html": f'<img data-media="{key}" alt="">', "is_key": True}, {"html": "b"}]
    written = sheets.write_csv(Bundle("x", (draft_of("single_choice", "?", {"options": rows}),), gallery.files))
    (entry,) = sheets.read(Source(written.body, "x.csv")).entries
    assert [row["html"] for row in entry.draft.content["options"]] == ["[cờ.png]", "b"]
    assert [loss.problem.code for loss in written.losses] == ["sheet_pictures"]
