"""PURE. A QTI 1.2 file as a reading: every ``item`` is one entry, in the order of the file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from exambank.interchange.formats.canvas.items import Surroundings, read_item
from exambank.interchange.formats.canvas.materials import Materials, plain
from exambank.interchange.formats.canvas.package import Package, open_package
from exambank.interchange.formats.canvas.parsing import MOST_ITEMS, Document
from exambank.interchange.formats.canvas.presentation import read_presentation
from exambank.interchange.neutral import NOTICE, WARNING, Entry, Place, Problem, Reading, Source, UnreadableFile
from exambank.interchange.safety.xml import local_name

_EVERY = 20
_MOST_LEFT_OUT = 100
MOST_STIMULUS_LETTERS = 20_000_000
_FILE = re.compile(r"(?:uri|src|href)\s*=\s*(?:&quot;|[\"'])([^\"'&<>]{1,500})", re.IGNORECASE)


def read(source: Source) -> Reading:
    """Every item of the file. UnreadableFile when it cannot be used."""
    package = open_package(source)
    total = sum(len(document.items) for document in package.documents)
    elsewhere = [bank for document in package.documents for bank in _banks_elsewhere(document, package)]
    if not total:
        raise UnreadableFile("only_bank_references", count=len(elsewhere)) if elsewhere else _nothing(package)
    if total > MOST_ITEMS:
        raise UnreadableFile("too_many_questions", count=total, limit=MOST_ITEMS)
    entries: list[Entry] = []
    for document in package.documents:
        for entry in read_items(document, package):
            entries.append(entry)
            if len(entries) % _EVERY == 0:
                source.progress(len(entries), total)
    notices = tuple(_notices(package, len(elsewhere)))
    titles = [_title(document) for document in package.documents]
    title = titles[0] if len(titles) == 1 and titles[0] else package.title or next(filter(None, titles), "")
    return Reading("qti12", tuple(entries), package.gallery.files, notices, title)


def _nothing(package: Package) -> UnreadableFile:
    return package.unread[0][1] if package.unread else UnreadableFile("no_questions")


def _notices(package: Package, elsewhere: int) -> Iterator[tuple[str, dict]]:
    if elsewhere:
        yield "bank_elsewhere", {"count": elsewhere}
    if package.copies:
        yield "copies_left_out", {"count": package.copies}
    mended = [document.path for document in package.documents if document.is_mended]
    if mended:
        yield "xml_mended", {"files": ", ".join(path for path in mended if path)[:300] or "XML"}
    for path, error in package.unread:
        yield "file_unread", {"path": path[:200], "line": error.values.get("line", 1)}
    texts = sum(_section_texts(document) for document in package.documents)
    if texts:
        yield "section_texts_left_out", {"count": texts}


def _section_texts(document: Document) -> int:
    """Texts that stand over a section or a quiz and belong to no question."""
    found = 0
    for one in document.root.iter():
        is_over = local_name(one) in ("presentation_material", "rubric", "objectives")
        if is_over and local_name(one.getparent()) in ("section", "assessment"):
            found += bool("".join(one.itertext()).strip())
    return found


# --- items ---


@dataclass(frozen=True)
class _Home:
    """What the sections around an item say of it."""

    topic_names: tuple[str, ...]
    points: str


def read_items(document: Document, package: Package, format_name: str = "qti12") -> Iterator[Entry]:
    """The entries of one document."""
    picture = package.picture_of(document)
    stimuli = _stimuli(document, picture)
    homes: dict[Any, _Home] = {}
    groups: dict[Any, Any] = {}
    room = MOST_STIMULUS_LETTERS
    for number, item in enumerate(document.items):
        parent = item.getparent()
        if parent not in homes:
            homes[parent] = _home(parent, groups)
        home = homes[parent]
        line = item.sourceline or 1
        place = Place("file_line", {"path": document.path, "line": line}) if document.path else _line(line)
        stimulus = stimuli.get(_field(item, "parent_stimulus_item_ident"), "")
        room -= len(stimulus)
        problems = _mended_problem(document)
        if stimulus and room < 0:  # a long text that stands over thousands of questions is copied into each
            stimulus, problems = "", (*problems, Problem("text_too_long", WARNING))
        around = Surroundings(
            place, lambda number=number: document.bytes_of(number), lambda item: _files(item, document, package),
            picture, home.topic_names, home.points, stimulus, format_name, problems,
        )  # fmt: skip
        yield read_item(item, around)


def _line(line: int) -> Place:
    return Place("line", {"line": line})


def _mended_problem(document: Document) -> tuple[Problem, ...]:
    return (Problem("read_from_broken_xml", NOTICE),) if document.is_mended else ()


def _files(item, document: Document, package: Package) -> tuple[tuple[tuple[str, bytes], ...], tuple[Problem, ...]]:
    """The files that an item which is kept raw needs, and what is said of those for which there is no room."""
    found: dict[str, bytes] = {}
    problems = []
    elements = [one for one in item.iter() if isinstance(one.tag, str)]
    texts = [one.text for one in elements if one.text]
    addresses = [one.get(name) for one in elements for name in ("uri", "src", "href") if one.get(name)]
    addresses += [address for words in texts if "=" in words for address in _FILE.findall(words)]
    for address in dict.fromkeys(addresses):
        file = package.file_at(address, document.path)
        if file is None or file[0] in found:
            continue
        if package.gallery.has_room_beside_raw(file[1]):
            found.setdefault(*file)
        elif len(problems) < _MOST_LEFT_OUT:
            problems.append(Problem("media_left_out", WARNING, values={"name": file[0][:200]}))
    return tuple(found.items()), tuple(problems)


def _field(item, wanted: str) -> str:
    for one in item.iter():
        if local_name(one) == "qtimetadatafield":
            words = {local_name(child): (child.text or "").strip() for child in one}
            if words.get("fieldlabel") == wanted:
                return words.get("fieldentry", "")
    return ""


def _stimuli(document: Document, picture) -> dict[str, str]:
    """Texts that New Quizzes keep as items of their own, by the name under which questions refer to them."""
    wanted = {_field(item, "parent_stimulus_item_ident") for item in document.items} - {""}
    found = {}
    for item in document.items if wanted else ():
        if item.get("ident") in wanted:
            stem = read_presentation(item, Materials(picture)).stem
            if plain(stem) or "<img" in stem:
                found[item.get("ident")] = stem
    return found


def _home(parent, groups: dict) -> _Home:
    """The titles over an item, the nearest first, and the points that its quiz gives for each of a group."""
    titles, points = [], ""
    while parent is not None:
        name = local_name(parent)
        if parent not in groups:
            groups[parent] = next((one for one in parent if local_name(one) == "selection_ordering"), None)
        group = groups[parent]
        if name == "section" and group is not None:
            points = points or next(
                (one.text or "" for one in group.iter() if local_name(one) == "points_per_item"), ""
            )
        elif name in ("section", "assessment", "objectbank"):
            titles.append(_title_of(parent))
        parent = parent.getparent()
    return _Home(tuple(dict.fromkeys(title for title in titles if title)), points)


def _title_of(element) -> str:
    title = " ".join((element.get("title") or "").split())
    if title or local_name(element) != "objectbank":
        return title
    for one in element:
        if local_name(one) == "qtimetadata":
            return _field(element, "bank_title")
    return ""


def _title(document: Document) -> str:
    for one in document.root.iter():
        if local_name(one) in ("assessment", "objectbank"):
            return _title_of(one)
    return ""


def _banks_elsewhere(document: Document, package: Package) -> Iterator[str]:
    """References to questions of a bank that is not in the file."""
    here = {item.get("ident") for one in package.documents for item in one.items}
    here |= {one.get("ident") for document in package.documents for one in document.root.iter()
             if local_name(one) == "objectbank"}  # fmt: skip
    for one in document.root.iter():
        name = local_name(one)
        if name == "bankentry_item" and one.get("item_ref") not in here:
            yield one.get("item_ref") or ""
        elif name == "sourcebank_ref" and (one.text or "").strip() not in here:
            section = one.getparent()
            while section is not None and local_name(section) != "section":
                section = section.getparent()
            if section is None or not any(local_name(child) == "item" for child in section):
                yield (one.text or "").strip()
        elif name == "itemref" and one.get("linkrefid") not in here:
            yield one.get("linkrefid") or ""
