"""``exambank analyse``: files in, a report out, its exit status, what it says."""

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from exambank.analysis.commands import analyse, commands

SCORES = "candidate,I1,I2,I3\nA,1,1,1\nB,1,1,0\nC,1,0,0\nD,0,0,0\n"
ANSWERS = "candidate,I1,I2\nA,a,B\nB,A,\nC,C,B\n"
KEY = "item,key\nI1,A\nI2,B\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs the command in a folder of these files: ``run("r.csv", "--out", "o.json", **{"r.csv": "..."})``."""
    monkeypatch.setenv("EXAMBANK_LANG", "en")
    monkeypatch.chdir(tmp_path)

    def ran(*words: str, **files: str):
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return CliRunner().invoke(analyse, words)

    return ran


def report_in(folder) -> dict:
    return json.loads((folder / "o.json").read_text(encoding="utf-8"))


def test_scores_give_a_report(run, tmp_path):
    result = run("r.csv", "--out", "o.json", **{"r.csv": SCORES})
    assert (result.exit_code, result.stdout) == (0, "Written: o.json, 3 items, 4 candidates.\n")
    assert result.stderr.splitlines() == [
        "Reading ...", "Read: 4 candidates, 3 items.", "Computing the statistics of test and items ...",
    ]  # fmt: skip
    report = report_in(tmp_path)
    assert list(report) == ["schema", "n_candidates", "n_items", "test", "items", "irt", "dif", "notes"]
    assert (report["test"]["alpha"], report["irt"], report["dif"], report["notes"]) == (
        pytest.approx(0.75),
        None,
        [],
        [],
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["o.json", "r.csv"]


def test_everything_at_once(run, tmp_path):
    groups = "person,sex\nA,F\nB,M\nC,F\nX,M\n"
    files = {"r.csv": ANSWERS, "k.csv": KEY, "g.csv": groups}
    result = run("r.csv", "--key", "k.csv", "--groups", "g.csv", "--irt", "rasch", "--out", "o.json", **files)
    assert result.exit_code == 0, result.output
    report = report_in(tmp_path)
    assert [item["difficulty"] for item in report["items"]] == [2 / 3, 2 / 3]
    assert [row["candidate"] for row in report["irt"]["candidates"]] == ["A", "B", "C"]
    assert [row["focal"] for row in report["dif"]] == ["M", "M"]
    assert {"code": "groups_of_strangers", "count": 1}.items() <= report["notes"][0].items()
    assert report["notes"][0]["message"] in result.stderr
    assert "Comparing groups ..." in result.stderr


def test_quiet_leaves_the_notes(run, tmp_path):
    files = {"r.csv": "I1,I2\n1,0\n1,1\n0,0\n"}
    result = run("r.csv", "--out", "o.json", "--quiet", **files)
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [report_in(tmp_path)["notes"][0]["message"]]


@pytest.mark.parametrize(
    ("responses", "key", "groups", "words", "said"),
    [
        (SCORES + "E,1,x,0\n", None, None, (), "r.csv, line 6, column I2: “x” is not a score."),
        (SCORES + "A,1,1,1\n", None, None, (), "r.csv, line 6, column candidate: The candidate A stands there twice"),
        (SCORES + "E,1," + "1" * 200_000 + ",0\n", None, None, (), "r.csv, line 6: A cell in this line is longer than"),
        (SCORES + '"E,1,1,0\n' + SCORES * 5000, None, None, (), "r.csv, line 6: A cell in this line is longer than"),
        (SCORES, None, "candidate,g\nA,1\nA,2\n", (), "g.csv, line 3, column candidate: The candidate A"),
        (SCORES + "E,1\n", None, None, (), "r.csv, line 6: Cells in this line: 2, in the heading: 4."),
        ("", None, None, (), "r.csv: The file is empty."),
        (ANSWERS, "item,key\nI1,A\n", None, (), "k.csv: Items without a key: I2 (1 in all)."),
        (ANSWERS, "item;answer\nI1;A\n", None, (), "k.csv, line 1: There is no column “key”"),
        (ANSWERS, KEY, "id,g\nA,1\nA,2\n", (), "g.csv, line 3, column id: The candidate A stands there twice"),
        (SCORES, KEY.replace("I2", "I3") + "I2,C\n", None, (), "k.csv: The answers are numbers (0, 1)"),
        (
            SCORES + "E,2,0,0\n",
            None,
            None,
            ("--irt", "2pl"),
            "r.csv: The item I1 has other scores than right and wrong",
        ),
    ],
)
def test_a_refusal_names_its_place_and_leaves_no_file(run, tmp_path, responses, key, groups, words, said):
    files = {"r.csv": responses, "k.csv": key or "", "g.csv": groups or ""}
    words += ("--key", "k.csv") * (key is not None) + ("--groups", "g.csv") * (groups is not None)
    result = run("r.csv", *words, "--out", "o.json", "--quiet", **files)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(said)
    assert not (tmp_path / "o.json").exists()


def test_a_report_that_cannot_be_written_is_refused_before_the_work(run):
    result = run("r.csv", "--out", "none/o.json", **{"r.csv": SCORES})
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "There is no folder none to write the report into. Make it first.\n"


def test_where_nobody_may_write_is_refused_before_the_work(tmp_path):
    """In a process without the rights of root, which may write anywhere."""
    (tmp_path / "r.csv").write_text(SCORES)
    tmp_path.chmod(0o755)
    code = (
        "import os, sys; from exambank.analysis.commands import analyse; "
        "os.getuid() or os.setuid(65534); analyse(['r.csv', '--out', sys.argv[1]])"
    )
    (tmp_path / "locked").mkdir(mode=0o555)
    result = subprocess.run(
        [sys.executable, "-c", code, "locked/o.json"],
        cwd=tmp_path, env={**os.environ, "EXAMBANK_LANG": "en"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "locked/o.json cannot be written: Permission denied.\n"


def test_a_link_stays_a_link_and_a_pipe_is_written_to(run, tmp_path):
    (tmp_path / "link.json").symlink_to("o.json")
    assert run("r.csv", "--out", "link.json", **{"r.csv": SCORES}).exit_code == 0
    assert (tmp_path / "link.json").is_symlink()
    words = [sys.executable, "-m", "exambank.cli", "analyse", "r.csv", "--out", "/dev/stdout", "--quiet"]
    result = subprocess.run(words, cwd=tmp_path, capture_output=True, check=True)
    assert json.loads(result.stdout) == report_in(tmp_path)


def test_many_items_are_announced(run):
    """Curves of so many take time, and the command says so."""
    rng = np.random.default_rng(3)
    scores = (rng.normal(size=(30, 1)) > rng.logistic(size=(30, 1000))).astype(int).tolist()
    heading = ",".join(f"I{number}" for number in range(1000))
    cells = "\n".join([f"candidate,{heading}", *(f"{at},{','.join(map(str, row))}" for at, row in enumerate(scores))])
    result = run("r.csv", "--irt", "rasch", "--out", "o.json", **{"r.csv": cells})
    assert result.exit_code == 0
    assert "with 1000 items this takes time" in result.stderr


def test_a_report_that_was_there_stays_when_the_files_are_refused(run, tmp_path):
    result = run("r.csv", "--out", "o.json", **{"r.csv": "candidate,I1\n", "o.json": "old"})
    assert result.exit_code == 1
    assert (tmp_path / "o.json").read_text() == "old"


@pytest.mark.parametrize(
    "words",
    [(), ("r.csv",), ("--out", "o.json"), ("none.csv", "--out", "o.json"), ("r.csv", "--out", "r.csv"),
     ("r.csv", "--key", "none.csv", "--out", "o.json"), ("r.csv", "--out", "o.json", "--irt", "4pl"),
     ("r.csv", "--out", "o.json", "--priors"), ("r.csv", "--out", "o.json", "--polytomous", "rsm"),
     ("r.csv", "--key", "k.csv", "--out", "./k.csv"), (".", "--out", "o.json")],
)  # fmt: skip
def test_wrong_usage_is_status_2(run, tmp_path, words):
    result = run(*words, **{"r.csv": SCORES, "k.csv": KEY})
    assert (result.exit_code, result.stdout) == (2, "")
    assert (tmp_path / "k.csv").read_text() == KEY
    assert not (tmp_path / "o.json").exists()


def test_the_command_helps(run):
    result = run("--help")
    assert result.exit_code == 0
    for word in ("--key", "--groups", "--irt", "--priors", "--polytomous", "--out", "--quiet", "A|C", "NA"):
        assert word in result.stdout
    assert [command.name for command in commands] == ["analyse"]


def test_who_stops_the_command_finds_no_file(tmp_path):
    """It is stopped while it waits for the rest of its input, a pipe. Tests that run in the background ignore Ctrl-C,
    and what they start would, too."""
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from exambank.analysis.commands import analyse; analyse()"
    )
    words = [sys.executable, "-c", code, str(pipe), "--out", str(tmp_path / "o.json")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        with pipe.open("w") as stream:  # waits until the command has opened it
            stream.write(SCORES)
            stream.flush()
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)
        assert process.returncode == 1
        assert b"Traceback" not in process.stderr.read()
    assert [path.name for path in tmp_path.iterdir()] == ["pipe.csv"]
