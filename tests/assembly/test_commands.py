"""``exambank assemble``: files in, papers or reasons out, exit status."""

import contextlib
import csv
import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.assembly.commands import assemble_papers
from exambank.assembly.pool_files import COLUMNS, UnusableFile, read_pool, text_of
from exambank.assembly.spec_files import read_spec

SPEC = """
items = 6
[[cell]]
topic = "C1"
level = "nhận biết"
count = 2
points = 0.25
[[cell]]
not_tag = "hard"
count = 3
[balance]
by = ["information", "difficulty"]
theta = [-1.0, 0.0, 1.0]
tolerance = 0.05
[limits]
papers_per_item = 2
overlap = 3
min_days_since_use = 180
[order]
max_same_key_run = 3
"""


def rows(many: int = 40) -> list[dict]:
    return [
        {
            "item": f"I{at:05d}", "topic": f"C{at % 3}", "level": "nhận biết", "type": "single_choice",
            "tags": "hard;law" if at % 4 == 0 else "", "points": "0.25", "difficulty": f"0.{40 + at % 7}", "a": "1.0",
            "b": f"{(at % 7 - 3) / 10}", "c": "", "enemy_set": f"E{at}" if at < 2 else "", "stimulus": "",
            "seconds": "60", "use_count": "0", "last_used_days": "10" if at == 1 else "", "answer": "ABCD"[at % 4],
        }
        for at in range(many)
    ]  # fmt: skip


@pytest.fixture
def files(tmp_path):
    """Writes POOL.csv and SPEC.toml and runs the command on them."""

    class Files:
        out = tmp_path / "papers.json"

        def run(self, pool=None, spec: str = SPEC, papers: int = 4, *more: str, body: bytes | None = None):
            if body is None:
                with (tmp_path / "pool.csv").open("w", encoding="utf-8", newline="") as stream:
                    writer = csv.DictWriter(stream, COLUMNS)
                    writer.writeheader()
                    writer.writerows(rows() if pool is None else pool)
            else:
                (tmp_path / "pool.csv").write_bytes(body)
            (tmp_path / "spec.toml").write_text(spec, encoding="utf-8")
            words = [tmp_path / "pool.csv", tmp_path / "spec.toml", "--papers", papers, "--out", self.out, *more]
            return CliRunner().invoke(assemble_papers, [str(word) for word in words])

        @property
        def document(self) -> dict:
            return json.loads(self.out.read_text(encoding="utf-8"))

    return Files()


def test_papers_are_written_with_their_report(app, files):
    result = files.run(None, SPEC, 4, "--seed", "7")
    assert (result.exit_code, result.stderr) == (0, "")
    told = files.document
    assert (told["schema"], told["seed"]) == ("exambank.papers/1", 7)
    assert [paper["code"] for paper in told["papers"]] == ["101", "102", "103", "104"]
    assert {len(set(paper["items"])) for paper in told["papers"]} == {6}
    cells, balance = told["report"]["cells"], told["report"]["balance"]
    assert [(cell["asked"], cell["papers"]) for cell in cells] == [(2, [2] * 4), (3, [3] * 4), (1, [1] * 4)]
    assert cells[0]["topic"] == "C1"
    assert cells[0]["available"] == 12  # thirteen, of which one was used ten days ago
    assert balance["labels"] == ["information -1", "information 0", "information 1", "difficulty"]
    assert len(balance["target"]) == 4
    assert [len(row) for row in balance["papers"]] == [4] * 4
    assert balance["max_deviation"] <= 0.05
    assert told["report"]["max_overlap"] <= 3
    assert told["report"]["max_use"] <= 2


def test_the_same_seed_gives_the_same_papers_and_another_gives_others(app, files):
    papers = []
    for seed in ("7", "7", "8", "a phrase"):
        files.run(None, SPEC, 4, "--seed", seed)
        papers.append(files.document["papers"])
    assert papers[0] == papers[1]
    assert papers[0] != papers[2]
    assert files.document["seed"] == "a phrase"


def test_without_a_seed_one_is_drawn_and_recorded(app, files):
    assert files.run().exit_code == 0
    first = files.document
    assert files.run(None, SPEC, 4, "--seed", str(first["seed"])).exit_code == 0
    assert files.document == first


def test_what_cannot_be_is_said_in_words_and_in_the_file(app, files):
    result = files.run(None, SPEC.replace("count = 2", "count = 4").replace("items = 6", "items = 8"), 8)
    assert result.exit_code == 1
    assert "32" in result.stderr
    assert "26" in result.stderr
    told = files.document
    assert [(one["rule"], one["needed"], one["available"]) for one in told["infeasible"]] == [
        ("cell", 32, 26), ("papers_per_item", 32, 26),
    ]  # fmt: skip
    assert told["infeasible"][0]["cells"] == [1]
    assert len(told["infeasible"][0]["items"]) == 13
    assert told["relaxation"]
    assert "papers" not in told


