"""What is alike: for a text that is being typed, for an item, for the rows of a file."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from exambank.bank.interactions import REGISTRY
from exambank.bank.models import Item, ItemBand, ItemFingerprint, ItemVersion, Media
from exambank.bank.rules import kinship, kinship_words
from exambank.bank.service.kinship.prints import (
    FingerprintRow,
    complete,
    picture_hashes,
    read_words,
    texts_of_versions,
)
from exambank.bank.service.kinship.wording import differences_sentence
from exambank.courses.models import CourseModule
from exambank.db import db

LOOKED_AT = 40
"""At most so many candidates are compared, those that share the most bands first."""


@dataclass(frozen=True)
class Kin:
    """An item that is like another: how much (0..1), and what differs in codes and in a sentence."""

    item: Item
    likeness: float
    differences: tuple[kinship_words.Difference, ...]

    @property
    def is_same(self) -> bool:
        """Only the writing differs: the same question twice."""
        return kinship_words.is_same(self.differences)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The codes of what differs."""
        return tuple(difference.kind for difference in self.differences)

    @property
    def words(self) -> str:
        """What differs, as a sentence for people."""
        return differences_sentence(self.differences)


def find_kin(
    *,
    course_module: CourseModule,
    kind: str,
    stem: str,
    content: dict,
    picture: Media | str | None = None,
    exclude: Item | int | None = None,
    limit: int = 5,
) -> list[Kin]:
    """Items of a bank that are like a text (typed or stored), likest first; ``picture``: a Media or the name of one.

    Items that were merged into another are left out; retired ones are shown, so that nobody writes them again.
    """
    texts = read_texts(kind, stem, content, picture)
    skipped = exclude.id if isinstance(exclude, Item) else exclude
    found = _near(course_module.id, kinship.profile_of(texts), skipped)[:limit]
    return _explained(texts, found)


def find_kin_of(item: Item, version: ItemVersion, limit: int = 5) -> list[Kin]:
    """Items that are like this one as ``version`` has it."""
    media = version.media if version.media_id else version.picture_name
    return find_kin(
        course_module=item.course_module, kind=item.kind, stem=version.stem, content=version.content, picture=media,
        exclude=item, limit=limit,
    )  # fmt: skip


def read_texts(kind: str, stem: str, content: dict, picture: Media | str | None) -> kinship.Texts:
    """The texts of something typed, made fit as if it were saved."""
    content = REGISTRY[kind].normalise(content)
    media = picture if isinstance(picture, Media) else None
    name = picture if isinstance(picture, str) else None
    row = FingerprintRow(0, 0, read_words(kind, stem, content), media.id if media else None, name)
    return complete(row, picture_hashes(db.session, [row]))


def _near(module_id: int, profile: kinship.Profile, exclude: int | None) -> list[tuple[int, float]]:
    bands = kinship.bands_of(profile)
    if not bands:
        return []
    shared = func.count()
    candidates = (
        select(ItemBand.item_id)
        .where(ItemBand.course_module_id == module_id, ItemBand.band.in_(bands))
        .group_by(ItemBand.item_id)
        .order_by(shared.desc(), ItemBand.item_id)
        .limit(LOOKED_AT)
    )
    ids = [item_id for item_id in db.session.scalars(candidates) if item_id != exclude]
    return kinship.rank(profile, load_profiles(ids).items())


def load_profiles(ids: Sequence[int]) -> dict[int, kinship.Profile]:
    """The kept profiles of items, without those that were merged into another."""
    found = {}
    columns = (ItemFingerprint.item_id, ItemFingerprint.sketch, ItemFingerprint.picture, ItemFingerprint.picture_name)
    for start in range(0, len(ids), 500):
        query = (
            select(*columns)
            .join(Item, Item.id == ItemFingerprint.item_id)
            .where(ItemFingerprint.item_id.in_(ids[start : start + 500]), Item.merged_into_id.is_(None))
        )
        for row in db.session.execute(query):
            found[row.item_id] = kinship.unpack(row.sketch, row.picture, row.picture_name)
    return found


def _explained(texts: kinship.Texts, found: Sequence[tuple[int, float]]) -> list[Kin]:
    versions = load_newest([item_id for item_id, _likeness in found])
    others = texts_of_versions(versions.values())
    return [
        Kin(versions[item_id].item, likeness, kinship_words.explain(texts, others[item_id]))
        for item_id, likeness in found
        if item_id in versions
    ]


