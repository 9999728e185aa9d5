"""PURE. Which items a file holds: a lone item, a test with what it refers to, or a package with a manifest."""

import re
from dataclasses import dataclass, field
from fractions import Fraction

from exambank.interchange.formats.qti.declarations import number_of
from exambank.interchange.formats.qti.folders import Folder
from exambank.interchange.formats.qti.metadata import labels_in, title_in, topic_of
from exambank.interchange.formats.qti.names import child, give_plain_names, parse_lenient
from exambank.interchange.neutral import UnreadableFile

_ITEM_TYPE = re.compile(r"imsqti_(?:apip)?item_xmlv|imsqti_xmlv2|(?:apip)?item_xmlv[23]", re.IGNORECASE)
_TEST_TYPE = re.compile(r"imsqti_(?:apip)?(?:test|assessment|section)_xmlv|imsqti_testpart", re.IGNORECASE)
_ITEM_ROOT = re.compile(rb"<(?:[\w.-]+:)?(?:assessmentItem|qti-assessment-item)[\s>/]")
_TEST_ROOT = re.compile(rb"<(?:[\w.-]+:)?(?:assessmentTest|qti-assessment-test)[\s>/]")
_COMMENT = re.compile(rb"<!--(?:[^<]|<(?!!--))*?-->")
_LOOK = 64 * 1024
_DEEPEST_SECTION = 30
_MOST_NOTICES = 100


@dataclass
class Listed:
    """An item that a file holds or names; ``path`` is None when nothing is there."""

    href: str
    path: str | None
    labels: dict = field(default_factory=dict)
    weight: Fraction | None = None


@dataclass
class Contents:
    """``items`` in order, each once; ``codes`` are notices about the file as a whole."""

    items: list[Listed] = field(default_factory=list)
    title: str = ""
    notices: list[tuple[str, dict]] = field(default_factory=list)
    _seen: dict = field(default_factory=dict)
    _sections: set = field(default_factory=set)

    def add(self, listed: Listed) -> None:
        key = listed.path or f"?{listed.href}"
        known = self._seen.get(key)
        if known is None:
            self._seen[key] = listed
            self.items.append(listed)
            return
        known.labels = {**listed.labels, **known.labels}
        known.weight = known.weight if known.weight is not None else listed.weight

    def is_new_section(self, path: str) -> bool:
        """Whether this file of a section was not walked before: its items stand here once."""
        is_new = path not in self._sections
        self._sections.add(path)
        return is_new

    def tell(self, code: str, **values) -> None:
        if len(self.notices) < _MOST_NOTICES and (code, values) not in self.notices:
            self.notices.append((code, values))


def items_of_test(root, path: str, folder: Folder, contents: Contents) -> None:
    """The items that a test (plain names) refers to, in its order."""
    contents.title = contents.title or (root.get("title") or "").strip()[:300]
    for code in ("preCondition", "branchRule", "selection", "adaptiveSelection", "timeLimits"):
        if any(True for _one in root.iter(code)):
            contents.tell("test_rules_left_out")
    _walk(root, path, folder, contents, [])


def _walk(element, path: str, folder: Folder, contents: Contents, titles: list[str]) -> None:
    for one in element:
        if one.tag == "assessmentItemRef":
            _refer(one, path, folder, contents, titles)
        elif one.tag == "assessmentSectionRef":
            _section_file(one, path, folder, contents, titles)
        elif one.tag in ("testPart", "assessmentSection", "assessmentTest", "include"):
            inner = [*titles, one.get("title") or ""] if one.tag == "assessmentSection" else titles
            if len(inner) <= _DEEPEST_SECTION:
                _walk(one, path, folder, contents, inner)


def _refer(element, path: str, folder: Folder, contents: Contents, titles: list[str]) -> None:
    href = (element.get("href") or "").strip()
    weight = next((number_of(one.get("value")) for one in element if one.tag == "weight"), None)
    topic = topic_of(titles)
    labels = {"topic_names": topic} if topic else {}
    contents.add(Listed(href or element.get("identifier") or "?", folder.find(href, path), labels, weight))


