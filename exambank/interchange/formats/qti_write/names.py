"""PURE. Names that a package allows: identifiers that are XML names, and plain ASCII file names, each once."""

import re
import unicodedata

LONGEST = 64
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_OTHERS = re.compile(r"[^A-Za-z0-9]+")
_ENDINGS = {
    "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/svg+xml": "svg",
}  # fmt: skip


class Register:
    """Hands out names, no two of which differ by capitals alone (some file systems do not see those)."""

    def __init__(self, *taken: str):
        self._taken = {name.lower() for name in taken}

    def identifier(self, wanted: str, fallback: str) -> str:
        """The wanted identifier where it is one; else what can be kept of it, or the fallback."""
        name = wanted if _IDENTIFIER.fullmatch(wanted) and len(wanted) <= LONGEST else plain_name(wanted)
        if not name:
            name = fallback
        return self._free(name if _IDENTIFIER.fullmatch(name) else f"Q{name}")

    def file(self, wanted: str, media_type: str) -> str:
        """A file name of this media type."""
        name, _dot, ending = wanted.rpartition(".")
        ending = _ENDINGS.get(media_type) or plain_name(ending).lower() or "bin"
        return self._free(plain_name(name) or "file", "." + ending)

    def _free(self, name: str, ending: str = "") -> str:
        found, number = name + ending, 1
        while found.lower() in self._taken:
            number += 1
            found = f"{name}-{number}{ending}"
        self._taken.add(found.lower())
        return found


def plain_name(words: str) -> str:
    """The letters and figures of a name in ASCII, "Câu 5" as "Cau-5"."""
    letters = unicodedata.normalize("NFD", words.replace("đ", "d").replace("Đ", "D"))
    bare = "".join(char for char in letters if not unicodedata.combining(char))
    return _OTHERS.sub("-", bare.encode("ascii", "replace").decode()).strip("-")[:LONGEST]
