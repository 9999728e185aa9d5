"""What people look like: for the check at the door, and for nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from exambank import audit
from exambank.accounts.models import RoleGrant, User, UserPhoto
from exambank.accounts.service.guard import must_handle, must_manage_people
from exambank.db import db, in_batches, unit_of_work
from exambank.errors import InvalidInput
from exambank.permissions import Actor

_AT_ONCE = 5  # a megabyte or two a transaction: an exam may be running
MEDIA_TYPES = frozenset({"image/jpeg", "image/png"})


@dataclass(frozen=True)
class Photo:
    """A picture that was checked and stripped by whoever read it (``interchange.photos``)."""

    media_type: str
    body: bytes


def find_photo(user: User) -> UserPhoto | None:
    """This person's photo."""
    return db.session.get(UserPhoto, user.id)


def set_photos(*, actor: Actor, now: datetime, photos: Mapping[int, Photo]) -> int:
    """Give people (by key) their photos, in place of older ones. Returns how many."""
    must_manage_people(actor)
    if any(photo.media_type not in MEDIA_TYPES for photo in photos.values()):
        raise InvalidInput(_("A photo is a JPEG or PNG picture."))
    must_handle(actor, _roles(photos))
    for batch in in_batches(list(photos), _AT_ONCE):
        with unit_of_work() as session:
            known = {row.user_id: row for row in _rows(session, batch)}
            for user_id in batch:
                row = known.get(user_id) or UserPhoto(user_id=user_id)
                row.media_type, row.body, row.added_at = photos[user_id].media_type, photos[user_id].body, now
                session.add(row)
            people = session.execute(select(User.public_id).where(User.id.in_(batch)).order_by(User.id)).scalars()
            audit.record(actor, "photos.set", "people", people=list(people))
    return len(photos)


def remove_photo(*, actor: Actor, now: datetime, user: User) -> None:
    """Forget what this person looks like; the record keeps only that it was done."""
    must_manage_people(actor)
    must_handle(actor, _roles([user.id]))
    with unit_of_work() as session:
        for row in _rows(session, [user.id]):
            session.delete(row)
        audit.record(actor, "photo.removed", user)


def _rows(session, user_ids) -> list[UserPhoto]:
    return list(session.execute(select(UserPhoto).where(UserPhoto.user_id.in_(user_ids))).scalars())


def _roles(user_ids) -> list[str]:
    return list(db.session.execute(select(RoleGrant.role).where(RoleGrant.user_id.in_(user_ids))).scalars())
