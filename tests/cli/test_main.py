"""What every command shares: help in two languages, exit status, clear words when there is no database."""

import os
import stat

import flask_migrate
import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from exambank import audit, clock
from exambank.accounts.models import User
from exambank.cli import backup, locks, main, schema, setup
from exambank.config import ConfigError
from exambank.courses.models import School
from exambank.db import db, unit_of_work
from exambank.jobs import Job
from exambank.permissions import SYSTEM
from exambank.sittings.models import Generation
from tests.cli.processes import exambank

NEED_A_DATABASE = [
    ["audit", "verify"], ["worker"], ["serve"], ["backup", "b"], ["migrate"], ["export", "--module", "X", "x.csv"],
]  # fmt: skip


@pytest.fixture
def command(instance, monkeypatch):
    """The command line in this process."""
    monkeypatch.setenv("EXAMBANK_LANG", "en")

    def run(*words):
        return CliRunner().invoke(main, [str(word) for word in words])

    return run


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ["Usage:", "Options", "Commands", "Serve the web pages"]),
     ("vi", ["Cách dùng:", "Tùy chọn", "Lệnh", "Phục vụ các trang web"])],
)  # fmt: skip
def test_help_speaks_both_languages(tmp_path, language, words):
    result = exambank(tmp_path, "--help", EXAMBANK_LANG=language)
    assert result.returncode == 0
    assert [word for word in words if word not in result.stdout] == []
    for name in ("init", "demo", "serve", "worker", "doctor", "backup", "restore", "audit", "import", "export"):
        assert f"  {name} " in result.stdout


@pytest.mark.parametrize("words", NEED_A_DATABASE)
def test_without_a_database_a_command_says_what_to_do_and_makes_none(command, instance, words):
    result = command(*words)
    assert result.exit_code == 1
    assert "exambank init" in result.stderr
    assert result.stdout == ""
    assert not (instance / "exambank.sqlite").exists()


@pytest.mark.parametrize("words", [["audit", "verify"], ["backup"], ["restore"], ["serve"], ["doctor"]])
def test_help_of_a_command_needs_no_database(command, words):
    assert command(*words, "--help").exit_code == 0


@pytest.mark.parametrize("words", [["nonsense"], ["backup"], ["serve", "--port", "x"], ["restore", "not-there"], []])
def test_wrong_usage_is_status_2(command, words):
    assert command(*words).exit_code == 2


def test_a_database_of_a_newer_version_is_left_alone(command, app):
    flask_migrate.stamp()
    with unit_of_work() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999_future'"))
    db.session.remove()
    for words in (["audit", "verify"], ["migrate"], ["init"], ["backup", "b"]):
        result = command(*words)
        assert (result.exit_code, "newer version" in result.stderr) == (1, True), words


def test_a_database_of_an_older_version_asks_for_its_migration(app, monkeypatch):
    monkeypatch.setattr(schema, "standing", lambda _found: schema.OLDER)
    with pytest.raises(ConfigError):
        schema.require()
    schema.require(may_be_older=True)


def test_an_unreachable_server_is_told(command, monkeypatch):
    monkeypatch.setenv("EXAMBANK_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:9/none")
    result = command("audit", "verify")
    assert result.exit_code == 1
    assert "does not answer" in result.stderr


# --- init


def prepared(command):
    result = command("init", "--school", "Trường Chính trị tỉnh An Bình", "--name", "192.168.1.10")
    assert result.exit_code == 0, result.output
    return result.stdout


def test_init_prepares_everything_and_again_harms_nothing(command, instance):
    first = prepared(command)
    assert "First account: admin, password" in first
    kept = {path: path.read_bytes() for path in instance.rglob("*") if path.parent.name in {"secrets", "certificates"}}
    assert {path.name for path in kept} >= {"secret_key", "papers_key", "ca.key", "server.key"}
    second = command("init", "--school", "Another name")
    assert second.exit_code == 0
    assert "password" not in second.stdout
    assert {path: path.read_bytes() for path in kept} == kept


