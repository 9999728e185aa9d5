"""PURE. Pictures of a file, known by their bytes: each is checked by its content and named after it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from exambank.bank import rules

MOST_PICTURES = 5_000
MOST_PICTURE_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True)
class MediaFile:
    """A picture that was checked; ``name`` is what the file called it."""

    name: str
    media_type: str
    body: bytes
    width: int = 0
    height: int = 0


def media_id(body: bytes) -> str:
    """A name for these bytes in the shape of a public id (36 letters); the same bytes have the same name."""
    digest = hashlib.sha256(body).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"


class Gallery:
    """Collects the pictures of one file while it is read."""

    def __init__(self):
        self._files: dict[str, MediaFile] = {}
        self._bytes = 0

    @property
    def files(self) -> Mapping[str, MediaFile]:
        return dict(self._files)

    def add(self, name: str, body: bytes) -> str:
        """Keep a picture and give its id for ``<img data-media="ID">``.

        ``rules.PictureProblem`` (codes too_large, unknown_type, svg, broken, too_many_pixels) when it is not taken.
        """
        found = rules.read_picture(body)
        key = media_id(found.body)
        if key not in self._files:
            self._bytes += len(found.body)
            if len(self._files) >= MOST_PICTURES or self._bytes > MOST_PICTURE_BYTES:
                raise rules.PictureProblem("too_large")
            plain = name.replace("\\", "/").rpartition("/")[2]
            self._files[key] = MediaFile(plain[:300], found.media_type, found.body, found.width, found.height)
        return key
