"""What invigilators and officers do in a scenario, through the services, beside the server as the command line is."""

from datetime import timedelta
from pathlib import Path

from bench.faults.school import application
from exambank import clock
from exambank.accounts.models import User
from exambank.db import db, write_beside_server
from exambank.exams.models import Exam, ExamRoom
from exambank.jobs import Lease
from exambank.sittings import service, store
from tests.people import actor_of


class Desk:
    """Acts of people; ``shift`` tells this process what the server's clock shows where the two differ."""

    def __init__(self, folder: Path, database: str):
        self._folder, self._database = folder, database

    def __enter__(self) -> "Desk":
        self._app = application(self._folder, self._database)
        write_beside_server()
        return self

    def __exit__(self, *_) -> None:
        clock.shift(timedelta())
        with self._app.app_context():
            store.close_store(self._app)
            db.session.remove()
            db.engine.dispose()

    def _do(self, username: str, act):
        """Run ``act(actor, now)`` in a clean session."""
        with self._app.app_context():
            try:
                person = db.session.query(User).filter_by(username=username).one()
                actor = actor_of(person)
                return act(actor, clock.now())
            finally:
                db.session.remove()

    def takeover_code(self, sitting: str) -> str:
        return self._do("hang", lambda actor, now: service.issue_takeover_code(
            actor=actor, now=now, sitting=service.get_sitting(sitting)).code)  # fmt: skip

    def extend_all(self, seconds: int) -> None:
        def act(actor, now):
            room = db.session.query(ExamRoom).one()
            service.extend_room(actor=actor, now=now, room=room, seconds=seconds, reason="sự cố máy chủ")

        self._do("hang", act)

    def pause(self, sitting: str) -> None:
        self._do("hang", lambda actor, now: service.pause(
            actor=actor, now=now, sitting=service.get_sitting(sitting), reason="sự cố máy"))  # fmt: skip

    def resume(self, sitting: str) -> None:
        self._do("hang", lambda actor, now: service.resume(actor=actor, now=now, sitting=service.get_sitting(sitting)))

    def release_clock(self) -> None:
        """Somebody has compared the clocks."""
        self._do("lan", lambda actor, now: service.release_clock(
            actor=actor, now=now, exam=db.session.query(Exam).one()))  # fmt: skip

    def lease_holder(self, name: str) -> str:
        """Which process holds a lease now."""
        return self._do("lan", lambda _actor, _now: db.session.get(Lease, name).holder)

    def is_frozen(self) -> bool:
        return bool(self._do("lan", lambda _actor, _now: service.list_frozen()))
