"""A backup holds all that was acknowledged before it, and a restore brings it back wholly or changes nothing."""

import gzip
import hashlib
import io
import json
import shutil
import tarfile
import threading

import flask_migrate
import psycopg
import pytest
from flask import current_app
from sqlalchemy import delete, func, insert, select, text

import exambank
from exambank import audit, clock
from exambank.accounts.models import Department, User
from exambank.audit import AuditEvent
from exambank.bank.models import Media
from exambank.cli import backup, dump, locks, restore, schema
from exambank.db import Base, db, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.sittings import service as sittings
from exambank.sittings.models import Response, Sitting
from tests.people import make_user

SECRET = "a passphrase of tests"
MOVED = {"audit_event", "audit_detail", "generation", "sitting", "lease"}  # a restore writes into these itself

pytestmark = pytest.mark.usefixtures("cheap_seal")


def contents() -> dict[str, list]:
    """Every row of every table, in plain values."""
    db.session.rollback()
    with db.engine.connect() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in Base.metadata.sorted_tables
        }


def names() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(User.username)))


@pytest.fixture
def file(tmp_path):
    return tmp_path / "school.backup"


def test_a_filled_school_comes_back_table_by_table(candidate, file):
    candidate.entered()
    candidate.save(*(candidate.answer(number, number % 4) for number in range(1, 11)))
    odd = "tab\t newline\n backslash \\ quote ' \\N và chữ Việt: Ưởng"
    with unit_of_work() as session:
        session.add(Department(code="LẠ", name=odd, sort_key="la"))
    before = contents()
    assert sum(len(rows) for rows in before.values()) > 200
    backup.make(file, SECRET)
    with unit_of_work() as session:
        session.execute(delete(Response))
        session.add(Department(code="SAU", name="x", sort_key="x"))
    manifest = restore.bring_back(file, SECRET)
    after = contents()
    assert {name for name in before if before[name] != after[name]} <= MOVED
    assert len(after["audit_event"]) == len(before["audit_event"]) + 2  # new generation, restored
    assert audit.verify((audit.Head(*_head(manifest)),)).problems == ()


def _head(manifest):
    number, chain_hash = manifest["audit_head"].split("-")
    return int(number), chain_hash


def test_bytes_and_nothing_survive(stamped, people, file):
    body = bytes(range(256)) * 40
    columns = Media.__table__.columns
    required = {column.name for column in columns if not column.nullable and column.default is None}
    values = {"body": body, "content": body, "data": body, "public_id": "m-1"}
    row = {name: values.get(name, _filler(columns[name])) for name in required - {"id"}}
    with unit_of_work() as session:
        session.execute(insert(Media).values(**row))
    before = contents()["media"]
    backup.make(file, None)
    with unit_of_work() as session:
        session.execute(delete(Media))
    restore.bring_back(file, None)
    assert contents()["media"] == before


def _filler(column):
    kind = column.type.python_type if hasattr(column.type, "python_type") else str
    return {int: 1, str: "x", bytes: b"\x00\xff", bool: True}.get(kind, clock.now())


def test_new_rows_are_numbered_after_the_restored_ones(stamped, people, file):
    backup.make(file, None)
    highest = db.session.scalar(select(func.max(User.id)))
    restore.bring_back(file, None)
    assert make_user("moi", "Người Mới").id > highest


def test_what_was_acknowledged_before_the_start_is_inside_though_saving_goes_on(candidate, file):
    candidate.entered()
    acknowledged, stop = [], threading.Event()
    app = current_app._get_current_object()
    place = sittings.find_place(candidate.public_id)
    seat = sittings.seat_of(place, candidate.user.session_version, candidate.sitting().browser)
    answers = [sittings.parse_answers(place, [candidate.answer(1, number % 4)]) for number in range(2000)]

    def write():
        with app.app_context():
            for answer in answers:
                if stop.is_set():
                    return
                outcome = sittings.save(seat, candidate.epoch, answer)
                acknowledged.append(outcome.stored[1])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(acknowledged) < 20:
            stop.wait(0.005)
        at_start = acknowledged[-1]
        backup.make(file, SECRET)
        at_end = acknowledged[-1]
    finally:
        stop.set()
        writer.join()
    assert at_end > at_start  # saving went on meanwhile
    restore.bring_back(file, SECRET)
    db.session.rollback()
    stored = db.session.scalar(select(Response.seq))
    assert at_start <= stored <= acknowledged[-1]


def test_the_manifest_tells_the_head_of_the_snapshot_and_checksums(stamped, people, file):
    with unit_of_work():
        audit.record(audit_actor(), "thing.done", "thing:1")
    head = audit.head()
    manifest = backup.make(file, None)
    assert manifest["audit_head"] == f"{head.number}-{head.chain_hash}"
    with tarfile.open(file) as archive:
        for name, digest in manifest["sha256"].items():
            assert hashlib.sha256(archive.extractfile(name).read()).hexdigest() == digest
    last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.number.desc())).first()
    assert (last.verb, last.number) == ("backup.made", head.number + 1)


