"""Programmes and their Regulation: a draft is edited, an adopted version never changes, a change is a new version."""

from copy import deepcopy
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from exambank import audit, text
from exambank.accounts.rules import REHEARSAL_CODE
from exambank.courses import labels
from exambank.courses.models import Cohort, Programme, Regulation
from exambank.courses.rules import PRESETS, RegulationRules, RulesInvalid
from exambank.courses.service.storing import find_by, flush_unique, get_by_public_id, required
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.permissions import Actor


class RulesRefused(InvalidInput):
    """These rules contradict themselves; ``problems`` names every field."""

    def __init__(self, problems):
        super().__init__(
            _(
                "The rules cannot be kept: %(reasons)s",
                reasons=" ".join(labels.problem_sentence(one) for one in problems),
            )
        )
        self.problems = tuple(problems)


def list_programmes() -> list[Programme]:
    """All programmes in Vietnamese order."""
    rows = db.session.execute(select(Programme).where(Programme.code != REHEARSAL_CODE)).scalars()
    return sorted(rows, key=lambda one: text.sort_key(one.name))


def get_programme(public_id: str) -> Programme:
    """The programme of this public id."""
    return get_by_public_id(Programme, public_id)


def find_programme(code: str) -> Programme | None:
    """The programme of this code, if there is one."""
    return find_by(Programme, code=code)


def create_programme(
    *, actor: Actor, now: datetime, code: str, name: str, preset: str = "political_school"
) -> Programme:
    """A programme with a first draft of its Regulation, taken from a preset."""
    if preset not in PRESETS:
        raise InvalidInput(_("Choose one of the regulations to start from."), field="preset")
    code, name = required(code, "code", 60), required(name, "name")
    with unit_of_work() as session:
        programme = Programme(code=code, name=name)
        session.add(programme)
        flush_unique(session, _("The code %(code)s is already taken.", code=code), "code")
        session.add(
            Regulation(
                programme_id=programme.id,
                version=1,
                title=_("Regulation of %(programme)s", programme=name),
                rules=deepcopy(PRESETS[preset].rules),
            )
        )
        audit.record(actor, "programme.created", programme, code=code, name=name, preset=preset)
    return programme


def rename_programme(*, actor: Actor, now: datetime, programme: Programme, name: str) -> Programme:
    """Give the programme another name; its code stays."""
    name = required(name, "name")
    with unit_of_work():
        before, programme.name = programme.name, name
        audit.record(actor, "programme.renamed", programme, before=before, after=name)
    return programme


def list_regulations(programme: Programme) -> list[Regulation]:
    """All versions, the newest first."""
    query = select(Regulation).filter_by(programme_id=programme.id).order_by(Regulation.version.desc())
    return list(db.session.execute(query).scalars())


def list_adopted_regulations() -> list[Regulation]:
    """Every adopted version, by programme and then the newest first: what a class may follow."""
    query = select(Regulation).join(Regulation.programme).where(
        Regulation.adopted_at.is_not(None), Programme.code != REHEARSAL_CODE
    )  # fmt: skip
    rows = db.session.execute(query).scalars()
    return sorted(rows, key=lambda one: (text.sort_key(one.programme.name), -one.version))


def get_regulation(public_id: str) -> Regulation:
    """The version of this public id."""
    return get_by_public_id(Regulation, public_id)


def list_followers(regulation: Regulation) -> list[Cohort]:
    """The classes that follow this version to their end."""
    rows = db.session.execute(select(Cohort).filter_by(regulation_id=regulation.id)).scalars()
    return sorted(rows, key=lambda one: text.sort_key(one.code))


def edit_regulation(
    *, actor: Actor, now: datetime, regulation: Regulation, title: str, rules: dict[str, Any]
) -> Regulation:
    """Change a draft; RulesRefused says what is wrong, StateConflict that it was adopted."""
    title = required(title, "title")
    try:
        kept = RegulationRules.parse(rules).as_dict()
    except RulesInvalid as error:
        raise RulesRefused(error.problems) from error
    with unit_of_work():
        _refuse_adopted(lock(regulation))
        changed = {key: value for key, value in kept.items() if regulation.rules.get(key) != value}
        regulation.title, regulation.rules = title, kept
        audit.record(actor, "regulation.edited", regulation, title=title, changed=changed)
    return regulation


def adopt_regulation(*, actor: Actor, now: datetime, regulation: Regulation) -> Regulation:
    """From now on this version can be followed and never changes."""
    try:
        RegulationRules.parse(regulation.rules)
    except RulesInvalid as error:
        raise RulesRefused(error.problems) from error
    with unit_of_work():
        _refuse_adopted(lock(regulation))
        regulation.adopted_at, regulation.adopted_by_id = now, actor.user_id or None
        audit.record(actor, "regulation.adopted", regulation, version=regulation.version, rules=regulation.rules)
    return regulation


def _refuse_adopted(regulation: Regulation) -> None:
    if regulation.adopted_at is not None:
        raise StateConflict(_("This version is adopted and never changes. Start a new version to change a rule."))


def start_version(*, actor: Actor, now: datetime, regulation: Regulation) -> Regulation:
    """A new draft copied from ``regulation``; one draft a programme at a time."""
    with unit_of_work() as session:
        lock(regulation.programme)
        drafts = select(Regulation).filter_by(programme_id=regulation.programme_id, adopted_at=None)
        if session.execute(drafts).scalars().first() is not None:
            raise StateConflict(_("There is already a draft of the next version. Finish that one first."))
        newest = select(func.max(Regulation.version)).filter_by(programme_id=regulation.programme_id)
        copy = Regulation(
            programme_id=regulation.programme_id,
            version=session.execute(newest).scalar_one() + 1,
            title=regulation.title,
            rules=deepcopy(regulation.rules),
        )
        session.add(copy)
        session.flush()
        audit.record(actor, "regulation.copied", copy, source=regulation.public_id, version=copy.version)
    return copy