def test_what_would_do_can_be_written_into_the_specification_as_it_stands(app, files):
    spec = 'items = 20\n[[cell]]\ntopic = "C1"\ncount = 15\n[[cell]]\ntopic = "C2"\ncount = 5\n'
    result = files.run(None, spec, 1)
    assert result.exit_code == 1
    assert files.document["relaxation"] == {"cells": [{"cell": 1, "count": 13}], "items": 18}
    assert "items: 18" in result.stderr
    assert files.run(None, spec.replace("count = 15", "count = 13").replace("= 20", "= 18"), 1).exit_code == 0


def test_a_tolerance_that_is_not_reached_gives_the_best_papers_marked_not_releasable(app, files):
    result = files.run(None, SPEC.replace("tolerance = 0.05", "tolerance = 0.0"), 4, "--seconds", "0.2", "--seed", "1")
    assert result.exit_code == 1
    assert result.stderr.strip()
    told = files.document
    assert told["releasable"] is False
    assert told["not_found"]["best_deviation"] > 0
    assert told["not_found"]["tried_seconds"] >= 0
    assert [len(paper["items"]) for paper in told["papers"]] == [6] * 4


def test_only_the_item_column_is_needed(app, files):
    names = "\n".join(["item", *[f"Q{at}" for at in range(9)]])
    assert files.run(None, "items = 5\n", 2, body=names.encode()).exit_code == 0
    assert len(files.document["papers"][1]["items"]) == 5


def test_excel_saves_with_a_mark_semicolons_and_decimal_commas(app, files):
    body = '\ufeffitem;topic;tags;points\r\nQ1;C1;"x;y";0,25\r\nQ2;C1;;0,25\r\n\r\n'.encode()
    spec = '[[cell]]\ntopic = "C1"\ntag = "x"\npoints = 0.25\ncount = 1\n'
    assert files.run(None, spec, 2, body=body).exit_code == 0
    assert [paper["items"] for paper in files.document["papers"]] == [["Q1"], ["Q1"]]


def test_columns_that_mean_nothing_are_told_and_do_no_harm(app, files):
    result = files.run(None, "items = 1\n", 1, body=b"item,stem\nQ1,What?\n")
    assert result.exit_code == 0
    assert "stem" in result.stderr


WRONG_POOLS = {
    "name,topic\nQ1,C1\n": ("no_item_column", 1, None),
    "item,topic,topic\nQ1,C1,C2\n": ("column_twice", 1, "topic"),
    "item,topic\n,C1\n": ("no_name", 2, "item"),
    "item\nQ1\n\nQ2\nQ1\n": ("item_twice", 5, "item"),
    "item,points\nQ1,nan\n": ("not_a_number", 2, "points"),
    "item,points\nQ1,-1\n": ("out_of_range", 2, "points"),
    "item,difficulty\nQ1,0.5\nQ2,1.2\n": ("out_of_range", 3, "difficulty"),
    "item,difficulty\nQ1,70%\n": ("not_a_number", 2, "difficulty"),
    "item,use_count\nQ1,1.5\n": ("not_whole", 2, "use_count"),
    "item,a\nQ1,1e999\n": ("out_of_range", 2, "a"),
    "item,c\nQ1,1\n": ("out_of_range", 2, "c"),
    'item,topic\nQ1,"C1\n': ("broken_quotes", 2, None),
    "item,topic\nQ1,C1,C2,C3\n": ("too_many_cells", 2, None),
    "item\n": ("no_items", 1, None),
    "": ("no_item_column", 1, None),
}  # fmt: skip


@pytest.mark.parametrize("pool", WRONG_POOLS)
def test_a_pool_that_cannot_be_used_is_refused_with_its_place(pool):
    with pytest.raises(UnusableFile) as refusal:
        read_pool(pool)
    assert (refusal.value.code, refusal.value.line, refusal.value.column) == WRONG_POOLS[pool]


def test_a_refusal_names_the_file_and_the_place_and_writes_nothing(app, files):
    result = files.run(None, "items = 1\n", 1, body=b"item,points\nQ1,0.25\nQ2,lots\n")
    assert result.exit_code == 1
    assert all(word in result.stderr for word in ("pool.csv", "3", "points", "lots"))
    assert not files.out.exists()
    assert files.run(None, "items = 1\n", 1, body=b"item\n\xff\n").exit_code == 1