def load_newest(ids: Sequence[int]) -> dict[int, ItemVersion]:
    """The newest versions of items, their items with them, by item id."""
    if not ids:
        return {}
    query = (
        select(ItemVersion)
        .join(Item, Item.current_version_id == ItemVersion.id)
        .where(Item.id.in_(ids))
        .options(contains_eager(ItemVersion.item))
    )
    return {version.item_id: version for version in db.session.scalars(query)}


# --- many at once: the rows of a file ---


@dataclass(frozen=True)
class RowKin:
    """What a row of a file is like: an item of the bank, or an earlier row of the same file (``row``)."""

    likeness: float
    differences: tuple[kinship_words.Difference, ...]
    item: Item | None = None
    row: int | None = None

    @property
    def is_same(self) -> bool:
        return kinship_words.is_same(self.differences)


def find_kin_of_rows(
    *, course_module: CourseModule, rows: Sequence[tuple[int, str, str, dict, str | None]]
) -> dict[int, RowKin]:
    """For each row of a file (number, kind, stem, content, name of its picture) what it is most like, if anything.

    An earlier row of the file is told before an item of the bank when both are alike: it is the file that must change.
    """
    texts = {number: read_texts(kind, stem, content, picture) for number, kind, stem, content, picture in rows}
    profiles = {number: kinship.profile_of(one) for number, one in texts.items()}
    bands = {number: kinship.bands_of(profile) for number, profile in profiles.items()}
    best = _nearest_rows(profiles, bands)
    in_bank = _nearest_items(course_module.id, profiles, bands)
    versions = load_newest(sorted({item_id for item_id, _likeness in in_bank.values()}))
    others = texts_of_versions(versions.values())
    found = {}
    for number, one in texts.items():
        row, row_likeness = best.get(number, (None, 0.0))
        item_id, item_likeness = in_bank.get(number, (None, 0.0))
        if row is not None and row_likeness >= item_likeness:
            found[number] = RowKin(row_likeness, kinship_words.explain(one, texts[row]), row=row)
        elif item_id in versions:
            differences = kinship_words.explain(one, others[item_id])
            found[number] = RowKin(item_likeness, differences, item=versions[item_id].item)
    return found


def _nearest_rows(profiles: dict, bands: dict) -> dict[int, tuple[int, float]]:
    """For each row the likest row before it."""
    known: dict[int, list[int]] = defaultdict(list)
    best = {}
    for number, own in bands.items():
        counts: dict[int, int] = defaultdict(int)
        for band in own:
            for earlier in known[band]:
                counts[earlier] += 1
            known[band].append(number)
        ranked = _rank(profiles[number], counts, profiles)
        if ranked:
            best[number] = ranked[0]
    return best


def _nearest_items(module_id: int, profiles: dict, bands: dict) -> dict[int, tuple[int, float]]:
    """For each row the likest item of the bank."""
    holders: dict[int, list[int]] = defaultdict(list)
    for chunk in _chunks(sorted({band for own in bands.values() for band in own}), 500):
        query = select(ItemBand.band, ItemBand.item_id)
        for band, item_id in db.session.execute(
            query.where(ItemBand.course_module_id == module_id, ItemBand.band.in_(chunk))
        ):
            holders[band].append(item_id)
    counts = {number: _count_holders(own, holders) for number, own in bands.items()}
    kept = load_profiles(sorted({item_id for one in counts.values() for item_id in one}))
    ranked = {number: _rank(profiles[number], one, kept) for number, one in counts.items()}
    return {number: rows[0] for number, rows in ranked.items() if rows}


def _count_holders(bands: Iterable[int], holders: dict[int, list[int]]) -> dict[int, int]:
    counts: dict[int, int] = defaultdict(int)
    for band in bands:
        for item_id in holders.get(band, ()):
            counts[item_id] += 1
    return counts


def _rank(profile: kinship.Profile, counts: dict[int, int], profiles: dict) -> list[tuple[int, float]]:
    near = sorted((-shared, one) for one, shared in counts.items() if one in profiles)
    return kinship.rank(profile, [(one, profiles[one]) for _shared, one in near[:LOOKED_AT]])


def _chunks(values: list, size: int) -> Iterable[list]:
    return (values[start : start + size] for start in range(0, len(values), size))
