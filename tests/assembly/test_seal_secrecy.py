"""Every byte that a sealed set could leak into is searched for what only its content knows: the seed, the order of the
items, the order of the options. The same search finds them after the opening, so it can fail.
"""

import json
import logging
import tarfile
from datetime import timedelta
from io import BytesIO

import flask_migrate
import pytest
from sqlalchemy import select

from exambank import audit, clock
from exambank.accounts.models import User
from exambank.assembly import service
from exambank.bank import service as bank
from exambank.cli import backup
from exambank.db import Base, db, is_sqlite
from exambank.exams import service as exams
from tests.assembly.factories import fill_bank, make_paper_set
from tests.assembly.sealing import holders_of, make_holders, seal_set, turn
from tests.exams.factories import make_listed_exam
from tests.people import People, actor_of

SEED = "hạt giống không ai đoán được 7261"
ENOUGH = 4  # so many item ids in a row stand nowhere by chance


def canaries(content: service.SetContent) -> list[bytes]:
    """Texts that only the content of these papers can make, as JSON writes them with and without spaces."""
    found = [content.seed]
    for layout in content.layouts.values():
        versions = [question["version"] for question in layout]
        orders = [question["options"] for question in layout if question["options"] != sorted(question["options"])]
        for value in (versions[:ENOUGH], versions[-ENOUGH:], *orders, *(layout[:2])):
            found += [json.dumps(value), audit.canonical(value)]
            found += [str(value)[1:-1], json.dumps(value)[1:-1]]
    return [text.encode() for text in found if len(text) > 10]


def leaks(haystack: bytes, wanted: list[bytes]) -> list[bytes]:
    escaped = haystack.replace(b'\\"', b'"').replace(b"&#34;", b'"').replace(b"&quot;", b'"')
    return [one for one in wanted if one in haystack or one in escaped]


def all_rows() -> bytes:
    """Every value of every table as text, and binary values as they are."""
    parts = []
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(select(table)).all():
            for value in row:
                parts += [bytes(value)] if isinstance(value, bytes | memoryview) else [str(value).encode()]
                if isinstance(value, list | dict):
                    parts.append(audit.canonical(value).encode())
    db.session.rollback()
    return b"\n".join(parts)


def all_files(instance) -> bytes:
    """The database with its log, and whatever else lies in the instance folder but the secrets."""
    paths = [path for path in instance.rglob("*") if path.is_file() and "secrets" not in path.parts]
    assert {"exambank.sqlite", "exambank.sqlite-wal"} <= {path.name for path in paths}
    return b"".join(path.read_bytes() for path in paths)


def backup_of(folder) -> bytes:
    """A backup without a passphrase, unpacked."""
    folder.mkdir(exist_ok=True)
    backup.make(folder / "plain.tar.gz", None)
    with tarfile.open(fileobj=BytesIO((folder / "plain.tar.gz").read_bytes()), mode="r:gz") as archive:
        return b"".join(archive.extractfile(member).read() for member in archive if member.isfile())


def all_pages(people, sign_in, paper_set, exam) -> bytes:
    """What everybody is shown of the set, its seal, its papers and its exam; wherever nothing is, the answer counts."""
    seal = paper_set.seal.public_id
    addresses = [
        "/", f"/assembly/sets/{paper_set.public_id}", f"/assembly/sets/{paper_set.public_id}/approve", "/assembly/",
        f"/assembly/seals/{seal}", f"/assembly/seals/{seal}/open", f"/assembly/seals/{seal}/rehearse",
        f"/assembly/blueprints/{paper_set.blueprint.public_id}", f"/assembly/papers/{paper_set.papers[0].public_id}",
        f"/exams/{exam.public_id}", f"/exams/{exam.public_id}/papers", f"/documents/exams/{exam.public_id}",
    ]  # fmt: skip
    users = [value for value in vars(people).values() if isinstance(value, User)]
    shown = []
    for user in users:
        client = sign_in(user)
        shown += [client.get(address).data for address in addresses]
    assert all(text for text in shown)
    return b"\n".join(shown)


def vars_of(people) -> list:
    """The rows among the named people and things."""
    return [value for value in vars(people).values() if isinstance(value, Base)]


def item_codes(content: service.SetContent) -> list[bytes]:
    """The codes of the items: the bank's own pages name them, a page of these papers must not."""
    ids = {question["version"] for layout in content.layouts.values() for question in layout}
    return [version.item.code.encode() for version in bank.get_versions(ids).values()]


@pytest.fixture
def people(any_app):
    flask_migrate.stamp()
    return People.build()


@pytest.fixture
def told(caplog):
    caplog.set_level(logging.DEBUG, logger="exambank")
    return lambda: "\n".join(f"{one.getMessage()} {one.__dict__}" for one in caplog.records).encode()


def test_nothing_of_a_sealed_paper_stands_anywhere_before_the_opening(people, sign_in, told, tmp_path, instance):
    fill_bank(people, 40)
    make_holders(*holders_of(people))
    exam, officer = make_listed_exam(people, starts_in=timedelta(hours=1)), actor_of(people.officer)
    paper_set = make_paper_set(people, 4, seed=SEED)
    content = service.content_of(paper_set)
    wanted, codes = canaries(content), item_codes(content)
    assert len(wanted) > 100

    def search(step: str) -> dict[str, list[bytes]]:
        places = {"rows": all_rows(), "log": told(), "backup": backup_of(tmp_path / step)}
        db.session.add_all([*vars_of(people), exam, paper_set])  # the backup let go of them
        if is_sqlite():
            places["files"] = all_files(instance)
        return {name: found for name, text in places.items() if (found := leaks(text, wanted))}

    assert search("dealt") == {}
    seal_set(people, paper_set)
    exams.bind_papers(actor=officer, now=clock.now(), exam=exam, paper_set=paper_set)
    exams.make_ready(actor=officer, now=clock.now(), exam=exam)
    turn(paper_set, people.quality, second=people.leader, purpose="rehearse")
    turn(paper_set, people.quality)
    pages = all_pages(people, sign_in, paper_set, exam)
    assert leaks(pages, wanted + codes) == []
    assert search("sealed") == {}

    turn(paper_set, people.leader)
    found = search("opened")
    assert set(found) == {"rows", "backup", "files"} - (set() if is_sqlite() else {"files"})
    assert SEED.encode() in found["rows"]
    assert leaks(sign_in(people.quality).get(f"/assembly/papers/{paper_set.papers[0].public_id}").data, codes) != []
