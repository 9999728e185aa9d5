"""Queries: an item and its versions."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from exambank.bank.models import Item, ItemVersion, Review
from exambank.db import db
from exambank.errors import NotFound


def get_item(public_id: str) -> Item:
    """An item with its module; NotFound when there is none."""
    query = select(Item).where(Item.public_id == public_id)
    item = db.session.scalar(query.options(joinedload(Item.course_module), joinedload(Item.author)))
    if item is None:
        raise NotFound()
    return item


def get_newest_version(item: Item) -> ItemVersion:
    """The newest version, whatever its state."""
    return db.session.get_one(ItemVersion, item.current_version_id)


def get_version(public_id: str) -> ItemVersion:
    """A version by its public id; NotFound when there is none."""
    query = select(ItemVersion).where(ItemVersion.public_id == public_id)
    version = db.session.scalar(query.options(joinedload(ItemVersion.item).joinedload(Item.course_module)))
    if version is None:
        raise NotFound()
    return version


def list_versions(item: Item) -> list[ItemVersion]:
    """All versions, newest first, with authors, reviews and pictures."""
    query = (
        select(ItemVersion)
        .where(ItemVersion.item_id == item.id)
        .order_by(ItemVersion.number.desc())
        .options(
            joinedload(ItemVersion.author),
            joinedload(ItemVersion.media),
            selectinload(ItemVersion.reviews).joinedload(Review.reviewer),
        )
    )
    return list(db.session.scalars(query))