def _section_file(element, path: str, folder: Folder, contents: Contents, titles: list[str]) -> None:
    href = (element.get("href") or "").strip()
    place = folder.find(href, path)
    if place is None or place == path or len(titles) >= _DEEPEST_SECTION:
        contents.add(Listed(href or "?", None))
        return
    if not contents.is_new_section(place):
        return
    try:
        root = parse_lenient(folder.read(place))[0]
    except UnreadableFile:
        contents.add(Listed(href, None))
        return
    give_plain_names(root)
    _walk(root, place, folder, contents, [*titles, root.get("title") or ""])


def items_of_package(folder: Folder) -> Contents:
    """Every item of a package: in the order of its tests, then of its manifest, then those that both forget."""
    contents = Contents()
    paths = list(folder)
    manifest = min((one for one in paths if one.lower().endswith("imsmanifest.xml")), key=_depth, default=None)
    resources = _resources(manifest, folder, contents) if manifest is not None else []
    tests = [(href, path) for kind, href, path, _labels in resources if kind == "test"]
    known = {path for _href, path in tests}
    tests += [("", path) for path in paths if path not in known and _holds(folder, path, _TEST_ROOT)]
    for _href, path in tests:
        _read_test(path, folder, contents)
    for kind, href, path, labels in resources:
        if kind == "item":
            contents.add(Listed(href, path, labels))
    listed = {one.path for one in contents.items}
    for path in sorted(paths):
        if path not in listed and _holds(folder, path, _ITEM_ROOT):
            contents.add(Listed(path, path))
            if manifest is not None:
                contents.tell("items_not_in_manifest")
    return contents


def _depth(path: str) -> tuple[int, str]:
    return path.count("/"), path


def _read_test(path: str | None, folder: Folder, contents: Contents) -> None:
    if path is None:
        return
    try:
        root = parse_lenient(folder.read(path))[0]
    except UnreadableFile:
        contents.tell("test_unreadable", path=path[:200])
        return
    give_plain_names(root)
    items_of_test(root, path, folder, contents)


def _resources(manifest: str, folder: Folder, contents: Contents) -> list[tuple[str, str, str | None, dict]]:
    """(item or test, href, path, labels) of the manifest's resources."""
    try:
        root = parse_lenient(folder.read(manifest))[0]
    except UnreadableFile:
        contents.tell("manifest_unreadable")
        return []
    give_plain_names(root)
    contents.title = title_in(child(root, "metadata"))
    found = []
    for one in root.iter("resource"):
        href = _href_of(one)
        path = folder.find(href, manifest) if href else None
        kind = _kind_of(one.get("type") or "", path, folder)
        if kind:
            found.append((kind, href or one.get("identifier") or "?", path, labels_in(child(one, "metadata"))))
    return found


def _href_of(resource) -> str:
    own = (resource.get("href") or "").strip()
    return own or next(((one.get("href") or "").strip() for one in resource if one.tag == "file"), "")


def _kind_of(declared: str, path: str | None, folder: Folder) -> str:
    """What the resource is by its file; by its declared type where the file is not there or tells nothing."""
    if path is not None and _holds(folder, path, _ITEM_ROOT):
        return "item"
    if path is not None and _holds(folder, path, _TEST_ROOT):
        return "test"
    if _TEST_TYPE.search(declared):
        return "test" if path is not None else ""
    return "item" if _ITEM_TYPE.search(declared) else ""


def _holds(folder: Folder, path: str, sign: re.Pattern) -> bool:
    """Whether the file begins with this root (the first element of a kind decides)."""
    if not path.lower().endswith((".xml", ".qti")):
        return False
    try:
        head = folder.read(path)[:_LOOK]
    except UnreadableFile:
        return False
    head = _COMMENT.sub(b"", head.replace(b"\0", b"") if b"\0" in head else head)
    first = re.search(rb"<(?![?!])", head)
    return first is not None and sign.match(head, first.start()) is not None
