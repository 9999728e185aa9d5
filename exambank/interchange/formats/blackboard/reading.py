"""PURE. Which of Blackboard's dialects a file is, and its reading."""

import re
from collections.abc import Iterator
from dataclasses import replace

from exambank.interchange.formats import canvas
from exambank.interchange.formats.blackboard.pool import read_pool
from exambank.interchange.formats.blackboard.upload import read_upload
from exambank.interchange.formats.canvas.package import finder_of
from exambank.interchange.formats.canvas.parsing import MENDED_LIMIT, decoded
from exambank.interchange.neutral import Entry, Gallery, Reading, Source, UnreadableFile
from exambank.interchange.safety.archives import Archive
from exambank.interchange.safety.xml import parse_xml

_POOL = re.compile(r"<POOL[\s>]")
_QUESTIONS = re.compile(r"<(?:[\w.-]+:)?questestinterop\b")


def read(source: Source) -> Reading:
    """Every item of the file. UnreadableFile when it cannot be used."""
    if source.body.startswith(b"PK"):
        return _read_package(source)
    markup = decoded(source.body)
    if not markup.lstrip().startswith("<"):
        return read_upload(markup)
    if _POOL.search(markup[:20_000]):
        gallery = Gallery()
        title, entries = read_pool(_tree(markup), markup, "", gallery, lambda address, base: None)
        return _reading(title, entries, gallery)
    return _renamed(canvas.read(source))


def _tree(markup: str):
    try:
        return parse_xml(markup.encode("utf-8", "replace"))
    except UnreadableFile as error:
        if error.code != "xml_broken" or len(markup) > MENDED_LIMIT:
            raise
        return parse_xml(markup.encode("utf-8", "replace"), recover=True)


def _reading(title: str, entries: list[Entry], gallery: Gallery) -> Reading:
    if not entries:
        raise UnreadableFile("no_questions")
    return Reading("blackboard", tuple(entries), gallery.files, (), title)


def _renamed(reading: Reading) -> Reading:
    """What the reader of QTI 1.2 gave, as a Blackboard file: its raw items belong to this format."""
    entries = tuple(
        replace(one, raw=replace(one.raw, format="blackboard")) if one.raw is not None else one
        for one in reading.entries
    )
    return replace(reading, format="blackboard", entries=entries)


def _read_package(source: Source) -> Reading:
    archive = Archive(source.body)
    pools = list(_pools(archive))
    others = [path for path, markup in _markups(archive) if _QUESTIONS.search(markup[:20_000])]
    found = _renamed(canvas.read(source)) if others or not pools else None
    if not pools:
        return found
    gallery, entries, titles = Gallery(), [], []
    finder = finder_of(archive)
    for path, markup in pools:
        title, read = read_pool(_tree(markup), markup, path, gallery, finder)
        entries += read
        titles.append(title)
    both = [*entries, *(found.entries if found else ())]
    reading = _reading(titles[0], both, gallery)
    return replace(reading, media={**reading.media, **found.media}, notices=found.notices) if found else reading


def _markups(archive: Archive) -> Iterator[tuple[str, str]]:
    for path in archive:
        if path.lower().endswith((".dat", ".xml")) and not path.lower().endswith("imsmanifest.xml"):
            yield path, decoded(archive.read(path))


def _pools(archive: Archive) -> Iterator[tuple[str, str]]:
    return ((path, markup) for path, markup in _markups(archive) if _POOL.search(markup[:20_000]))
