"""How many statements a save or an entry sends: counted in this process, after the bench's own server has stopped."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from itsdangerous import URLSafeSerializer
from sqlalchemy import event, text

from exambank import create_app
from exambank.db import db
from exambank.sittings import store
from exambank.sittings.service import browser_hash

_SEAT = "the bench's browser"
_REOPEN = """
UPDATE sitting SET state = 'open', closed_at = NULL, deadline_at = :end, browser = :browser WHERE id = :id
"""


def statements_per_save() -> float:
    """Open one closed sitting again and save ten times; ORM statements count as well as the store's."""
    app = create_app({"RUN_SWEEPER": False})
    with app.app_context():
        sitting = _reopen()
        client = app.test_client()
        with client.session_transaction() as session:
            session["user_id"], session["version"] = sitting.user_id, sitting.session_version
        seat = URLSafeSerializer(app.secret_key, salt="exambank.seats").dumps([sitting.public_id, _SEAT, None])
        client.set_cookie("exambank_seat", seat)
        _save(client, sitting, 1)
        counted = _count(client, sitting)
        store.close_store(app)
        db.session.remove()
        db.engine.dispose()
    return counted


def _reopen():
    with db.engine.begin() as connection:
        sitting = connection.execute(text(
            "SELECT s.id, s.public_id, s.user_id, s.epoch, u.session_version FROM sitting s "
            'JOIN "user" u ON u.id = s.user_id WHERE s.entered_at IS NOT NULL ORDER BY s.id LIMIT 1'
        )).one()  # fmt: skip
        connection.execute(
            text(_REOPEN),
            {"id": sitting.id, "browser": browser_hash(_SEAT), "end": int(time.time() * 1000) + 3_600_000},
        )
        connection.execute(text("UPDATE exam SET state = 'open'"))
    return sitting


def _save(client, sitting, n: int) -> None:
    body = {
        "epoch": sitting.epoch,
        "generation": "",
        "saves": [{"q": 1, "n": 1_000_000 + n, "payload": {"choice": None}}],
    }
    answer = client.post(f"/sit/{sitting.public_id}/save", json=body, headers={"X-Exambank": "1"})
    if answer.status_code != 200:
        raise RuntimeError(f"the counted save was refused: {answer.status_code} {answer.text[:200]}")


def _count(client, sitting, saves: int = 10) -> float:
    with _counting() as seen:
        for n in range(2, saves + 2):
            _save(client, sitting, n)
    return len(seen) / saves


@contextmanager
def _counting() -> Iterator[list[str]]:
    """What is sent meanwhile: the statements of the ORM by text, those of the room's store by number."""
    seen: list[str] = []

    def listen(_connection, _cursor, statement, *_rest) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    before = store.store().counters["statements"]
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
        seen += ["store"] * (store.store().counters["statements"] - before)


_NOT_ENTERED = """
SELECT s.public_id, s.user_id, u.session_version, e.id AS exam, e.session_code FROM sitting s
JOIN "user" u ON u.id = s.user_id JOIN exam e ON e.id = s.exam_id WHERE u.code = :code AND s.entered_at IS NULL
"""


def statements_per_entry(code: str) -> dict[str, int]:
    """Let the learner with this code enter in a fresh process's state: nothing of the paper is cached yet."""
    app = create_app({"RUN_SWEEPER": False})
    with app.app_context():
        with db.engine.begin() as connection:
            row = connection.execute(text(_NOT_ENTERED), {"code": code}).one()
            connection.execute(
                text("UPDATE exam SET duration_seconds = 36000, closes_at = closes_at + 36000000 WHERE id = :id"),
                {"id": row.exam},
            )
        _ = store.store()
    client = app.test_client()
    with client.session_transaction() as session:
        session["user_id"], session["version"] = row.user_id, row.session_version
    counts = {}
    for name, ask in {
        "cover": lambda: client.get(f"/sit/{row.public_id}"),
        "enter": lambda: client.post(
            f"/sit/{row.public_id}/enter", json={"code": row.session_code}, headers={"X-Exambank": "1"}
        ),
        "page_1": lambda: client.get(f"/sit/{row.public_id}"),
    }.items():
        with app.app_context(), _counting() as seen:
            answer = ask()
        if answer.status_code != 200:
            raise RuntimeError(f"{name} of the counted entry: {answer.status_code} {answer.text[:200]}")
        counts[name] = len(_statements(seen))
    with app.app_context():
        store.close_store(app)
        db.session.remove()
        db.engine.dispose()
    return {**counts, "all": sum(counts.values())}


def _statements(seen: list[str]) -> list[str]:
    """Without the begin of a transaction, which only SQLite is told in words."""
    return [one for one in seen if not re.match(r"\s*(BEGIN|SAVEPOINT|RELEASE)", one)]