def audit_actor():
    return backup.SYSTEM


def test_the_backup_is_encrypted_and_the_secrets_are_apart(stamped, people, file, instance):
    (instance / "secrets").mkdir(exist_ok=True)
    (instance / "secrets" / "secret_key").write_text("the key")
    backup.make(file, SECRET)
    apart = backup.secrets_file(file)
    assert b"Nguy" not in file.read_bytes()
    assert b"the key" not in apart.read_bytes()
    (instance / "secrets" / "secret_key").write_text("another")
    restore.bring_back(file, SECRET)
    assert (instance / "secrets" / "secret_key").read_text() == "another"
    restore.bring_back(file, SECRET, apart)
    assert (instance / "secrets" / "secret_key").read_text() == "the key"


def test_a_failed_backup_leaves_the_older_file_and_no_half_one(stamped, people, file, monkeypatch):
    backup.make(file, None)
    before = file.read_bytes()

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "_copy", full)
    with pytest.raises(OSError, match="No space"):
        backup.make(file, None)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir() if path.name.endswith(".part")] == []


def cut(body: bytes) -> bytes:
    return body[: len(body) // 2]


def altered(body: bytes) -> bytes:
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]


def repacked(change):
    """A plain archive put together again with one file changed: only the checksums can tell."""

    def spoil(body: bytes) -> bytes:
        target, plain = io.BytesIO(), io.BytesIO(gzip.decompress(body))
        with tarfile.open(fileobj=plain) as source, tarfile.open(fileobj=target, mode="w:gz") as archive:
            for member in source.getmembers():
                content = change(member.name, source.extractfile(member).read())
                if content is not None:
                    member.size = len(content)
                    archive.addfile(member, io.BytesIO(content))
        return target.getvalue()

    return spoil


def change_data(name, content):
    return content if name == "manifest.json" else altered(content) if len(content) > 1 else content


def drop_one(name, content):
    return None if name in {"database.sqlite", "user.copy"} else content


def set_in_manifest(**values):
    return lambda name, content: (
        json.dumps({**json.loads(content), **values}).encode() if name == "manifest.json" else content
    )


def no_manifest(name, content):
    return None if name == "manifest.json" else content


def with_member(name, kind=tarfile.REGTYPE):
    """An archive that wants to write where it must not."""

    def spoil(_body: bytes) -> bytes:
        target = io.BytesIO()
        with tarfile.open(fileobj=target, mode="w:gz") as archive:
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/hostname"
            archive.addfile(member, io.BytesIO(b""))
        return target.getvalue()

    return spoil


