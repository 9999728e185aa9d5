"""PURE. The parts of a Word package: the document, its styles, its lists, the files that it shows."""

import posixpath
import re

from exambank.interchange.formats.word.parts.names import STRICT
from exambank.interchange.neutral import UnreadableFile
from exambank.interchange.safety.archives import Archive
from exambank.interchange.safety.xml import parse_xml

_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_WORDS = re.compile(rb"<w:t[ >]")


class Package:
    """A Word file opened. UnreadableFile("no_document") when it holds no text."""

    def __init__(self, body: bytes):
        self._archive = Archive(body)
        paths = {path.lower(): path for path in self._archive}
        self._path = self._main_part(paths)
        self._targets = self._relationships(self._path)
        self.document = self._xml(self._path)
        self.styles = self._beside("styles.xml")
        self.numbering = self._beside("numbering.xml")

    def _main_part(self, paths: dict[str, str]) -> str:
        if "_rels/.rels" in paths:
            for kind, target, is_outside in self._read_relationships(paths["_rels/.rels"]).values():
                if kind.endswith("/officeDocument") and not is_outside and target.lstrip("/") in self._archive:
                    return target.lstrip("/")
        if "word/document.xml" in paths:
            return paths["word/document.xml"]
        raise UnreadableFile("no_document")

    def _relationships(self, path: str) -> dict[str, tuple[str, str, bool]]:
        folder, name = posixpath.split(path)
        beside = f"{folder}/_rels/{name}.rels"
        return self._read_relationships(beside) if beside in self._archive else {}

    def _read_relationships(self, path: str) -> dict[str, tuple[str, str, bool]]:
        return {
            one.get("Id") or "": (one.get("Type") or "", one.get("Target") or "", one.get("TargetMode") == "External")
            for one in self._xml(path).iter(_RELATIONSHIP)
        }

    def _xml(self, path: str):
        body = self._archive.read(path)
        if b"purl.oclc.org" in body:
            for strict, usual in STRICT:
                body = body.replace(strict, usual)
        return parse_xml(body)

    def _beside(self, name: str):
        path = self._archive.find(name, self._path)
        return None if path is None else self._xml(path)

    def target(self, relationship: str | None) -> tuple[str, bool]:
        """(address, whether it lies outside) of what a relationship names; "" when there is none."""
        _kind, target, is_outside = self._targets.get(relationship or "", ("", "", False))
        return target, is_outside

    def file(self, relationship: str | None) -> tuple[str, bytes | None]:
        """(name, bytes) of what a relationship names; None when it is not in the file."""
        target, is_outside = self.target(relationship)
        path = None if is_outside else self._archive.find(target, self._path)
        return posixpath.basename(target.replace("\\", "/")), None if path is None else self._archive.read(path)

    def has_words(self, name: str) -> bool:
        """Whether a part beside the document (``header``, ``comments`` ...) holds any text."""
        folder = posixpath.dirname(self._path)
        start = f"{folder}/{name}" if folder else name
        parts = [path for path in self._archive if path.startswith(start) and path.endswith(".xml")]
        return any(_WORDS.search(self._archive.read(path)) for path in parts[:12])
