"""PURE. Pictures of a file, known by their bytes: each is checked by its content and named after it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from exambank.bank import rules

MOST_PICTURES = 5_000
MOST_PICTURE_BYTES = 200 * 1024 * 1024
MOST_DRAWING_BYTES = 20 * 1024 * 1024  # a drawing is taken apart, shape by shape
MOST_RAW_BYTES = 50 * 1024 * 1024
_PAINTED = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")


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
        self._known: dict[bytes, str | rules.PictureProblem] = {}
        self._bytes, self._drawing_bytes, self._raw_bytes = 0, 0, 0

    @property
    def files(self) -> Mapping[str, MediaFile]:
        return dict(self._files)

    def add(self, name: str, body: bytes) -> str:
        """Keep a picture and give its id for ``<img data-media="ID">``.

        ``rules.PictureProblem`` (codes too_large, unknown_type, svg, broken, too_many_pixels) when it is not taken.
        """
        if body not in self._known:  # one picture may stand in thousands of questions
            try:
                self._known[body] = self._taken(name, body)
            except rules.PictureProblem as problem:
                self._known[body] = problem
        known = self._known[body]
        if isinstance(known, rules.PictureProblem):
            raise rules.PictureProblem(known.code)
        return known

    def has_room_beside_raw(self, body: bytes) -> bool:
        """Whether a file may go along with an item that is kept raw: each such item carries its own copy."""
        if self._raw_bytes + len(body) > MOST_RAW_BYTES:
            return False
        self._raw_bytes += len(body)
        return True

    def _taken(self, name: str, body: bytes) -> str:
        if not body.startswith(_PAINTED):
            self._drawing_bytes += len(body)
            if self._drawing_bytes > MOST_DRAWING_BYTES:
                raise rules.PictureProblem("too_large")
        found = rules.read_picture(body)
        key = media_id(found.body)
        if key not in self._files:
            self._bytes += len(found.body)
            if len(self._files) >= MOST_PICTURES or self._bytes > MOST_PICTURE_BYTES:
                raise rules.PictureProblem("too_large")
            plain = name.replace("\\", "/").rpartition("/")[2]
            self._files[key] = MediaFile(plain[:300], found.media_type, found.body, found.width, found.height)
        return key