BAD = {
    "a path upwards": (None, with_member("../../outside"), None),
    "an absolute path": (None, with_member("/tmp/outside-of-exambank"), None),
    "a link": (None, with_member("manifest.json", tarfile.SYMTYPE), None),
    "cut": (SECRET, cut, SECRET),
    "altered": (SECRET, altered, SECRET),
    "wrong passphrase": (SECRET, bytes, "another passphrase"),
    "no passphrase": (SECRET, bytes, None),
    "plain, cut": (None, cut, None),
    "plain, altered": (None, altered, None),
    "not a backup": (None, lambda _body: b"PK\x03\x04 something else", None),
    "empty": (None, lambda _body: b"", None),
    "data changed": (None, repacked(change_data), None),
    "a file missing": (None, repacked(drop_one), None),
    "no manifest": (None, repacked(no_manifest), None),
    "manifest of another kind": (None, repacked(lambda name, body: b"[]" if name == "manifest.json" else body), None),
    "another format": (None, repacked(set_in_manifest(format="exambank-backup-9")), None),
    "another kind of database": (None, repacked(set_in_manifest(database="oracle")), None),
    "a newer schema": (None, repacked(set_in_manifest(revision="9999_from_the_future")), None),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_backup_is_refused_and_nothing_changes(stamped, people, file, case):
    passphrase, spoil, given = BAD[case]
    backup.make(file, passphrase)
    file.write_bytes(spoil(file.read_bytes()))
    before = contents()
    with pytest.raises(InvalidInput, match=r"(Nothing was changed|Không có gì thay đổi)"):
        restore.bring_back(file, given)
    assert contents() == before
    assert [path.name for path in file.parent.rglob("restore-*")] == []


def test_bad_secrets_are_found_before_the_database_is_touched(stamped, people, file, instance):
    backup.make(file, SECRET)
    backup.secrets_file(file).write_bytes(b"rubbish")
    before = contents()
    with pytest.raises(InvalidInput):
        restore.bring_back(file, SECRET, backup.secrets_file(file))
    assert contents() == before


def test_a_restore_that_fails_while_it_prepares_changes_nothing(app, people, file, monkeypatch):
    flask_migrate.stamp()
    backup.make(file, None)
    make_user("sau", "Sau Bản Sao")
    before = contents()

    def fail():
        raise RuntimeError("power cut")

    monkeypatch.setattr(sittings, "raise_epochs_after_restore", fail)
    with pytest.raises(RuntimeError):
        restore.bring_back(file, None)
    assert contents() == before


def test_a_restore_begins_a_new_generation_and_raises_every_epoch(exam, file):
    generation = sittings.generation()
    epochs = dict(db.session.execute(select(Sitting.id, Sitting.epoch)).all())
    backup.make(file, None)
    restore.bring_back(file, None)
    db.session.rollback()
    assert sittings.generation() != generation
    assert dict(db.session.execute(select(Sitting.id, Sitting.epoch)).all()) == {
        number: epoch + 1000 for number, epoch in epochs.items()
    }
    verbs = set(db.session.scalars(select(AuditEvent.verb)))
    assert {"backup.restored", "sittings.restored"} <= verbs


def test_two_restores_of_one_backup_are_two_generations(app, file):
    flask_migrate.stamp()
    backup.make(file, None)
    restore.bring_back(file, None)
    first = sittings.generation()
    restore.bring_back(file, None)
    db.session.rollback()
    assert sittings.generation() != first


def test_a_file_that_is_no_database_any_more_is_set_aside(app, people, file, instance):
    flask_migrate.stamp()
    backup.make(file, None)
    people_before = names()
    db.session.remove()
    db.engine.dispose()
    for ending in ("-wal", "-shm"):
        (instance / f"exambank.sqlite{ending}").unlink(missing_ok=True)
    (instance / "exambank.sqlite").write_bytes(b"no database " * 1000)
    restore.bring_back(file, None)
    assert names() == people_before
    assert len(list(instance.glob("exambank.sqlite.damaged-*"))) == 1


def test_a_restore_is_refused_beside_a_server_or_a_worker(app, instance):
    for name in (locks.WEB, locks.WORKER):
        held = locks.hold(instance, name, shared=True)
        with pytest.raises(StateConflict), restore._alone():
            pass
        held.close()
    with restore._alone():
        assert locks.is_held(instance, locks.WEB)
    assert not locks.is_held(instance, locks.WEB)


def test_a_restore_is_refused_while_another_machine_is_connected(postgresql_app):
    address = dump._address()
    with psycopg.connect(address), pytest.raises(StateConflict), restore._alone():
        pass


LATER = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "9000_later", "{head}"
branch_labels = depends_on = None


def upgrade():
    op.create_table("later_thing", sa.Column("id", sa.Integer, primary_key=True), sa.Column("word", sa.String(20)))
    op.add_column("department", sa.Column("later", sa.String(20), server_default="later"))


def downgrade():
    op.drop_column("department", "later")
    op.drop_table("later_thing")
"""


@pytest.fixture
def later_version(stamped, tmp_path, monkeypatch):
    """From its call on, exambank is a version later: one more table, one more column."""

    def become():
        folder = tmp_path / "migrations"
        shutil.copytree(exambank_migrations(), folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "9000_later.py").write_text(LATER.format(head=schema.revision()))
        init_app = exambank.migrate.init_app
        monkeypatch.setattr(exambank.migrate, "init_app", lambda app, db, directory: init_app(app, db, str(folder)))
        for known in (exambank.migrate, current_app.extensions["migrate"]):
            monkeypatch.setattr(known, "directory", str(folder))

    return become


def exambank_migrations() -> str:
    return current_app.extensions["migrate"].directory


def test_a_backup_of_an_older_schema_is_brought_up(later_version, people, file):
    users = names()
    backup.make(file, None)
    later_version()
    restore.bring_back(file, None)
    assert schema.revision() == "9000_later"
    assert names() == users
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT DISTINCT later FROM department")).scalars().all() == ["later"]
        assert connection.execute(text("SELECT count(*) FROM later_thing")).scalar_one() == 0


def test_a_database_of_an_older_schema_can_be_backed_up_before_it_is_migrated(later_version, people, file):
    users = names()
    later_version()
    assert schema.standing(schema.revision()) == schema.OLDER
    manifest = backup.make(file, None)
    schema.upgrade()
    restore.bring_back(file, None)
    assert manifest["revision"] != schema.revision() == "9000_later"
    assert names() == users


def test_a_database_is_not_migrated_while_an_exam_is_open(later_version, exam):
    later_version()
    with pytest.raises(StateConflict):
        schema.upgrade()
    assert schema.standing(schema.revision()) == schema.OLDER
