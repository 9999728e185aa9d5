"""PURE. A zip opened with caps: paths, counts, sizes and ratios; what a zip says of itself may be a lie."""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

from exambank.interchange.neutral.files import UnreadableFile

ARCHIVE_LIMIT = 60 * 1024 * 1024
UNPACKED_LIMIT = 300 * 1024 * 1024
FILE_LIMIT = 60 * 1024 * 1024
ENTRY_LIMIT = 20_000
RATIO_LIMIT = 200
_NESTED = (".zip", ".rar", ".7z", ".gz", ".bz2", ".xz", ".tar", ".jar", ".tgz", ".imscc")
_JUNK = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|\._)")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


class Archive:
    """The files of a zip by their paths (``/`` between folders), unpacked one by one and counted together."""

    def __init__(self, body: bytes, *, allow_nested: bool = False):
        if len(body) > ARCHIVE_LIMIT:
            raise UnreadableFile("archive_too_large", limit=ARCHIVE_LIMIT // 1024 // 1024)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(body))
            entries = self._zip.infolist()
        except _BROKEN:
            raise UnreadableFile("archive_broken") from None
        self._left = UNPACKED_LIMIT
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self._check(entries, allow_nested)

    def _check(self, entries: list[zipfile.ZipInfo], allow_nested: bool) -> None:
        if len(entries) > ENTRY_LIMIT:
            raise UnreadableFile("archive_too_many_files", limit=ENTRY_LIMIT)
        if any(entry.flag_bits & 1 for entry in entries):
            raise UnreadableFile("archive_password")
        unpacked, packed = sum(one.file_size for one in entries), sum(one.compress_size for one in entries)
        if unpacked > UNPACKED_LIMIT or (unpacked > 4 * 1024 * 1024 and unpacked > RATIO_LIMIT * packed):
            raise UnreadableFile("archive_bomb")
        for entry in entries:
            name = entry.filename.replace("\\", "/")
            if not name or name.endswith("/") or _JUNK.search(name):
                continue
            if _is_outside(name):
                raise UnreadableFile("archive_path", path=name[:120])
            if name.lower().endswith(_NESTED) and not allow_nested:
                raise UnreadableFile("archive_nested", path=name[:120])
            if name in self._entries:
                raise UnreadableFile("archive_twice", path=name[:120])
            self._entries[name] = entry

    def __contains__(self, path: str) -> bool:
        return path in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def size(self, path: str) -> int:
        """What the zip says this file is long."""
        return self._entries[path].file_size

    def read(self, path: str) -> bytes:
        """The bytes of a file; KeyError when there is none, UnreadableFile when it is broken or too much."""
        entry = self._entries[path]
        most = min(FILE_LIMIT, self._left)
        try:
            with self._zip.open(entry) as stream:
                body = stream.read(most + 1)
        except _BROKEN:
            raise UnreadableFile("archive_broken") from None
        if len(body) > most:
            raise UnreadableFile("archive_bomb")
        self._left -= len(body)
        return body

    def find(self, href: str, base: str = "") -> str | None:
        """The path that ``href`` of the file ``base`` means: beside it, from the root, percent-encoded or not."""
        plain = href.split("#")[0].split("?")[0].replace("\\", "/").strip()
        if not plain or re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", plain):
            return None
        for spelled in dict.fromkeys((plain, unquote(plain))):
            for folder in dict.fromkeys((posixpath.dirname(base), "")):
                path = posixpath.normpath(posixpath.join(folder, spelled.lstrip("/")))
                if path in self._entries:
                    return path
        return None


def _is_outside(name: str) -> bool:
    return name.startswith("/") or ".." in name.split("/") or bool(re.search(r"[\0:]", name))