def test_what_init_writes_is_its_owners_alone(command, instance):
    before = os.umask(0o022)
    try:
        prepared(command)
        assert os.umask(0o022) == 0o022  # ours again
    finally:
        os.umask(before)
    files = [path for path in instance.rglob("*") if path.is_file() and path.suffix != ".pem"]
    assert {path.name for path in files} >= {"exambank.sqlite", "secret_key", "ca.key", "server.key"}
    assert [path.name for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_init_makes_school_account_and_generation_once(any_app):
    db.drop_all()
    for _time in range(2):
        setup.prepare("Trường Chính trị", "Tỉnh ủy", "An Bình")
    assert schema.standing(schema.revision()) == schema.CURRENT
    assert db.session.execute(select(School.name, School.place)).all() == [("Trường Chính trị", "An Bình")]
    assert len(db.session.scalars(select(Generation.value)).all()) == 1


def test_the_first_account_must_change_its_password(command, app):
    db.drop_all()
    db.session.remove()
    prepared(command)
    user = db.session.scalars(select(User)).one()
    assert (user.username, user.must_change_password) == ("admin", True)


def test_a_name_outside_the_authority_is_refused_with_advice(command):
    prepared(command)
    for name in ("bank.example.com", "8.8.8.8"):
        result = command("init", "--name", name)
        assert (result.exit_code, name in result.stderr, "ca.key" in result.stderr) == (1, True, True)
    assert command("init", "--name", "no such/name").exit_code == 1


def test_init_beside_a_running_exam_changes_nothing(command, exam):
    db.session.remove()
    assert command("init").exit_code == 0


# --- audit verify


def head_of(*verbs) -> str:
    for verb in verbs:
        with unit_of_work():
            audit.record(SYSTEM, verb, "thing:1", word="x")
    return audit.head()


@pytest.fixture
def chain(app):
    flask_migrate.stamp()
    head = head_of("a.done", "b.done", "c.done")
    yield head
    db.session.remove()


def test_a_whole_chain_is_status_0(command, chain):
    result = command("audit", "verify", chain.short, f"{chain.number}-{chain.chain_hash}")
    assert (result.exit_code, chain.short in result.stdout) == (0, True), result.output


@pytest.mark.parametrize(
    ("spoil", "words"),
    [("UPDATE audit_event SET verb = 'x' WHERE number = 2", "Record 2 was altered"),
     ("UPDATE audit_detail SET details = '{}' WHERE number = 2", "details of record 2"),
     ("DELETE FROM audit_detail WHERE number = 2; DELETE FROM audit_event WHERE number = 2", "Record 2 is missing")],
)  # fmt: skip
def test_what_was_altered_is_found(command, chain, spoil, words):
    with unit_of_work() as session:
        for statement in spoil.split("; "):
            session.execute(text(statement))
    db.session.remove()
    result = command("audit", "verify")
    assert (result.exit_code, words in result.stderr, result.stdout) == (1, True, "")


def test_a_chain_that_was_cut_or_written_anew_disagrees_with_its_anchor(command, chain):
    with unit_of_work() as session:
        session.execute(text("DELETE FROM audit_detail WHERE number = 3"))
        session.execute(text("DELETE FROM audit_event WHERE number = 3"))
    db.session.remove()
    assert command("audit", "verify").exit_code == 0  # only the anchor can tell
    result = command("audit", "verify", chain.short)
    assert (result.exit_code, "it was cut" in result.stderr) == (1, True)
    head_of("another.done")
    db.session.remove()
    result = command("audit", "verify", chain.short)
    assert (result.exit_code, "written anew" in result.stderr) == (1, True)


def test_a_head_that_is_none_is_wrong_usage(command, chain):
    assert command("audit", "verify", "yesterday").exit_code == 2


# --- backup and restore as commands


def test_backup_and_restore_by_hand(command, instance, tmp_path):
    prepared(command)
    made = command("backup", tmp_path / "b")
    assert made.exit_code == 0, made.output
    phrase = made.stdout.strip().rpartition(" ")[2]
    assert len(phrase) == 35
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o600
    wrong = CliRunner().invoke(main, ["restore", str(tmp_path / "b"), "--yes"], input="not this one\n")
    assert (wrong.exit_code, "Nothing was changed" in wrong.stderr) == (1, True)
    (instance / "exambank.sqlite").unlink()  # another disk
    back = CliRunner().invoke(main, ["restore", str(tmp_path / "b"), "--yes"], input=f"{phrase}\n")
    assert (back.exit_code, "Restored" in back.stdout) == (0, True), back.output
    assert command("audit", "verify").exit_code == 0


def test_a_declined_restore_does_nothing(command, instance, tmp_path):
    prepared(command)
    assert command("backup", tmp_path / "b", "--plain").exit_code == 0
    before = (instance / "exambank.sqlite").read_bytes()
    result = CliRunner().invoke(main, ["restore", str(tmp_path / "b")], input="n\n")
    assert result.exit_code == 1
    assert (instance / "exambank.sqlite").read_bytes() == before


def test_a_restore_beside_the_server_is_refused_before_it_asks(command, instance, tmp_path):
    prepared(command)
    assert command("backup", tmp_path / "b", "--plain").exit_code == 0
    with locks.hold(instance, locks.WEB):
        result = command("restore", tmp_path / "b", "--yes")
    assert (result.exit_code, "Stop it" in result.stderr) == (1, True)


def test_a_backup_that_cannot_be_written_says_so(command, tmp_path):
    prepared(command)
    result = command("backup", tmp_path / "no" / "such" / "folder", "--plain")
    assert (result.exit_code, "No backup was made" in result.stderr) == (1, True)


@pytest.mark.parametrize("words", ["", "short"])
def test_a_short_passphrase_is_refused(command, tmp_path, words):
    prepared(command)
    (tmp_path / "p").write_text(words)
    assert command("backup", tmp_path / "b", "--passphrase-file", tmp_path / "p").exit_code == 1
    assert not (tmp_path / "b").exists()


def test_a_passphrase_from_a_file_is_not_shown(command, tmp_path):
    prepared(command)
    (tmp_path / "p").write_text("a long passphrase\n")
    made = command("backup", tmp_path / "b", "--passphrase-file", tmp_path / "p")
    assert (made.exit_code, "shown once" in made.stdout, "a long" in made.stdout) == (0, False, False), made.output
    back = command("restore", tmp_path / "b", "--passphrase-file", tmp_path / "p", "--yes")
    assert back.exit_code == 0, back.output


# --- doctor


def test_doctor_without_a_database_is_status_1_and_makes_none(command, instance):
    result = command("doctor")
    assert result.exit_code == 1
    assert "exambank init" in result.stdout
    assert not (instance / "exambank.sqlite").exists()


def test_doctor_tells_every_finding(command, instance):
    prepared(command)
    result = command("doctor")
    assert result.exit_code == 0, result.output
    for word in (
        "Secrets",
        "Disk",
        "Disk write",
        "Certificate",
        "Database",
        "Clock",
        "Worker",
        "Background work",
        "Backup",
    ):
        assert f" {word}: " in result.stdout
    assert "✗" not in result.stdout


def test_doctor_sees_keys_that_others_can_read_failed_work_and_an_old_backup(command, instance, app):
    db.drop_all()
    db.session.remove()
    prepared(command)
    (instance / "secrets" / "secret_key").chmod(0o644)
    now = clock.now()
    with unit_of_work() as session:
        session.add(Job(event="e", subject="s", subscriber="x", state="failed", published_at=now, run_at=now))
    backup.make(instance / "b", None)
    with unit_of_work() as session:
        session.execute(text("UPDATE audit_event SET at = at - 200000000 WHERE verb = 'backup.made'"))
    db.session.remove()
    out = command("doctor").stdout
    assert "! Secrets" in out
    assert "! Background work: 1" in out
    assert "! Backup: 56 hours old" in out


def test_doctor_finds_a_damaged_database(command, instance):
    prepared(command)
    path = instance / "exambank.sqlite"
    body = bytearray(path.read_bytes())
    body[40_000:200_000] = bytes(160_000)
    path.write_bytes(body)
    result = command("doctor")
    assert result.exit_code == 1
    assert "✗ Database" in result.stdout
