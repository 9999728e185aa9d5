"""PURE. A ``.tar.gz`` opened with caps, member by member: names, sizes, counts, and no links at all.

Read by our own hand: what a header claims is checked before a byte of its content is kept.
"""

import zlib
from collections.abc import Iterator

from exambank.interchange.neutral import UnreadableFile
from exambank.interchange.safety.archives import ARCHIVE_LIMIT, ENTRY_LIMIT, FILE_LIMIT, RATIO_LIMIT, UNPACKED_LIMIT

_BLOCK = 512
_CHUNK = 64 * 1024
_KEPT_LIMIT = 150 * 1024 * 1024
_LONGEST_NAME = 64 * 1024
_REGULAR, _FOLDER, _LONG_NAME, _PAX, _PAX_ALL, _LINKS = "0\x00", "5", "L", "x", "g", "12K"


def open_tarball(body: bytes, is_wanted) -> dict[str, bytes]:
    """The regular files whose paths are wanted, by their paths. UnreadableFile for whatever is unsafe or broken."""
    if len(body) > ARCHIVE_LIMIT:
        raise UnreadableFile("archive_too_large", limit=ARCHIVE_LIMIT // 1024 // 1024)
    stream = _Unpacked(body)
    files: dict[str, bytes] = {}
    kept = 0
    for path, size in _members(stream):
        if not is_wanted(path):
            stream.skip(_padded(size))
            continue
        kept += size
        if size > FILE_LIMIT or kept > _KEPT_LIMIT:
            raise UnreadableFile("archive_bomb")
        if path in files:
            raise UnreadableFile("archive_twice", path=path[:120])
        files[path] = stream.read(_padded(size))[:size]
    return files


class _Unpacked:
    """The unpacked bytes of a gzip, never more of them than allowed."""

    def __init__(self, body: bytes):
        self._packed, self._at = body, 0
        self._unpacker = zlib.decompressobj(31)
        self._rest, self._ready, self._total = b"", b"", 0

    def read(self, size: int) -> bytes:
        """So many bytes; fewer only at the end."""
        parts, missing = [], size
        while missing > 0:
            if not self._ready and not self._more():
                break
            part, self._ready = self._ready[:missing], self._ready[missing:]
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def skip(self, size: int) -> None:
        """Go on without keeping anything."""
        while size > 0:
            part = self.read(min(size, _CHUNK))
            if not part:
                raise UnreadableFile("archive_broken")
            size -= len(part)

    def _more(self) -> bool:
        while not self._ready:
            if self._unpacker.eof:
                self._rest = self._unpacker.unused_data.lstrip(b"\0")
                self._unpacker = zlib.decompressobj(31)
                if not self._rest and self._at >= len(self._packed):
                    return False
            if not self._rest:
                self._rest = self._packed[self._at : self._at + _CHUNK]
                self._at += len(self._rest)
                if not self._rest:
                    return False
            self._unpack()
        return True

    def _unpack(self) -> None:
        try:
            self._ready = self._unpacker.decompress(self._rest, _CHUNK)
        except zlib.error:
            raise UnreadableFile("archive_broken") from None
        self._rest = self._unpacker.unconsumed_tail
        self._total += len(self._ready)
        is_blown_up = self._total > 4 * 1024 * 1024 and self._total > RATIO_LIMIT * max(self._at, 1)
        if self._total > UNPACKED_LIMIT or is_blown_up:
            raise UnreadableFile("archive_bomb")


def _members(stream: _Unpacked) -> Iterator[tuple[str, int]]:
    """(path, size) of every regular file; its content stands next in the stream."""
    count, long_name = 0, ""
    while True:
        header = stream.read(_BLOCK)
        if len(header) < _BLOCK or not header.strip(b"\0"):
            if not count:
                raise UnreadableFile("archive_broken")
            return
        count += 1
        if count > ENTRY_LIMIT:
            raise UnreadableFile("archive_too_many_files", limit=ENTRY_LIMIT)
        kind, size = chr(header[156]), _size(header)
        if kind in _LINKS:
            raise UnreadableFile("archive_link", path=_name(header)[:120])
        if kind in (_LONG_NAME, _PAX):
            long_name = _long_name(kind, stream, size) or long_name
        elif kind in _REGULAR:
            path, long_name = long_name or _name(header), ""
            yield _safe(path), size
        elif kind in (_FOLDER, _PAX_ALL):
            stream.skip(_padded(size))
            long_name = long_name if kind == _PAX_ALL else ""
        else:
            raise UnreadableFile("archive_link", path=_name(header)[:120])


def _size(header: bytes) -> int:
    digits = header[124:136].strip(b"\0 ")
    try:
        size = int(digits or b"0", 8)
        checksum = int(header[148:156].strip(b"\0 ") or b"0", 8)
    except ValueError:
        raise UnreadableFile("archive_broken") from None
    if checksum != sum(header[:148]) + 8 * 32 + sum(header[156:]) or size < 0:
        raise UnreadableFile("archive_broken")
    return size


def _name(header: bytes) -> str:
    name = header[:100].split(b"\0")[0].decode("utf-8", "replace")
    prefix = header[345:500].split(b"\0")[0].decode("utf-8", "replace") if header[257:262] == b"ustar" else ""
    return f"{prefix}/{name}" if prefix and header[263:265] != b" \0" else name


def _long_name(kind: str, stream: _Unpacked, size: int) -> str:
    if size > _LONGEST_NAME:
        raise UnreadableFile("archive_bomb")
    content = stream.read(_padded(size))[:size]
    if kind == _LONG_NAME:
        return content.split(b"\0")[0].decode("utf-8", "replace")
    for line in content.split(b"\n"):
        name, _equals, value = line.partition(b" ")[2].partition(b"=")
        if name == b"path":
            return value.decode("utf-8", "replace")
    return ""


def _safe(path: str) -> str:
    plain = path.replace("\\", "/").removeprefix("./")
    if plain.startswith("/") or ".." in plain.split("/") or "\0" in plain or ":" in plain.split("/")[0]:
        raise UnreadableFile("archive_path", path=plain[:120])
    return plain


def _padded(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK
