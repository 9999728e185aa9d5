"""A marker's acts: take a script, give its points, put it off, finish it, open it again.

A script has one marker at a time: it is taken by one guarded UPDATE, so that two who ask at once get two scripts.
Points as they are being given are the marker's pencil: kept with a revision, and in the audit chain only when the
script is finished.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from exambank import audit
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import Item, ItemVersion, Media
from exambank.db import db, lock, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.exams.models import Exam
from exambank.marking import rules
from exambank.marking.models import Script
from exambank.marking.service.automatic import find_mark, settle, tell_when_complete
from exambank.marking.service.late import settle_lines
from exambank.marking.service.progress import IS_DUE
from exambank.marking.service.scoring import questions_of
from exambank.permissions import Actor
from exambank.sittings.models import Response, Sitting

COMMENT_LIMIT = 2000


class Elsewhere(StateConflict):
    """The script was changed in another tab since this one was drawn; nothing was saved."""

    code = "elsewhere"


def find_script(exam: Exam, code: str) -> Script | None:
    """The script of this code in this exam, with the question it answers."""
    query = (
        select(Script)
        .where(Script.exam_id == exam.id, Script.code == rules.read_code(code))
        .options(joinedload(Script.item_version).joinedload(ItemVersion.item), joinedload(Script.sitting))
    )
    return db.session.execute(query).scalar_one_or_none()


def get_script(exam: Exam, code: str) -> Script:
    """The same, or NotFound."""
    found = find_script(exam, code)
    if found is None:
        raise NotFound()
    return found


def criteria_of(script: Script) -> list[rules.Criterion]:
    """The rubric's rows by which a script is marked."""
    return rules.criteria_of(asked_of(script).content, script.max_points)


def asked_of(script: Script) -> rules.Asked:
    """The question behind a script."""
    version = script.item_version
    return rules.asked_in(version.item.kind, version.stem, version.content, script.part)


def payload_of(script: Script) -> dict[str, Any]:
    """What the candidate wrote for it, as plain data."""
    query = select(Response.payload).where(
        Response.sitting_id == script.sitting_id, Response.question == script.question
    )
    return rules.given_in(db.session.execute(query).scalar_one_or_none(), script.part)


def find_picture(exam: Exam, public_id: str) -> Media | None:
    """A picture that stands in a question of this exam which people mark; no other is shown to its markers."""
    query = select(ItemVersion).join(Script, Script.item_version_id == ItemVersion.id).where(Script.exam_id == exam.id)
    for version in db.session.execute(query.distinct()).scalars():
        own = [version.media.public_id] if version.media else []
        if public_id in own or f'data-media="{public_id}"' in json.dumps([version.stem, version.content]).replace(
            '\\"', '"'
        ):
            return db.session.execute(select(Media).where(Media.public_id == public_id)).scalar_one_or_none()
    return None


def take_next(
    *, actor: Actor, now: datetime, exam: Exam, version_id: int | None = None, part: str = ""
) -> Script | None:
    """The next script for this marker, of this question first and then of the others; None when nothing is left.

    What the marker has begun comes before what is free, and what was put off comes last.
    """
    refuse_settled(exam)
    for row in sorted(_open_to(actor, exam), key=lambda one: _rank(one, actor, version_id, part)):
        if row.marker_id == actor.user_id or _claim(actor, now, exam, row):
            return db.session.get(Script, row.id, populate_existing=True)
    return None


