"""The command line: what it does, its exit status, its report."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from exambank.bank.models import Item
from exambank.courses.models import Teaching
from exambank.db import db, unit_of_work, write_beside_server
from exambank.interchange.commands import commands, export_bank, import_file
from exambank.interchange.models import ImportBatch
from exambank.interchange.sheet import read
from tests.interchange.factories import HEADERS, ROWS, bank_file, make_xlsx


@pytest.fixture(autouse=True)
def _beside_no_server():
    yield
    write_beside_server(False)


@pytest.fixture
def bank_path(tmp_path):
    path = tmp_path / "bank.xlsx"
    path.write_bytes(bank_file())
    return path


def run(command, *words):
    return CliRunner().invoke(command, [str(word) for word in words])


def count(table) -> int:
    return db.session.scalar(select(func.count()).select_from(table))


def test_a_file_is_imported_as_drafts_of_a_lecturer(people, bank_path, tmp_path):
    report = tmp_path / "r.json"
    result = run(import_file, bank_path, "--module", "XDD", "--report", report)
    assert result.exit_code == 0, result.output
    assert [item.author_id for item in db.session.scalars(select(Item))] == [people.other_lecturer.id] * 3 or [
        item.author_id for item in db.session.scalars(select(Item))
    ] == [people.lecturer.id] * 3
    told = json.loads(report.read_text(encoding="utf-8"))
    assert (told["format"], told["items"], told["accepted"], told["raw"], told["problems"]) == ("xlsx", 3, 3, 0, [])


def test_the_author_may_be_named(people, bank_path):
    assert run(import_file, bank_path, "--module", "XDD", "--author", "HUY").exit_code == 0
    assert db.session.scalar(select(Item)).author_id == people.head.id


def test_who_may_not_import_cannot_be_the_author(people, bank_path):
    for code in ("xa", "minh", "nobody"):
        result = run(import_file, bank_path, "--module", "XDD", "--author", code)
        assert result.exit_code == 1
        assert code in result.stderr
    assert count(Item) == count(ImportBatch) == 0


def test_a_module_nobody_teaches_asks_for_an_author(people, bank_path):
    with unit_of_work() as session:
        for teaching in session.scalars(select(Teaching)):
            session.delete(teaching)
    result = run(import_file, bank_path, "--module", "XDD")
    assert result.exit_code == 1
    assert "--author" in result.stderr


def test_a_dry_run_changes_nothing(people, bank_path):
    result = run(import_file, bank_path, "--module", "XDD", "--dry-run")
    assert result.exit_code == 0
    assert count(Item) == count(ImportBatch) == 0


def test_a_refusal_is_told_on_standard_error_and_in_the_report(people, tmp_path, bank_path):
    broken, report = tmp_path / "b.xlsx", tmp_path / "r.json"
    broken.write_bytes(b"PK\x03\x04 broken")
    result = run(import_file, broken, "--module", "XDD", "--report", report)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr
    told = json.loads(report.read_text(encoding="utf-8"))
    assert (told["items"], told["problems"][0]["code"]) == (0, "archive_broken")
    result = run(import_file, bank_path, "--module", "NONE", "--report", report)
    assert result.exit_code == 1
    assert json.loads(report.read_text(encoding="utf-8"))["problems"][0]["code"] == "unknown_module"


def test_a_file_of_refused_rows_only_exits_1_with_its_report(people, tmp_path):
    path, report = tmp_path / "b.xlsx", tmp_path / "r.json"
    path.write_bytes(make_xlsx([HEADERS, [1, "", "", "Gì?", "a", "b", "c", "d", "H"]]))
    for words in ((), ("--dry-run",)):
        result = run(import_file, path, "--module", "XDD", "--report", report, *words)
        assert result.exit_code == 1
        assert json.loads(report.read_text(encoding="utf-8"))["refused"] == 1


def test_wrong_usage_exits_2(people):
    assert run(import_file, "missing.xlsx", "--module", "XDD").exit_code == 2
    assert run(import_file).exit_code == 2
    assert run(export_bank, "x.xlsx").exit_code == 2
    assert run(export_bank, "x.pdf", "--module", "XDD").exit_code == 2


def test_a_bank_is_exported_by_extension(people, bank_path, tmp_path):
    run(import_file, bank_path, "--module", "XDD")
    for name, words in (("out.xlsx", ()), ("out.csv", ()), ("out", ("--to", "csv"))):
        out = tmp_path / name
        assert run(export_bank, "--module", "XDD", out, *words).exit_code == 0
        assert len(read(out.read_bytes(), name)[0].rows) == len(ROWS) + 1


def test_an_export_that_cannot_be_made_exits_1(people, tmp_path):
    for out, module in ((tmp_path / "o.xlsx", "NONE"), (tmp_path / "no" / "o.xlsx", "XDD")):
        result = run(export_bank, "--module", module, out)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr


def test_every_command_helps():
    for command in commands:
        assert run(command, "--help").exit_code == 0
