"""PURE. The door: a file of any version of QTI 2 and 3, alone or as a package, as a reading."""

import re
from collections.abc import Callable

from exambank.interchange.formats.qti.folders import Beside, Folder, Pictures, Unpacked
from exambank.interchange.formats.qti.items import ItemReader
from exambank.interchange.formats.qti.names import give_plain_names, parse_lenient, plain_name, version_of
from exambank.interchange.formats.qti.packages import Contents, Listed, items_of_package, items_of_test
from exambank.interchange.neutral import (
    REFUSED,
    Entry,
    Gallery,
    Place,
    Problem,
    Reading,
    Source,
    UnreadableFile,
)
from exambank.interchange.safety.archives import Archive

MOST_ITEMS = 20_000
_ALONE = {"assessmentStimulus": "qti_stimulus_alone", "manifest": "qti_manifest_alone"}
_SHUFFLED = re.compile(rb"shuffle\s*=\s*[\"'](?:true|1)[\"']")
_KEPT = re.compile(rb"shuffle\s*=\s*[\"'](?:false|0)[\"']")
_FEW = 5


def read(source: Source) -> Reading:
    """Every item of the file. UnreadableFile when it cannot be used."""
    if source.body.startswith(b"PK"):
        return _read_package(source)
    return _read_lone(source)


def _read_lone(source: Source) -> Reading:
    root, was_mended = parse_lenient(source.body)
    version, name = version_of(root), plain_name(root)
    folder = Beside(source)
    gallery = Gallery()
    pictures = Pictures(folder, gallery)
    if name == "assessmentItem":
        place = Place("line", {"line": root.sourceline or 1})
        entry = ItemReader(folder, pictures).read_root(root, was_mended, source.name, source.body, place, {})
        return Reading(version, (entry,), gallery.files, title=entry.name)
    give_plain_names(root)
    if root.tag not in ("assessmentTest", "assessmentSection"):
        raise UnreadableFile(_ALONE.get(root.tag, "unknown_xml"), root=str(root.tag)[:60])
    contents = Contents()
    items_of_test(root, source.name, folder, contents)
    return _reading(source, contents, folder, gallery, lambda order: ItemReader(folder, pictures, order), version)


def _read_package(source: Source) -> Reading:
    folder = Unpacked(Archive(source.body, allow_nested=True))
    contents = items_of_package(folder)
    gallery = Gallery()
    pictures = Pictures(folder, gallery)
    return _reading(source, contents, folder, gallery, lambda order: ItemReader(folder, pictures, order), "")


def _reading(
    source: Source, contents: Contents, folder: Folder, gallery: Gallery, make: Callable[[bool], ItemReader],
    version: str,
) -> Reading:  # fmt: skip
    if not contents.items:
        raise UnreadableFile("no_questions")
    if len(contents.items) > MOST_ITEMS:
        raise UnreadableFile("qti_too_many", count=len(contents.items), limit=MOST_ITEMS)
    is_order_meant = _is_order_meant(contents, folder)
    if not is_order_meant:
        contents.tell("order_not_locked")
    reader = make(is_order_meant)
    entries = []
    for number, listed in enumerate(contents.items):
        if number % 20 == 0:
            source.progress(number, len(contents.items))
        entries.append(_entry(listed, folder, reader))
    source.progress(len(contents.items), len(contents.items))
    told = reader.versions.most_common(1)[0][0] if reader.versions else version or "qti21"
    return Reading(told, tuple(entries), gallery.files, tuple(contents.notices), contents.title)


def _entry(listed: Listed, folder: Folder, reader: ItemReader) -> Entry:
    place = Place("file", {"path": (listed.path or listed.href)[:300]})
    if listed.path is None:
        problem = Problem("item_missing", REFUSED, values={"path": listed.href[:200]})
        return Entry(place, listed.href[:300], problems=(problem,))
    try:
        body = folder.read(listed.path)
        return reader.read(listed.path, body, place, dict(listed.labels), listed.weight)
    except UnreadableFile as error:
        values = {"path": listed.path[:200], "line": error.values.get("line", 0)}
        code = "item_broken" if error.code == "xml_broken" else "item_unreadable"
        return Entry(place, listed.path[:300], problems=(Problem(code, REFUSED, values=values),))


def _is_order_meant(contents: Contents, folder: Folder) -> bool:
    """Whether shuffle="false" tells anything: a tool that writes it into every item means nothing by it."""
    kept = 0
    for one in contents.items:
        if one.path is None:
            continue
        try:
            body = folder.read(one.path)
        except UnreadableFile:
            continue
        if _SHUFFLED.search(body):
            return True
        kept += bool(_KEPT.search(body))
    return kept < _FEW
