"""The computers of the rooms: registering one, what its check said, and which one a candidate sits at."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select

from exambank import audit
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, StateConflict, TooManyAttempts
from exambank.permissions import SYSTEM, Actor
from exambank.sittings.models import Machine, Sitting
from exambank.sittings.rules import machines as checks
from exambank.sittings.rules.machines import Finding

NEW_AN_HOUR = 200  # from one address: a school's rooms behind one router in a morning, not a flood
NAME_LENGTH, PLACE_LENGTH = 60, 100


def token_hash(token: str) -> str:
    """What the database keeps of a machine's cookie."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_machine(token: str | None) -> Machine | None:
    """The machine that holds this cookie."""
    if not token:
        return None
    return db.session.execute(select(Machine).where(Machine.token_hash == token_hash(token))).scalar_one_or_none()


def zone_minutes(now: datetime) -> int:
    """How far the school's time is ahead of UTC."""
    offset = now.astimezone(ZoneInfo(current_app.config["TIMEZONE"])).utcoffset() or timedelta()
    return offset // timedelta(minutes=1)


def register_machine(
    *, now: datetime, token: str, name: str, place: str, address: str | None, browser: str, report: Any
) -> Machine:
    """Write down a machine and its check; again from the same browser renews it. Nobody signs in for it."""
    name, place = name.strip()[:NAME_LENGTH], place.strip()[:PLACE_LENGTH]
    if not name:
        raise InvalidInput(_("Type the name that is written on this machine, such as Máy 07."))
    cleaned = checks.clean_report(report)
    is_fit = checks.is_fit(checks.judge_machine(cleaned, browser, zone_minutes(now)))
    known = find_machine(token)
    if known is None:
        _refuse_flood(address, now)
    with unit_of_work() as session:
        machine = find_machine(token)
        if machine is None:
            machine = Machine(token_hash=token_hash(token), first_seen_at=now)
            session.add(machine)
        machine.name, machine.place, machine.address, machine.browser = name, place, address, browser[:300]
        machine.report, machine.is_fit, machine.checked_at = cleaned, is_fit, now
        session.flush()
        audit.record(SYSTEM, "machine.checked", machine, name=name, place=place, address=address, is_fit=is_fit)
    return machine


def _refuse_flood(address: str | None, now: datetime) -> None:
    query = select(func.count(Machine.id)).where(
        Machine.address == address, Machine.first_seen_at > now - timedelta(hours=1)
    )
    if db.session.execute(query).scalar_one() >= NEW_AN_HOUR:
        raise TooManyAttempts(_("Too many new machines from this address in an hour. Try again later."))


@dataclass(frozen=True)
class MachineLine:
    """A machine in the list: its row, and what is wrong with it."""

    machine: Machine
    findings: tuple[Finding, ...]

    @property
    def faults(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.level != "ok")


def list_machines(now: datetime, place: str = "") -> list[MachineLine]:
    """All machines by room and name; ``place``: of this computer room only."""
    query = select(Machine).order_by(Machine.place, Machine.name, Machine.id)
    if place:
        query = query.where(Machine.place == place)
    ahead = zone_minutes(now)
    return [
        MachineLine(one, checks.judge_machine(one.report, one.browser, ahead))
        for one in db.session.execute(query).scalars()
    ]


def list_places() -> list[str]:
    """The computer rooms that machines were registered in."""
    query = select(Machine.place).where(Machine.place != "").distinct().order_by(Machine.place)
    return list(db.session.execute(query).scalars())


def get_machine(public_id: str) -> Machine | None:
    """A machine by its public id."""
    return db.session.execute(select(Machine).where(Machine.public_id == public_id)).scalar_one_or_none()


def remove_machine(*, actor: Actor, now: datetime, machine: Machine) -> None:
    """Take a machine off the list that nobody ever sat at."""
    with unit_of_work() as session:
        row = session.get(Machine, machine.id)
        if session.execute(select(Sitting.id).where(Sitting.machine_id == row.id).limit(1)).first():
            raise StateConflict(
                _("An exam was taken on this machine: it stays on the list. Give it another name there.")
            )
        audit.record(actor, "machine.removed", row, name=row.name, place=row.place)
        session.delete(row)
