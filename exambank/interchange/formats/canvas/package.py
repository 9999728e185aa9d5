"""PURE. What a QTI 1.2 file consists of: one XML, or a package with its pictures."""

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from exambank.interchange.formats.canvas.parsing import Document, decoded, read_document
from exambank.interchange.neutral import Gallery, Source, UnreadableFile
from exambank.interchange.safety.archives import Archive
from exambank.interchange.safety.xml import local_name, parse_xml
from exambank.interchange.texts import embedded_picture

_BASE = re.compile(r"^(?:(?:\$|%24)?IMS[-_]?CC[-_]?FILE[-_]?BASE(?:%24|\$)?/?|@X@[^@]{0,200}@X@)", re.IGNORECASE)
_XID = re.compile(r"\bxid-\d+_\d+")
_QUESTIONS = re.compile(r"<(?:[\w.-]+:)?questestinterop\b")
_NO_QUESTIONS = ("imsmanifest.xml", "assessment_meta.xml")
_MANIFEST = "imsmanifest.xml"


@dataclass(frozen=True)
class Package:
    """The documents of a file and how their pictures are found. ``unread``: (path, why) of those that are broken."""

    documents: tuple[Document, ...]
    gallery: Gallery
    file_at: Callable[[str, str], tuple[str, bytes] | None]
    title: str = ""
    copies: int = 0  # documents that only repeat another one
    unread: tuple[tuple[str, UnreadableFile], ...] = field(default=())

    def picture_of(self, document: Document) -> Callable[[str, str], str | None]:
        """How the texts of this document find their pictures."""

        def find(address: str, alt: str) -> str | None:
            embedded = embedded_picture(address)
            if embedded is not None:
                return self.gallery.add(alt or "picture", embedded)
            found = self.file_at(address, document.path)
            return self.gallery.add(*found) if found else None

        return find


def open_package(source: Source) -> Package:
    """The source opened; UnreadableFile when it cannot be."""
    if source.body.startswith(b"PK"):
        return _archive(source)
    document = read_document(source.body)
    return Package((document,), Gallery(), lambda address, base: _beside(source, address))


def _beside(source: Source, address: str) -> tuple[str, bytes] | None:
    """A file next to a lone XML file, when whoever opened it lets it be read."""
    for path in dict.fromkeys((_plain_address(address), unquote(_plain_address(address)))):
        body = source.beside(path) if path and not re.match(r"[a-zA-Z][\w+.-]*:", path) else None
        if body is not None:
            return posixpath.basename(path), body
    return None


def _plain_address(address: str) -> str:
    return _BASE.sub("", address.strip()).split("?")[0].split("#")[0].replace("\\", "/")


def _archive(source: Source) -> Package:
    archive = Archive(source.body)
    documents, unread = [], []
    for path, body in _question_files(archive):
        try:
            documents.append(read_document(body, path))
        except UnreadableFile as error:
            unread.append((path, error))
    if not documents:
        raise unread[0][1] if unread else UnreadableFile("no_questions")
    kept = _without_copies(documents)
    finder = _Finder(archive)
    copies = len(documents) - len(kept)
    return Package(tuple(kept), Gallery(), finder.find, _title(archive), copies, tuple(unread))


def _question_files(archive: Archive) -> Iterator[tuple[str, bytes]]:
    for path in archive:
        lower = path.lower()
        if lower.rpartition("/")[2] not in _NO_QUESTIONS and lower.endswith((".xml", ".qti", ".dat")):
            body = archive.read(path)
            if _QUESTIONS.search(decoded(body[:20_000])):
                yield path, body


def _without_copies(documents: list[Document]) -> list[Document]:
    """Canvas writes each quiz twice, for Common Cartridge and in its own way: the fuller one is kept."""
    own = {ident for one in documents if one.path.lower().endswith(".xml.qti") for ident in [_ident(one)] if ident}
    return [one for one in documents if one.path.lower().endswith(".xml.qti") or _ident(one) not in own]


def _ident(document: Document) -> str:
    for one in document.root.iter():
        if local_name(one) in ("assessment", "objectbank"):
            return one.get("ident") or ""
    return ""


def _title(archive: Archive) -> str:
    path = next((one for one in sorted(archive, key=len) if one.lower().endswith(_MANIFEST)), None)
    if path is None:
        return ""
    try:
        root = parse_xml(decoded(archive.read(path)).encode(), recover=True)
    except UnreadableFile:
        return ""
    for one in root.iter():
        if local_name(one) == "title" and (words := " ".join("".join(one.itertext()).split())):
            return words[:300]
    return ""


def finder_of(archive: Archive) -> Callable[[str, str], tuple[str, bytes] | None]:
    """How the files of a package are found by the addresses in its texts."""
    return _Finder(archive).find


class _Finder:
    """Finds files by the many ways in which exporters spell their addresses."""

    def __init__(self, archive: Archive):
        self._archive, self._read = archive, {}
        self._by_name: dict[str, list[str]] = {}
        for path in archive:
            self._by_name.setdefault(posixpath.basename(path).casefold(), []).append(path)

    def find(self, address: str, base: str) -> tuple[str, bytes] | None:
        """(name, bytes) of the file that is meant; None when there is none."""
        plain = _plain_address(address)
        if not plain or re.match(r"[a-zA-Z][\w+.-]*:", plain):
            return None
        path = self._archive.find(plain, base) or self._archive.find(f"web_resources/{plain}") or self._alike(plain)
        if path is None:
            return None
        if path not in self._read:  # read once, so that it counts once towards the archive's limit
            self._read[path] = self._archive.read(path)
        return posixpath.basename(path), self._read[path]

    def _alike(self, address: str) -> str | None:
        """The only file of this name, or the one whose path ends most like the address."""
        wanted = unquote(address).casefold().strip("/").split("/")
        found = self._by_name.get(wanted[-1], []) or self._by_number(address)
        ranked = sorted(found, key=lambda path: -_common_end(path.casefold().split("/"), wanted))
        if len(ranked) > 1:
            first, second = (_common_end(path.casefold().split("/"), wanted) for path in ranked[:2])
            return ranked[0] if first > second else None
        return ranked[0] if ranked else None

    def _by_number(self, address: str) -> list[str]:
        """Blackboard gives files numbers and adds their endings."""
        number = _XID.search(address)
        if number is None:
            return []
        return [path for name, paths in self._by_name.items() if f"{number[0]}." in f"{name}." for path in paths
                if not name.endswith(".xml")]  # fmt: skip


def _common_end(one: list[str], other: list[str]) -> int:
    count = 0
    for first, second in zip(reversed(one), reversed(other), strict=False):
        if first != second:
            break
        count += 1
    return count
