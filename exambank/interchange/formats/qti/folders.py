"""PURE. The files among which an item stands: those of a package, or those beside a lone file."""

import posixpath
import re
from collections.abc import Iterator
from typing import Protocol
from urllib.parse import unquote

from exambank.bank.rules import PictureProblem
from exambank.interchange.neutral import Gallery, Source, UnreadableFile
from exambank.interchange.safety.archives import Archive
from exambank.interchange.texts import embedded_picture

_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:")


class Folder(Protocol):
    """Where files are looked for."""

    def find(self, href: str, base: str = "") -> str | None:
        """The path that ``href`` in the file ``base`` means, or None."""

    def read(self, path: str) -> bytes:
        """The bytes of a path that ``find`` gave."""

    def __iter__(self) -> Iterator[str]: ...


class Beside:
    """The folder of a lone file: only what is asked for by name is ever looked at."""

    def __init__(self, source: Source):
        self._source, self._read = source, {source.name: source.body}

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def find(self, href: str, base: str = "") -> str | None:
        plain = href.split("#")[0].split("?")[0].replace("\\", "/").strip()
        if not plain or _ADDRESS.match(plain):
            return None
        for spelled in dict.fromkeys((plain, unquote(plain))):
            for folder in dict.fromkeys((posixpath.dirname(base), "")):
                path = posixpath.normpath(posixpath.join(folder, spelled.lstrip("/")))
                if self._holds(path):
                    return path
        return None

    def _holds(self, path: str) -> bool:
        if path not in self._read:
            body = self._source.beside(path)
            if body is None:
                return False
            self._read[path] = body
        return True

    def read(self, path: str) -> bytes:
        return self._read[path]


class Unpacked:
    """An archive whose files are kept once they were read, so that each counts once towards its limit."""

    def __init__(self, archive: Archive):
        self._archive, self._read = archive, {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._archive)

    def find(self, href: str, base: str = "") -> str | None:
        return self._archive.find(href, base)

    def read(self, path: str) -> bytes:
        if path not in self._read:
            self._read[path] = self._archive.read(path)
        return self._read[path]


class Pictures:
    """Finds the pictures of items, each checked once."""

    def __init__(self, folder: Folder, gallery: Gallery):
        self._folder, self._gallery, self._known = folder, gallery, {}

    def find(self, address: str, base: str) -> str | None:
        """The media id of a picture; None when it is not here; PictureProblem when it is none that we take."""
        body = embedded_picture(address)
        if body is not None:
            return self._gallery.add("picture", body)
        path = self._folder.find(address, base)
        if path is None:
            return None
        if path not in self._known:
            self._known[path] = self._taken(path)
        if isinstance(self._known[path], PictureProblem):
            raise self._known[path]
        return self._known[path]

    def has_room_beside_raw(self, body: bytes) -> bool:
        """Whether a file may go along with an item that is kept raw."""
        return self._gallery.has_room_beside_raw(body)

    def _taken(self, path: str) -> str | PictureProblem:
        try:
            return self._gallery.add(path, self._folder.read(path))
        except PictureProblem as problem:
            return problem
        except UnreadableFile:
            return PictureProblem("broken")
