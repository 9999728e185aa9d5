"""Pictures: checked by their content, kept once a bank."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, undefer

from exambank import audit, text
from exambank.bank import rules
from exambank.bank.labels import picture_problem
from exambank.bank.models import Media
from exambank.courses.models import CourseModule
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, NotFound
from exambank.permissions import Actor


def add_picture(
    *, actor: Actor, now: datetime, course_module: CourseModule, name: str, body: bytes, alt: str = ""
) -> Media:
    """Keep a picture for this bank's items; the same picture with the same description is kept once."""
    try:
        picture = rules.read_picture(body)
    except rules.PictureProblem as problem:
        raise InvalidInput(picture_problem(problem.code)) from None
    fingerprint = hashlib.sha256(picture.body).hexdigest()
    words = text.nfc(text.strip_control(alt)).strip()[:500]
    plain_name = text.nfc(text.strip_control(name)).replace("\\", "/").rsplit("/", 1)[-1].strip()[:300]
    with unit_of_work() as session:
        known = session.scalar(
            select(Media)
            .where(Media.course_module_id == course_module.id, Media.sha256 == fingerprint, Media.alt == words)
            .order_by(Media.id)
            .limit(1)
        )
        if known is not None:
            return known
        media = Media(
            name=plain_name or "picture", alt=words, media_type=picture.media_type, sha256=fingerprint,
            width=picture.width, height=picture.height, body=picture.body, course_module_id=course_module.id,
            uploaded_by_id=actor.user_id, uploaded_at=now,
        )  # fmt: skip
        session.add(media)
        session.flush()
        audit.record(actor, "picture.added", media, name=media.name, sha256=fingerprint, size=len(picture.body))
    return media


def get_media(public_id: str) -> Media:
    """A picture with its bytes; NotFound when there is none."""
    query = select(Media).where(Media.public_id == public_id)
    media = db.session.scalar(query.options(undefer(Media.body), joinedload(Media.course_module)))
    if media is None:
        raise NotFound()
    return media
