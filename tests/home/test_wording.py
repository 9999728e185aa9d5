"""No reader of the audit chain meets a code: every verb and every kind of thing that the source records has its words."""

import ast
import functools
import importlib
from pathlib import Path

import pytest

import exambank
from exambank.db import Base
from exambank.home import wording

SOURCE = Path(exambank.__file__).parent
# What stands in the braces of a verb that is put together, as the source writes it.
PARTS = {
    "outcome": ("submitted", "withdrawn", "approved", "accepted", "returned"),
    "_DONE[act]": ("suspended", "resumed", "retired"),
    "state": ("published", "frozen"),
    "kind": ("entered", "re_entered", "taken_over"),
    "row.decision": ("accepted", "refused"),
}
# Rows with a public id that no act is recorded on: the act names what they belong to.
UNRECORDED = {
    "bank_right",
    "review_comment",
    "door_card",
    "grade",
    "item_statistic",
    "job",
    "edit_buffer",
    "paper_print",
    "mark_line",
    "review",
    "room_message",
    "sitting_mark",
    "time_grant",
}


@functools.cache
def recordings() -> list[tuple[Path, ast.Module, ast.Call]]:
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
        found += [(path, tree, call) for call in calls if ast.unparse(call.func) == "audit.record"]
    return found


def values(node: ast.expr, tree: ast.Module) -> set[str]:
    """The texts that an expression can be; a name is looked up where its module assigns it."""
    if isinstance(node, ast.Constant):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return values(node.body, tree) | values(node.orelse, tree)
    if isinstance(node, ast.Name):
        assigned = (one for one in ast.walk(tree) if isinstance(one, ast.Assign))
        own = [one.value for one in assigned if node.id in map(ast.unparse, one.targets)]
        return set().union(*(values(value, tree) for value in own))
    if isinstance(node, ast.JoinedStr):
        whole = {""}
        for piece in node.values:
            ends = {piece.value} if isinstance(piece, ast.Constant) else PARTS[ast.unparse(piece.value)]
            whole = {begun + end for begun in whole for end in ends}
        return whole
    return set()


def verbs_of(path: Path, tree: ast.Module, call: ast.Call) -> set[str]:
    found = values(call.args[1], tree)
    assert found, f"{path.name}:{call.lineno}: what can this verb be? {ast.unparse(call.args[1])}"
    return found


@functools.cache
def spoken() -> set[str]:
    return set().union(*(verbs_of(*one) for one in recordings()))


def test_every_verb_the_source_records_has_words():
    assert len(spoken()) > 100
    assert spoken() - set(wording.VERBS) == set()


def test_no_words_are_kept_for_a_verb_nobody_records():
    assert set(wording.VERBS) - spoken() == set()


def test_every_kind_of_thing_has_words():
    for path in SOURCE.glob("*/models.py"):
        importlib.import_module(f"exambank.{path.parent.name}.models")
    named = {mapper.class_.__tablename__ for mapper in Base.registry.mappers if hasattr(mapper.class_, "public_id")}
    things = [node for _path, _tree, call in recordings() for node in ast.walk(call.args[2])]
    texts = {node.value.partition(":")[0] for node in things if isinstance(node, ast.Constant) and node.value}
    assert (named | texts) - UNRECORDED - set(wording.THINGS) == set()


@pytest.mark.parametrize("verb", ["made.tomorrow", ""])
def test_a_verb_of_a_later_version_is_shown_as_it_is_stored(verb):
    assert wording.verb_label(verb) == verb
