"""PURE. Pictures are known by their bytes, never by their name: PNG, JPEG, GIF, WebP, walked to their end.

What follows a picture's end (a second file hidden behind it) is cut off. An SVG is taken only as far as it draws.
"""

import struct
import zlib
from dataclasses import dataclass

from exambank.bank.rules.drawings import UnsafeDrawing, clean_drawing, is_drawing

PICTURE_LIMIT_BYTES = 5 * 1024 * 1024
_LIMIT_SIDE = 8000
_LIMIT_PIXELS = 40_000_000


class PictureProblem(ValueError):
    """Why it is not taken: ``code`` is too_large, unknown_type, svg, broken or too_many_pixels."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Picture:
    """A picture that was checked; ``body`` ends where the picture ends."""

    media_type: str
    width: int
    height: int
    body: bytes


def read_picture(body: bytes) -> Picture:
    """Check a picture by its content; PictureProblem for all that is not a whole PNG, JPEG, GIF, WebP or SVG."""
    if len(body) > PICTURE_LIMIT_BYTES:
        raise PictureProblem("too_large")
    try:
        picture = _recognise(body)
    except (IndexError, struct.error, RecursionError):
        raise PictureProblem("broken") from None
    if not (0 < picture.width <= _LIMIT_SIDE and 0 < picture.height <= _LIMIT_SIDE):
        raise PictureProblem("too_many_pixels")
    if picture.width * picture.height > _LIMIT_PIXELS:
        raise PictureProblem("too_many_pixels")
    return picture


def _recognise(body: bytes) -> Picture:
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(body)
    if body.startswith(b"\xff\xd8\xff"):
        return _jpeg(body)
    if body[:6] in (b"GIF87a", b"GIF89a"):
        return _gif(body)
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return _webp(body)
    if is_drawing(body):
        return _svg(body)
    raise PictureProblem("unknown_type")


def _svg(body: bytes) -> Picture:
    try:
        cleaned, width, height = clean_drawing(body, _is_picture)
    except UnsafeDrawing:
        raise PictureProblem("svg") from None
    return Picture("image/svg+xml", width, height, cleaned)


def _is_picture(body: bytes) -> bool:
    """Whether a picture within a drawing is one itself; a drawing within a drawing is not."""
    try:
        return read_picture(body).media_type != "image/svg+xml"
    except PictureProblem:
        return False


def _png(body: bytes) -> Picture:
    width = height = 0
    at, has_data = 8, False
    while True:
        length, kind = struct.unpack_from(">I4s", body, at)
        end = at + 12 + length
        if end > len(body) or zlib.crc32(body[at + 4 : end - 4]) != struct.unpack_from(">I", body, end - 4)[0]:
            raise PictureProblem("broken")
        if at == 8:
            if kind != b"IHDR" or length != 13:
                raise PictureProblem("broken")
            width, height = struct.unpack_from(">II", body, at + 8)
        has_data |= kind == b"IDAT"
        at = end
        if kind == b"IEND":
            break
    if not has_data:
        raise PictureProblem("broken")
    return Picture("image/png", width, height, body[:at])


_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _jpeg(body: bytes) -> Picture:
    width = height = 0
    at = 2
    while True:
        if body[at] != 0xFF:
            raise PictureProblem("broken")
        while body[at] == 0xFF:
            at += 1
        marker = body[at]
        at += 1
        if marker == 0xD9:
            break
        length = struct.unpack_from(">H", body, at)[0]
        if length < 2 or at + length > len(body):
            raise PictureProblem("broken")
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", body, at + 3)
        at += length
        if marker == 0xDA:
            at = _end_of_scan(body, at)
    if not width:
        raise PictureProblem("broken")
    return Picture("image/jpeg", width, height, body[:at])


def _end_of_scan(body: bytes, at: int) -> int:
    """The next marker after compressed data; stuffed zeros and restart marks belong to the data."""
    while True:
        at = body.find(b"\xff", at)
        if at < 0 or at + 1 >= len(body):
            raise PictureProblem("broken")
        if body[at + 1] != 0x00 and not 0xD0 <= body[at + 1] <= 0xD7:
            return at
        at += 2


def _gif(body: bytes) -> Picture:
    width, height, flags = struct.unpack_from("<HHB", body, 6)
    at = 13 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
    has_image = False
    while body[at] != 0x3B:
        if body[at] == 0x21:
            at += 2
        elif body[at] == 0x2C:
            local = body[at + 9]
            at += 11 + (3 << ((local & 7) + 1) if local & 0x80 else 0)
            has_image = True
        else:
            raise PictureProblem("broken")
        while body[at]:
            at += body[at] + 1
        at += 1
    if not has_image:
        raise PictureProblem("broken")
    return Picture("image/gif", width, height, body[: at + 1])


def _webp(body: bytes) -> Picture:
    size = struct.unpack_from("<I", body, 4)[0] + 8
    if size > len(body) or size < 30:
        raise PictureProblem("broken")
    kind = body[12:16]
    if kind == b"VP8 " and body[23:26] == b"\x9d\x01\x2a":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", body, 26))
    elif kind == b"VP8L" and body[20] == 0x2F:
        bits = struct.unpack_from("<I", body, 21)[0]
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8X":
        width = int.from_bytes(body[24:27], "little") + 1
        height = int.from_bytes(body[27:30], "little") + 1
    else:
        raise PictureProblem("broken")
    return Picture("image/webp", width, height, body[:size])
