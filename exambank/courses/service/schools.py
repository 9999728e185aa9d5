"""The school: its name, its printed header, its own words."""

import functools
from datetime import datetime

from sqlalchemy import Select, select

from exambank import audit
from exambank.courses import labels
from exambank.courses.models import School
from exambank.courses.rules import SchoolSettings
from exambank.courses.service.storing import required
from exambank.db import db, unit_of_work
from exambank.permissions import Actor


def school() -> School:
    """The school's row; before set-up a nameless one that is stored nowhere."""
    row = db.session.execute(_the_school()).scalar_one_or_none()
    return row or School(name=labels.nameless_school(), governing_body="", place="", labels={})


@functools.cache  # every page asks for its name
def _the_school() -> Select:
    return select(School).order_by(School.id).limit(1)


def school_settings() -> SchoolSettings:
    """What the school chose about its papers."""
    return SchoolSettings.parse(school().settings)


def label(word: str) -> str:
    """The school's word for "course_module", "learner" or "cohort", in the reader's language."""
    return labels.school_word(word, (school().labels or {}).get(word))


def set_up_school(*, actor: Actor, now: datetime, name: str, governing_body: str = "", place: str = "") -> School:
    """The school's row at set-up; once it is there, set-up changes nothing of it."""
    name = required(name, "name")
    with unit_of_work() as session:
        row = session.execute(_the_school()).scalar_one_or_none()
        if row is None:
            row = School(name=name, governing_body=governing_body.strip(), place=place.strip(), labels={})
            session.add(row)
            audit.record(actor, "school.set_up", "school", name=name)
    return row


def set_school(
    *,
    actor: Actor,
    now: datetime,
    name: str,
    governing_body: str,
    place: str,
    labels: dict[str, str],
    settings: SchoolSettings | None = None,
) -> School:
    """Name the school, choose its words and how its papers are sealed; also the first time. Settings not given stay."""
    name = required(name, "name")
    with unit_of_work() as session:
        row = session.execute(_the_school()).scalar_one_or_none()
        if row is None:
            row = School()
            session.add(row)
        row.name, row.governing_body, row.place, row.labels = name, governing_body.strip(), place.strip(), dict(labels)
        if settings is not None:
            row.settings = {**(row.settings or {}), **settings.as_dict()}
        audit.record(actor, "school.named", "school", name=name, governing_body=row.governing_body, place=row.place,
                     labels=row.labels, settings=row.settings or {})  # fmt: skip
    return row
