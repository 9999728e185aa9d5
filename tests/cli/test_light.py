"""A command loads what it needs and no more: the statistics of a file wait for no application."""

import importlib
import importlib.util
import json
import os
import pkgutil
import subprocess
import sys

import click
import pytest

import exambank
from exambank import cli

WHAT_IS_LOADED = """
import json, sys
from exambank.cli import main
try:
    main(sys.argv[1:])
except SystemExit as done:
    assert not done.code, done.code
with open("loaded.json", "w") as file:
    json.dump(sorted(sys.modules), file)
"""
HEAVY = {"flask", "flask_sqlalchemy", "flask_babel", "sqlalchemy", "alembic", "werkzeug", "gunicorn", "huey"}
DOORS = {f"exambank.{name}.{door}" for name in exambank.PACKAGES for door in ("models", "service", "views", "tasks")}


@pytest.fixture
def loaded(tmp_path):
    """Runs one command in a process of its own: the modules that it loaded, and what it wrote."""

    def ran(*words: str) -> tuple[set[str], str]:
        # no instance, and no place for one
        settings = {**os.environ, "EXAMBANK_INSTANCE": str(tmp_path / "none"), "EXAMBANK_LANG": "en"}
        done = subprocess.run(
            [sys.executable, "-c", WHAT_IS_LOADED, *words],
            cwd=tmp_path, env=settings, capture_output=True, text=True, check=True, timeout=120,
        )  # fmt: skip
        assert not (tmp_path / "none").exists()
        return set(json.loads((tmp_path / "loaded.json").read_text())), done.stdout

    return ran


def test_the_statistics_of_a_file_load_neither_the_web_nor_the_database(loaded, tmp_path):
    (tmp_path / "r.csv").write_text("candidate,I1,I2\nA,A,B\nB,A,\nC,C,B\n")
    (tmp_path / "k.csv").write_text("item,key\nI1,A\nI2,B\n")
    (tmp_path / "g.csv").write_text("candidate,g\nA,x\nB,y\nC,x\n")
    words = ("--key", "k.csv", "--groups", "g.csv", "--irt", "rasch", "--out", "o.json")
    modules, _told = loaded("analyse", "r.csv", *words)

    assert (tmp_path / "o.json").exists()
    assert HEAVY & modules == set()
    assert {"exambank.application", "exambank.db", "exambank.sittings"} & modules == set()
    assert DOORS & modules == set()


def test_the_list_of_commands_loads_none_of_them(loaded):
    modules, told = loaded("--help")

    assert all(f"  {name} " in told for name in cli.COMMANDS)
    assert {"numpy", "exambank.analysis", "exambank.cli.serve"} & modules == set()
    assert HEAVY & modules == set()


def test_the_help_of_one_command_loads_that_command_only(loaded):
    modules, told = loaded("convert", "--help")

    assert "--report" in told
    assert "exambank.interchange.commands" in modules
    assert {"exambank.analysis.commands", "exambank.assembly.commands", "exambank.cli.backup"} & modules == set()


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_list_says_of_a_command_what_its_own_help_says_first(language):
    """In a process of its own: help is translated when its module is loaded."""
    code = (
        "from exambank import cli\n"
        "for name, listed in cli.main.commands.items():\n"
        "    own = cli.load(name)\n"
        "    assert own.name == name\n"
        "    assert listed.get_short_help_str(200) == own.get_short_help_str(200), name\n"
    )
    settings = {**os.environ, "EXAMBANK_LANG": language}
    done = subprocess.run([sys.executable, "-c", code], env=settings, capture_output=True, check=False, timeout=120)
    assert done.stderr == b""


def test_every_command_of_a_package_is_listed():
    modules = [f"exambank.{name}.commands" for name in (*exambank.PACKAGES, "cli.demo")]
    modules += [
        f"exambank.cli.{found.name}"
        for found in pkgutil.iter_modules(cli.__path__)
        if not found.ispkg and found.name != "__main__"
    ]
    found = {}
    for module in modules:
        if importlib.util.find_spec(module) is not None:
            for command in getattr(importlib.import_module(module), "commands", ()):
                assert isinstance(command, click.Command)
                found[command.name] = module.removeprefix("exambank.")

    assert found == {name: listed.module for name, listed in cli.COMMANDS.items()}


def test_what_the_house_does_not_have_is_missing():
    assert not hasattr(exambank, "no_such_thing")
