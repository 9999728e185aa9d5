"""Fingerprints: taken of every text that is saved, kept beside the item, filled in for banks that are older."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, exists, insert, or_, select

from exambank.bank import rules
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import Item, ItemBand, ItemFingerprint, ItemVersion, Media
from exambank.bank.rules import kinship
from exambank.db import db, unit_of_work

FILL_BATCH = 40
"""So many items are filled in one transaction: 800 small rows, well under 20 ms."""


@dataclass(frozen=True)
class Words:
    """An item's texts as far as they are known without the database: its pictures are named by id."""

    texts: kinship.Texts
    pictures: tuple[str, ...] = ()  # public ids of those within the texts


@dataclass(frozen=True)
class FingerprintRow:
    """One saved text whose fingerprint is to be remembered."""

    item_id: int
    course_module_id: int
    words: Words
    media_id: int | None = None
    picture_name: str | None = None


def read_words(kind: str, stem: str, content: dict) -> Words:
    """The texts of an item as they are compared; needs no database, so take it before the transaction."""
    parts = REGISTRY[kind].parts(stem, content)[1:]
    shown = [part for part in parts if not part.is_secret]
    secrets = [rules.plain_text(part.html) for part in parts if part.is_secret]
    if kind == "true_false":  # its options are the words "true" and "false": they say nothing about the item
        secrets += [part.anchor for part in shown if part.is_key]
        shown = []
    texts = kinship.Texts(
        stem=rules.plain_text(stem),
        options=tuple(rules.plain_text(part.html) for part in shown),
        keys=frozenset(place for place, part in enumerate(shown) if part.is_key),
        secrets=tuple(secrets),
    )
    inside = [picture for html in (stem, *(part.html for part in shown)) for picture in rules.pictures_in(html)]
    return Words(texts, tuple(dict.fromkeys(inside)))


def remember_fingerprints(session, rows: Sequence[FingerprintRow]) -> None:
    """Keep the fingerprints of these texts in place of older ones; inside the transaction that saves them.

    Whoever calls this for an item that exists holds its row (``lock``).
    """
    if not rows:
        return
    hashes = picture_hashes(session, rows)
    prints, bands = [], []
    for row in rows:
        profile = kinship.profile_of(complete(row, hashes))
        prints.append(
            {
                "item_id": row.item_id,
                "course_module_id": row.course_module_id,
                "picture": profile.picture,
                "picture_name": profile.picture_name,
                "sketch": kinship.pack(profile),
            }
        )
        bands += [
            {"item_id": row.item_id, "course_module_id": row.course_module_id, "band": band}
            for band in kinship.bands_of(profile)
        ]
    ids = [row.item_id for row in rows]
    for start in range(0, len(ids), 500):
        for table in (ItemBand, ItemFingerprint):
            session.execute(
                delete(table)
                .where(table.item_id.in_(ids[start : start + 500]))
                .execution_options(synchronize_session=False)
            )
    session.execute(insert(ItemFingerprint), prints)
    if bands:
        session.execute(insert(ItemBand), bands)


def picture_hashes(session, rows: Iterable[FingerprintRow]) -> dict[int | str, tuple[str, str]]:
    """Hash and name of every picture these rows carry, by id and by public id."""
    ids = {row.media_id for row in rows} - {None}
    public_ids = {picture for row in rows for picture in row.words.pictures}
    if not ids and not public_ids:
        return {}
    columns = select(Media.id, Media.public_id, Media.sha256, Media.name)
    found: dict[int | str, tuple[str, str]] = {}
    for wanted, column in ((sorted(ids), Media.id), (sorted(public_ids), Media.public_id)):
        for start in range(0, len(wanted), 500):
            for one in session.execute(columns.where(column.in_(wanted[start : start + 500]))):
                found[one.id] = found[one.public_id] = (one.sha256, one.name)
    return found


def complete(row: FingerprintRow, hashes: dict[int | str, tuple[str, str]]) -> kinship.Texts:
    """The texts with what identifies their pictures."""
    own = hashes.get(row.media_id) if row.media_id else None
    inside = sorted(hashes.get(picture, (picture, ""))[0] for picture in row.words.pictures)
    every = [own[0], *inside] if own else inside
    picture = every[0] if len(every) == 1 else hashlib.sha256(" ".join(every).encode()).hexdigest() if every else ""
    name = (own[1] if own else row.picture_name or "") if not inside else ""
    texts = row.words.texts
    return kinship.Texts(texts.stem, texts.options, texts.keys, texts.secrets, picture, name)


def texts_of_versions(versions: Iterable[ItemVersion]) -> dict[int, kinship.Texts]:
    """The texts of versions (their items loaded), by item id."""
    rows = [_row_of(version) for version in versions]
    hashes = picture_hashes(db.session, rows)
    return {row.item_id: complete(row, hashes) for row in rows}


def _row_of(version: ItemVersion) -> FingerprintRow:
    words = read_words(version.item.kind, version.stem, version.content)
    return FingerprintRow(version.item_id, version.item.course_module_id, words, version.media_id, version.picture_name)


# --- banks that are older than the fingerprints ---


def _lacks_fingerprint():
    has_one = exists().where(
        ItemFingerprint.item_id == Item.id, ItemFingerprint.course_module_id == Item.course_module_id
    )
    return Item.current_version_id.isnot(None) & ~has_one


def list_banks_to_fill() -> list[int]:
    """Modules that have items without a fingerprint."""
    return list(db.session.scalars(select(Item.course_module_id).where(_lacks_fingerprint()).distinct()))


def fill_fingerprints(course_module_id: int, most: int | None = None) -> int:
    """Take the fingerprints that a bank lacks, in small transactions; returns how many (at most ``most``).

    It may be stopped and called again at any time: each batch is whole in itself.
    """
    done = 0
    while most is None or done < most:
        filled = _fill_batch(course_module_id)
        if not filled:
            break
        done += filled
    return done


def _fill_batch(course_module_id: int) -> int:
    query = (
        select(ItemVersion)
        .join(Item, Item.current_version_id == ItemVersion.id)
        .where(Item.course_module_id == course_module_id, _lacks_fingerprint())
        .order_by(Item.id)
        .limit(FILL_BATCH)
    )
    found = {version.id: (version.revision, _row_of(version)) for version in db.session.scalars(query)}
    if not found:
        return 0
    with unit_of_work() as session:
        ids = sorted(row.item_id for _revision, row in found.values())
        session.execute(select(Item.id).where(Item.id.in_(ids)).order_by(Item.id).with_for_update())
        current = session.execute(
            select(ItemVersion.id, ItemVersion.revision)
            .join(Item, Item.current_version_id == ItemVersion.id)
            .where(Item.id.in_(ids), _lacks_fingerprint())
        )
        # what somebody saved meanwhile brought its own fingerprint, or waits for the next batch
        rows = [found[row.id][1] for row in current if row.id in found and found[row.id][0] == row.revision]
        remember_fingerprints(session, rows)
    return len(rows)


def forget_fingerprints(session, item_ids: Sequence[int]) -> None:
    """Let go of the fingerprints of items that are no candidates any more (merged into another)."""
    for table in (ItemBand, ItemFingerprint):
        session.execute(
            delete(table).where(or_(*(table.item_id == one for one in item_ids))).execution_options(
                synchronize_session=False
            )
        )  # fmt: skip
