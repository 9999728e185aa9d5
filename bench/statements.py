"""How many statements one save sends: counted in this process, on the bench's own database after its server has stopped."""

import time

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
        seats = URLSafeSerializer(app.secret_key, salt="exambank.seats").dumps({sitting.public_id: [_SEAT, None]})
        client.set_cookie("exambank_seats", seats)
        _save(client, sitting, 1)
        counted = _count(client, sitting)
        store.close_store(app)
        db.session.remove()
        db.engine.dispose()
    return counted


def _reopen():
    with db.engine.begin() as connection:
        sitting = connection.execute(text(
            'SELECT s.id, s.public_id, s.user_id, s.epoch, u.session_version FROM sitting s JOIN "user" u ON u.id = s.user_id '
            "WHERE s.entered_at IS NOT NULL ORDER BY s.id LIMIT 1"
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
    seen = []
    listen = lambda connection, cursor, statement, *rest: seen.append(statement)  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listen)
    before = store.store().counters["statements"]
    for n in range(2, saves + 2):
        _save(client, sitting, n)
    event.remove(db.engine, "before_cursor_execute", listen)
    return (store.store().counters["statements"] - before + len(seen)) / saves
