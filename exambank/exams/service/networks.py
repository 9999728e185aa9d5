"""The addresses from which an exam may be sat: of the whole exam, and of single rooms."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from flask_babel import gettext as _

from exambank import audit
from exambank.db import lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import rules
from exambank.exams.models import Exam
from exambank.permissions import Actor


def set_networks(*, actor: Actor, now: datetime, exam: Exam, of_exam: str, of_rooms: Mapping[str, str]) -> None:
    """Write the lists anew; ``of_rooms``: public id of a room -> what was typed. InvalidInput names what is unreadable.

    Open to change until the exam is over: a wrong list must be mended while candidates stand before it.
    """
    wanted = _read(of_exam)
    by_room = {room: _read(typed) for room, typed in of_rooms.items()}
    with unit_of_work():
        lock(exam)
        if exam.state in {"closed", "cancelled"}:
            raise StateConflict(_("This exam is over."))
        exam.conduct = replace(rules.Conduct.parse(exam.conduct), networks=wanted).as_dict()
        for room in exam.rooms:
            room.networks = list(by_room.get(room.public_id, room.networks))
        audit.record(
            actor, "exam.networks_set", exam, networks=list(wanted), at=now,
            rooms={room.public_id: room.networks for room in exam.rooms if room.networks},
        )  # fmt: skip


def _read(typed: str) -> tuple[str, ...]:
    good, bad = rules.parse_networks(typed)
    if bad:
        raise InvalidInput(
            _(
                "%(what)s is no address. Write 192.168.1.20 for one machine or 192.168.1.0/24 for a network. "
                "Nothing was changed.",
                what=", ".join(bad[:3]),
            )
        )
    if len(good) > rules.NETWORKS_ALLOWED:
        raise InvalidInput(_("At most %(most)s addresses can be listed. Write networks.", most=rules.NETWORKS_ALLOWED))
    return good