WRONG_SPECS = {
    "items = 5\n[[cell]\ncount = 1\n": ("not_toml", 2),
    "items = 5\n[[cell]]\ncount = 1\ntopics = 'C1'\n": ("unknown_key", 4),
    "[[cell]]\ncount = 1\n[limit]\noverlap = 1\n": ("unknown_key", 3),
    "[[cell]]\ncount = 1\n[[cell]]\ntopic = 'C1'\n": ("no_count", 3),
    "items = 2\n[[cell]]\ncount = 3\n": ("more_in_cells", 1),
    "[[cell]]\ncount = -1\n": ("out_of_range", 2),
    "[[cell]]\ncount = 1.5\n": ("not_whole", 2),
    "[[cell]]\ncount = true\n": ("not_whole", 2),
    "[[cell]]\ncount = 1\npoints = nan\n": ("out_of_range", 3),
    "[[cell]]\ncount = 1\n[balance]\nby = ['beauty']\n": ("unknown_balance", 4),
    "[[cell]]\ncount = 1\n[balance]\ntolerance = -0.1\n": ("out_of_range", 4),
    "[[cell]]\ncount = 1\n[balance]\ntheta = []\n": ("wrong_length", 4),
    "[[cell]]\ncount = 1\n[limits]\npapers_per_item = 0\n": ("out_of_range", 4),
    "[cell]\ncount = 1\n": ("cell_is_no_list", 1),
    "limits = 3\nitems = 2\n": ("not_a_table", 1),
    "": ("no_cells", None),
}  # fmt: skip


@pytest.mark.parametrize("spec", WRONG_SPECS)
def test_a_specification_that_cannot_be_used_is_refused_with_its_line(spec):
    with pytest.raises(UnusableFile) as refusal:
        read_spec(spec)
    assert (refusal.value.code, refusal.value.line) == WRONG_SPECS[spec]


def test_a_mistyped_key_is_told_with_what_is_possible(app, files):
    result = files.run(None, SPEC.replace("papers_per_item", "paper_per_item"))
    assert result.exit_code == 1
    assert "spec.toml" in result.stderr
    assert "papers_per_item" in result.stderr


def test_a_fixed_item_that_the_pool_lacks_is_refused(app, files):
    result = files.run(None, 'fixed = ["I99999"]\n' + SPEC)
    assert result.exit_code == 1
    assert "I99999" in result.stderr


def test_wrong_usage_exits_with_two(app, files, tmp_path):
    assert files.run(None, SPEC, 0).exit_code == 2
    assert files.run(None, SPEC, 4, "--seed", " ").exit_code == 2
    assert files.run(None, SPEC, 4, "--out", str(tmp_path / "pool.csv")).exit_code == 2
    assert CliRunner().invoke(assemble_papers, ["nowhere.csv", "nowhere.toml"]).exit_code == 2


def test_a_file_that_cannot_be_written_is_told(app, files, tmp_path):
    result = files.run(None, SPEC, 4, "--out", str(tmp_path / "no" / "papers.json"))
    assert result.exit_code == 1
    assert "papers.json" in result.stderr


def test_a_file_that_was_there_stays_whole_until_the_new_one_is(app, files):
    files.out.write_text("old", encoding="utf-8")
    assert files.run(None, SPEC.replace("count = 2", "count = ")).exit_code == 1
    assert files.out.read_text(encoding="utf-8") == "old"


def test_it_works_from_a_shell_without_a_database(tmp_path):
    (tmp_path / "pool.csv").write_text("item\nQ1\nQ2\nQ3\n", encoding="utf-8")
    (tmp_path / "spec.toml").write_text("items = 2\n", encoding="utf-8")
    words = ["assemble", "pool.csv", "spec.toml", "--papers", "2", "--seed", "1", "--out", "papers.json"]
    done = subprocess.run(
        [sys.executable, "-m", "exambank.cli", *words], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "EXAMBANK_LANG": "en", "PYTHONPATH": os.getcwd()},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert len(json.loads((tmp_path / "papers.json").read_text(encoding="utf-8"))["papers"]) == 2


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(st.lists(st.sampled_from(["item", "Q1", "", '"', "0.5", ";", "points"]))).map(
    lambda lines: "\n".join(",".join(line) for line in lines)
)))  # fmt: skip
def test_whatever_is_in_a_pool_it_is_read_or_refused(text):
    try:
        items, _unknown = read_pool(text)
    except UnusableFile:
        return
    assert len({item.name for item in items}) == len(items) > 0


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=60))
def test_whatever_the_bytes_they_are_text_or_refused(body):
    with contextlib.suppress(UnusableFile):
        assert "\0" not in text_of(body)
