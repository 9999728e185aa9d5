"""A bank of 10,000 items: what its pages cost, and how near-duplicates are found in it.

    python -m bench.bank [--items 10000] [--driving FILE.json] [--database postgresql+psycopg://...] [--no-twins]

A throw-away instance is filled with invented items, uses and statistics; then each page is asked for in this process,
signed in as a lecturer, and its statements and CPU are counted (the median of several requests, templates compiled).
Near-duplicates are measured by ``bench.twins`` in a process of its own. The last line is one JSON object; exits with 1
when a page sends more than 8 statements or costs more than 60 ms, or when too few of the planted twins are found.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select, text, update

from bench import bank_items, school
from bench.server import prepared_instance
from exambank import clock, create_app
from exambank.accounts import service as accounts
from exambank.bank import service
from exambank.bank.models import Item, ItemVersion
from exambank.courses import service as courses
from exambank.db import db, unit_of_work
from exambank.permissions import SYSTEM, Actor

MOST_QUERIES, MOST_CPU_MS = 8, 60.0
ROUNDS = 9
CHUNK = 500

PAGES = {
    "list": "",
    "last page": "?page=190",
    "search": "?search=tap+trung+dan+chu",
    "search, common word": "?search=nhan+dan",
    "search, phrase and without": "?search=%22h%E1%BB%99i%20%C4%91%E1%BB%93ng%22+-%22don+thu%22",
    "search, nothing": "?search=khong+co+cau+nao+nhu+vay",
    "filter": "?state=accepted&kind=single_choice&p_from=0.3&p_to=0.7",
    "filter by tag": "?tag=%C3%B4n+t%E1%BA%ADp&uses_from=1",
    "never used": "?state=accepted&uses_to=0",
    "waiting for me": "?waiting=1",
    "due for review": "?due=1",
    "flags": "?flag=any&sort=flags&dir=desc",
    "sort by use": "?sort=used&dir=desc",
    "sort by topic": "?sort=topic",
    "every column": "?sort=comments&dir=desc&" + "&".join(
        f"columns={name}" for name in ("question", "kind", "topic", "level", "outcome", "author", "state", "used",
                                       "last_used", "p", "d", "n", "flags", "comments", "accepted", "source", "tags")
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """What one page costs."""

    queries: int
    cpu_ms: float

    @property
    def is_over(self) -> bool:
        return self.queries > MOST_QUERIES or self.cpu_ms > MOST_CPU_MS


def fill(module_id: str, author: Actor, items: int, exams: int) -> None:
    """Write the bank through the services; only the acceptance of ten thousand items is set by a statement."""
    module, now = courses.get_module(module_id), clock.now()
    topics = [
        courses.add_topic(actor=SYSTEM, now=now, course_module=module, name=f"Chương {number}. Chuyên đề {number}").id
        for number in range(1, bank_items.TOPICS + 1)
    ]
    levels = [level.id for level in courses.list_levels()]
    drafts = list(bank_items.drafts(items, topics, levels))
    for start in range(0, len(drafts), CHUNK):
        service.add_drafts(actor=author, now=now, course_module=module, drafts=drafts[start : start + CHUNK])
    _accept(module.id, now)
    versions = list(db.session.scalars(select(Item.accepted_version_id).where(Item.state == "accepted")))
    for number, exam in enumerate(bank_items.exams(versions, exams)):
        held = now - timedelta(days=7 * number)
        service.record_use(list(exam.version_ids), exam.paper, held)
        service.record_statistics(f"run-{exam.name}", exam.name, exam.rows, held)


def _accept(module_id: int, now) -> None:
    """Seven of ten are accepted over the last two years, one waits for review, two are drafts."""
    rows = db.session.execute(
        select(Item.id, Item.current_version_id).where(Item.course_module_id == module_id).order_by(Item.id)
    ).all()
    with unit_of_work() as session:
        for place, (item_id, version_id) in enumerate(rows):
            state = ("accepted",) * 7 + ("review", "draft", "draft")
            if state[place % 10] == "draft":
                continue
            values = {"state": state[place % 10]}
            if values["state"] == "accepted":
                values |= {"accepted_version_id": version_id, "accepted_at": now - timedelta(days=place % 730)}
            session.execute(update(Item).where(Item.id == item_id).values(**values), execution_options=_PLAIN)
            session.execute(
                update(ItemVersion).where(ItemVersion.id == version_id).values(state=state[place % 10]),
                execution_options=_PLAIN,
            )
        session.expire_all()


_PLAIN = {"synchronize_session": False}


def measure(app: Flask, actor: Actor, module_id: str, rounds: int = ROUNDS) -> dict[str, Cost]:
    """The cost of every page for this person; outside any application context, which requests would share."""
    with app.app_context():
        engine = db.engine
    client = app.test_client()
    with client.session_transaction() as session:
        session["user_id"], session["version"] = actor.user_id, actor.session_version
    addresses = {name: f"/bank/modules/{module_id}{query}" for name, query in PAGES.items()}
    addresses["all banks"] = "/bank/search?search=nhan+dan"
    return {name: _cost(client, engine, address, rounds) for name, address in addresses.items()}


def _cost(client: FlaskClient, engine: Engine, address: str, rounds: int) -> Cost:
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        seen.append(statement)

    client.get(address)  # compiles the template
    event.listen(engine, "before_cursor_execute", note)
    try:
        answer = client.get(address)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    if answer.status_code != 200:
        raise SystemExit(f"{address}: {answer.status_code}")
    queries = len([one for one in seen if not one.upper().startswith(("BEGIN", "PRAGMA", "SAVEPOINT"))])
    times = []
    for _round in range(rounds):
        started = time.process_time()
        client.get(address)
        times.append((time.process_time() - started) * 1000)
    return Cost(queries, round(statistics.median(times), 1))


def _run(items: int, database: str | None) -> dict:
    with prepared_instance(database) as (instance, environment):
        os.environ.update({name: value for name, value in environment.items() if name.startswith("EXAMBANK_")})
        prepared = school.prepare(instance, environment, 1, "Học phần của bài đo")
        app = create_app({"RUN_SWEEPER": False, "NUDGE_WORKER": False})
        with app.app_context():
            actor = _actor(accounts.find_user(prepared.staff["lecturer"][0]))
            started = time.perf_counter()
            fill(prepared.module, actor, items, exams=max(items // 50, 2))
            filled = round(time.perf_counter() - started, 1)
            if db.engine.dialect.name == "postgresql":
                with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.execute(text("ANALYZE"))
            db.session.remove()
        costs = measure(app, actor, prepared.module)
        return {"items": items, "filled_s": filled, "pages": {name: vars(cost) for name, cost in costs.items()}}


def _actor(user) -> Actor:
    return service.actor_for(user.id, user.session_version)


def _twins(items: int, driving: str | None) -> dict | None:
    """What ``bench.twins`` says, with whether it was content; None when it could not finish."""
    command = [sys.executable, "-m", "bench.twins", "--items", str(items), *(["--bank", driving] if driving else [])]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    last = done.stdout.strip().rpartition("\n")[2]
    return {**json.loads(last), "is_good": done.returncode == 0} if last.startswith("{") else None


def over(pages: dict[str, dict]) -> Sequence[str]:
    """The pages beyond a limit."""
    return [name for name, cost in pages.items() if Cost(**cost).is_over]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--driving", help="a bank of one's own in which no pair with different pictures is a twin")
    parser.add_argument("--database")
    parser.add_argument("--no-twins", action="store_true")
    options = parser.parse_args()
    result = _run(options.items, options.database)
    result["slowest_ms"] = max(cost["cpu_ms"] for cost in result["pages"].values())
    result["most_queries"] = max(cost["queries"] for cost in result["pages"].values())
    result["over"] = over(result["pages"])
    is_good = not result["over"]
    if not options.no_twins:
        result["twins"] = _twins(options.items, options.driving)
        is_good &= bool(result["twins"] and result["twins"]["is_good"])
    print(json.dumps(result, ensure_ascii=False))
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
