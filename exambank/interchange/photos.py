"""PURE. Photos of people: known by their bytes, kept small, stripped of everything that is not the picture.

A camera writes place, time and owner into its files; of all that only the way a JPEG is to be turned stays.
"""

import struct
from dataclasses import dataclass

from exambank.bank.rules import PictureProblem, read_picture

PHOTO_LIMIT_BYTES = 1024 * 1024
SHORTEST_SIDE = 80
LONGEST_SIDE = 4000
_ORIENTATION = 0x0112
_KEPT_CHUNKS = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB"})


class PhotoProblem(ValueError):
    """Why it is not taken: ``code`` is too_large, unknown_type, broken, too_small or too_many_pixels."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class CheckedPhoto:
    """A JPEG or PNG that was walked to its end; ``body`` holds the picture alone."""

    media_type: str
    body: bytes


def read_photo(body: bytes) -> CheckedPhoto:
    """Check and strip one photo; PhotoProblem for whatever is no whole JPEG or PNG of a sensible size."""
    if len(body) > PHOTO_LIMIT_BYTES:
        raise PhotoProblem("too_large")
    try:
        picture = read_picture(body)
    except PictureProblem as problem:
        raise PhotoProblem("unknown_type" if problem.code == "svg" else problem.code) from None
    if picture.media_type not in {"image/jpeg", "image/png"}:
        raise PhotoProblem("unknown_type")
    if min(picture.width, picture.height) < SHORTEST_SIDE:
        raise PhotoProblem("too_small")
    if max(picture.width, picture.height) > LONGEST_SIDE:
        raise PhotoProblem("too_many_pixels")
    strip = _strip_jpeg if picture.media_type == "image/jpeg" else _strip_png
    return CheckedPhoto(picture.media_type, strip(picture.body))


def _strip_png(body: bytes) -> bytes:
    kept, at = [body[:8]], 8
    while at < len(body):
        length, kind = struct.unpack_from(">I4s", body, at)
        if kind in _KEPT_CHUNKS:
            kept.append(body[at : at + 12 + length])
        at += 12 + length
    return b"".join(kept)


def _strip_jpeg(body: bytes) -> bytes:
    """Without APP1 to APP13, APP15 and comments; APP0 (JFIF) and APP14 (colours) belong to the picture."""
    kept, at, turned = [b"\xff\xd8"], 2, 1
    while True:
        while body[at + 1] == 0xFF:
            at += 1
        marker = body[at + 1]
        if marker in {0xD9, 0xDA}:  # the picture itself, or its end: what follows is data
            break
        length = struct.unpack_from(">H", body, at + 2)[0]
        segment = body[at : at + 2 + length]
        if marker == 0xE1 and segment[4:10] == b"Exif\0\0":
            turned = _orientation(segment[10:])
        if not (0xE1 <= marker <= 0xEF and marker != 0xEE) and marker != 0xFE:
            kept.append(segment)
        at += 2 + length
    kept[1:1] = [_exif(turned)] if turned != 1 else []
    return b"".join(kept) + body[at:]


def _orientation(tiff: bytes) -> int:
    """How the picture is turned (1 to 8) as its Exif says; 1 for whatever cannot be read."""
    try:
        order = {b"II": "<", b"MM": ">"}[tiff[:2]]
        start = struct.unpack_from(f"{order}I", tiff, 4)[0]
        for entry in range(struct.unpack_from(f"{order}H", tiff, start)[0]):
            tag, kind = struct.unpack_from(f"{order}HH", tiff, start + 2 + 12 * entry)
            if (tag, kind) == (_ORIENTATION, 3):
                value = struct.unpack_from(f"{order}H", tiff, start + 2 + 12 * entry + 8)[0]
                return value if 1 <= value <= 8 else 1
    except (KeyError, struct.error):
        pass
    return 1


def _exif(turned: int) -> bytes:
    """An Exif segment that says nothing but how to turn the picture."""
    tiff = b"MM\0\x2a" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, turned, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
