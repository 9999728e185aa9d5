"""The audit chain finds what was altered, cut or written anew, and survives lawful erasure."""

import threading

import pytest
from sqlalchemy import text

from exambank import audit
from exambank.db import db, unit_of_work
from exambank.permissions import SYSTEM


def write(count: int) -> None:
    for number in range(count):
        with unit_of_work():
            audit.record(SYSTEM, "test.done", f"thing:{number}", number=number, name="Nguyễn Thị Hường")


def change(statement: str) -> None:
    with unit_of_work() as session:
        session.execute(text(statement))


def test_a_whole_chain_verifies(any_app):
    write(5)
    verdict = audit.verify((audit.head(),))
    assert verdict.problems == ()
    assert verdict.length == 5


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit_event SET verb = 'other' WHERE number = 3", "record 3 was altered"),
        ("UPDATE audit_event SET actor = 'x' WHERE number = 1", "record 1 was altered"),
        ("UPDATE audit_event SET at = at + 1 WHERE number = 2", "record 2 was altered"),
        ("UPDATE audit_detail SET details = '{}' WHERE number = 4", "the details of record 4 were altered"),
    ],
)
def test_an_altered_record_is_found(any_app, statement, found):
    write(5)
    change(statement)
    assert found in audit.verify().problems


def test_a_record_taken_from_the_middle_is_found(any_app):
    write(5)
    change("DELETE FROM audit_detail WHERE number = 3")
    change("DELETE FROM audit_event WHERE number = 3")
    assert "record 3 is missing" in audit.verify().problems


def test_a_chain_cut_at_its_end_is_found_by_a_head_noted_outside(any_app):
    write(5)
    noted = audit.head()
    change("DELETE FROM audit_detail WHERE number = 5")
    change("DELETE FROM audit_event WHERE number = 5")
    assert audit.verify().problems == ()
    assert any("cut" in problem for problem in audit.verify((noted,)).problems)


def test_a_chain_written_anew_is_found_by_a_head_noted_outside(any_app):
    write(3)
    noted = audit.Head(3, audit.head().chain_hash[:12])
    change("DELETE FROM audit_detail")
    change("DELETE FROM audit_event")
    write(4)
    assert any("anew" in problem for problem in audit.verify((noted,)).problems)


def test_erased_details_do_not_break_the_chain(any_app):
    write(3)
    change("DELETE FROM audit_detail WHERE number = 2")
    assert audit.verify((audit.head(),)).problems == ()


def test_a_failed_command_leaves_no_record(any_app):
    with pytest.raises(ZeroDivisionError), unit_of_work():
        audit.record(SYSTEM, "test.done", "thing")
        raise ZeroDivisionError
    assert audit.head().number == 0


def test_commands_at_the_same_time_make_one_linear_chain(any_app):
    errors = []

    def run():
        with any_app.app_context():
            try:
                write(5)
            except Exception as error:
                errors.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    verdict = audit.verify()
    assert verdict.problems == ()
    assert verdict.length == 30
