"""Queries: batches of files, their entries, their pictures."""

from sqlalchemy import func, select
from sqlalchemy.orm import defer, joinedload, undefer

from exambank.courses import service as courses
from exambank.db import db
from exambank.errors import NotFound
from exambank.interchange.models import ImportBatch, ImportEntry, ImportPicture
from exambank.permissions import Actor, Permission


def get_batch(public_id: str) -> ImportBatch:
    """The batch of this public id."""
    batch = db.session.execute(select(ImportBatch).filter_by(public_id=public_id)).scalar_one_or_none()
    if batch is None:
        raise NotFound()
    return batch


def list_batches(actor: Actor, limit: int = 100) -> list[ImportBatch]:
    """The newest batches of the modules into which this person may import."""
    modules = [module.id for module in courses.list_modules_for(actor, Permission.BANK_IMPORT)]
    query = (
        select(ImportBatch)
        .where(ImportBatch.course_module_id.in_(modules))
        .options(defer(ImportBatch.drafts), joinedload(ImportBatch.course_module), joinedload(ImportBatch.author))
        .order_by(ImportBatch.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(query).scalars())


def list_entries(batch: ImportBatch) -> list[ImportEntry]:
    """What the file holds, in its order."""
    query = (
        select(ImportEntry)
        .where(ImportEntry.batch_id == batch.id, ImportEntry.reading == batch.shown)
        .options(joinedload(ImportEntry.editor))
        .order_by(ImportEntry.position)
    )
    return list(db.session.scalars(query))


def get_entry(batch_id: str, position: str) -> ImportEntry:
    """The entry at this place of a batch."""
    if not (position.isascii() and position.isdecimal() and len(position) < 7):
        raise NotFound()
    query = (
        select(ImportEntry)
        .join(ImportBatch)
        .where(
            ImportBatch.public_id == batch_id,
            ImportEntry.reading == ImportBatch.shown,
            ImportEntry.position == int(position),
        )
        .options(joinedload(ImportEntry.batch), joinedload(ImportEntry.editor))
    )
    entry = db.session.scalar(query)
    if entry is None:
        raise NotFound()
    return entry


def get_import_picture(batch_id: str, media_id: str) -> ImportPicture:
    """A picture of the file, by the id under which the drafts name it."""
    query = (
        select(ImportPicture)
        .join(ImportBatch)
        .where(ImportBatch.public_id == batch_id, ImportPicture.media_id == media_id)
        .options(joinedload(ImportPicture.batch), undefer(ImportPicture.body))
    )
    picture = db.session.scalar(query)
    if picture is None:
        raise NotFound()
    return picture


def count_edits(batch: ImportBatch) -> int:
    """How many entries somebody has mended."""
    query = select(func.count()).select_from(ImportEntry).where(
        ImportEntry.batch_id == batch.id, ImportEntry.reading == batch.shown, ImportEntry.edited_at.is_not(None)
    )  # fmt: skip
    return db.session.scalar(query)