def _open_to(actor: Actor, exam: Exam):
    """Scripts this marker could work on. Oral ones are opened by their code, when the candidate sits at the table."""
    written = [kind for kind, interaction in REGISTRY.items() if interaction.family != "spoken"]
    query = (
        select(Script.id, Script.code, Script.question, Script.item_version_id, Script.part, Script.marker_id,
               Script.set_aside_at)
        .join(Sitting, Sitting.id == Script.sitting_id)
        .join(ItemVersion, ItemVersion.id == Script.item_version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(
            Script.exam_id == exam.id, Script.state != "finished", IS_DUE, Item.kind.in_(written),
            Script.marker_id.is_(None) | (Script.marker_id == actor.user_id), Sitting.user_id != actor.user_id,
        )
    )  # fmt: skip
    return db.session.execute(query).all()


def _rank(row, actor: Actor, version_id: int | None, part: str) -> tuple:
    is_other_task = version_id is not None and (row.item_version_id, row.part) != (version_id, part)
    put_off = row.set_aside_at.timestamp() if row.set_aside_at else 0.0
    return (
        bool(put_off), is_other_task, 0 if version_id else row.question, row.item_version_id, row.part,
        row.marker_id is None, put_off, rules.order_key(actor.public_id, row.code),
    )  # fmt: skip


def _claim(actor: Actor, now: datetime, exam: Exam, script: Any) -> bool:
    """One statement decides who has it."""
    with unit_of_work() as session:
        done = session.execute(
            update(Script)
            .where(Script.id == script.id, Script.marker_id.is_(None), Script.state != "finished")
            .values(marker_id=actor.user_id, changed_at=now)
            .execution_options(synchronize_session=False)
        )
        if done.rowcount:
            audit.record(actor, "script.taken", exam, code=script.code)
    return bool(done.rowcount)


def take(*, actor: Actor, now: datetime, script: Script) -> None:
    """Take this very script (its code was typed); refused when another marker has it or it is the own one."""
    refuse_settled(script.exam)
    if script.sitting.user_id == actor.user_id:
        raise StateConflict(_("Nobody marks the own answer."))
    if script.marker_id == actor.user_id or (script.marker_id is None and _claim(actor, now, script.exam, script)):
        db.session.refresh(script)
        return
    raise StateConflict(_("Another marker has this script. The office can take it back and give it to you."))


def save_draft(
    *, actor: Actor, now: datetime, script: Script, given: Mapping[str, Any], comment: str, revision: int
) -> int:
    """Keep the points as they stand; returns the new revision. A revision that is not the newest is refused."""
    points, comment = _clean(script, given, comment)
    with unit_of_work():
        _own(actor, script, revision)
        _keep(script, points, comment, now)
    return script.revision


def set_aside(
    *, actor: Actor, now: datetime, script: Script, given: Mapping[str, Any], comment: str, revision: int
) -> None:
    """Not sure yet: keep the points and look at it again when the others are done."""
    points, comment = _clean(script, given, comment)
    with unit_of_work():
        _own(actor, script, revision)
        _keep(script, points, comment, now)
        script.set_aside_at = now
        audit.record(actor, "script.set_aside", script)


def finish(
    *, actor: Actor, now: datetime, script: Script, given: Mapping[str, Any], comment: str, revision: int
) -> None:
    """Give these points for good; with the last script of a sitting its raw marks are written."""
    points, comment = _clean(script, given, comment)
    criteria = criteria_of(script)
    if not rules.is_complete(criteria, points):
        raise InvalidInput(_("Give every row its points, 0 too; then finish."))
    with unit_of_work():
        _own(actor, script, revision)
        _keep(script, points, comment, now)
        script.points = rules.points_for(criteria, points, script.max_points)
        script.state, script.finished_at, script.set_aside_at = "finished", now, None
        db.session.flush()
        _settle(script.sitting, now)
        audit.record(
            actor, "script.finished", script, code=script.code, points=script.points, max=script.max_points,
            rubric=points, comment=comment,
        )  # fmt: skip


def _settle(sitting: Sitting, now: datetime) -> None:
    """Marks are written once; what is finished after that becomes a dated line."""
    if sitting.state != "closed":
        return
    lock(sitting)
    if find_mark(sitting.id) is None:
        settle(sitting, questions_of(sitting), now)
    else:
        settle_lines(sitting, now)
        tell_when_complete(sitting.exam)


def reopen(*, actor: Actor, now: datetime, script: Script, reason: str) -> None:
    """Open a finished script again, as long as results are not published; once marks are written, for a reason.

    The raw mark stays: what the second look gives beside it is a line of its own.
    """
    with unit_of_work():
        _refuse_published(lock(script.exam))
        lock(script)
        if script.state != "finished":
            raise StateConflict(_("This script is not finished: go on with it."))
        if script.marker_id != actor.user_id:
            raise StateConflict(_("Another marker finished this script."))
        lock(script.sitting)  # else another marker's last script could write the raw marks from this one's old points
        is_marked = find_mark(script.sitting_id) is not None
        if is_marked and len(reason.strip()) < 5:
            raise InvalidInput(_("Say why, in a sentence: the reason is printed beside every mark it moves."))
        script.state, script.finished_at, script.reason = "draft", None, reason.strip()[:1000] if is_marked else ""
        script.changed_at, script.revision = now, script.revision + 1
        audit.record(actor, "script.reopened", script, code=script.code, reason=reason)


def release(*, actor: Actor, now: datetime, script: Script) -> None:
    """Give an unfinished script back, so that another marker can take it; the points noted so far are wiped."""
    with unit_of_work():
        lock(script)
        if script.state == "finished" or script.marker_id is None:
            raise StateConflict(_("This script is not in anybody's hands."))
        put_back(script, now)
        audit.record(actor, "script.released", script, code=script.code)


def put_back(script: Script, now: datetime) -> None:
    """Inside a unit of work: the next marker begins with a clean sheet."""
    script.marker_id, script.state, script.rubric, script.comment = None, "waiting", {}, ""
    script.points, script.set_aside_at, script.changed_at = None, None, now
    script.revision += 1


def _clean(script: Script, given: Mapping[str, Any], comment: str) -> tuple[dict[str, str], str]:
    points = rules.clean_given(criteria_of(script), given)
    if points is None:
        raise InvalidInput(_("These points do not fit the rubric. Nothing was saved."))
    if len(comment) > COMMENT_LIMIT:
        raise InvalidInput(_("The comment is too long: %(limit)s characters at most.", limit=COMMENT_LIMIT))
    return points, comment.strip()


def _own(actor: Actor, script: Script, revision: int) -> None:
    """Inside a unit of work: this marker holds the script, and nothing was changed since the page was drawn."""
    refuse_settled(lock(script.exam))  # who finishes the last but one and the last at once: one sees the other
    lock(script)
    if script.marker_id != actor.user_id:
        raise StateConflict(_("This script is no longer in your hands. Take the next one."))
    if script.state == "finished" or script.revision != revision:
        raise Elsewhere(
            _("This script was changed in another tab or window. Nothing was saved from this one: reload it.")
        )


def _keep(script: Script, points: dict[str, str], comment: str, now: datetime) -> None:
    script.rubric, script.comment, script.state = points, comment, "draft"
    script.changed_at, script.revision, script.set_aside_at = now, script.revision + 1, None


def refuse_settled(exam: Exam) -> None:
    """Frozen results are never moved, cancelled exams are not marked."""
    if exam.state == "cancelled":
        raise StateConflict(_("This exam was cancelled: nothing of it is marked."))
    if exam.result_state == "frozen":
        raise StateConflict(_("The results are frozen. A frozen result is changed by an appeal only."))


def _refuse_published(exam: Exam) -> None:
    refuse_settled(exam)
    if exam.result_state != "draft":
        raise StateConflict(_("The results are published. A published mark is changed by an appeal or a correction."))
