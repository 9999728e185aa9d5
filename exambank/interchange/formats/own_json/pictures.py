"""PURE. The pictures of our own file: their bytes are checked, and every text names them by what they are."""

import base64
import binascii
import html
import re
from collections.abc import Callable, Mapping
from typing import Any

from exambank.bank.rules import PictureProblem
from exambank.interchange.neutral import WARNING, Gallery, Problem

_IMG = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r'\b(data-media|alt)\s*=\s*(?:"([^"]*)"|\'([^\']*)\'|([^\s"\'>]+))', re.IGNORECASE)
_CODES = {"too_large": "picture_too_large", "too_many_pixels": "picture_too_large", "broken": "picture_broken"}

Inside = Callable[[str], bytes | None]


def bytes_of(row: Mapping, inside: Inside) -> bytes | None:
    """The bytes that a row has in base64 or names in the zip; None when there are none."""
    if isinstance(row.get("data"), str):
        try:
            return base64.b64decode(row["data"], validate=True)
        except (binascii.Error, ValueError):
            return None
    path = row.get("file")
    return inside(path) if isinstance(path, str) else None


class Pictures:
    """Looks up the pictures that one file names; each is checked when it is first needed."""

    def __init__(self, media: Any, inside: Inside):
        self._rows = media if isinstance(media, Mapping) else {}
        self._inside = inside
        self._gallery = Gallery()
        self._known: dict[str, tuple[str | None, str]] = {}

    @property
    def files(self) -> Mapping:
        return self._gallery.files

    def alt_of(self, key: str) -> str:
        row = self._rows.get(key)
        alt = row.get("alt") if isinstance(row, Mapping) else ""
        return alt if isinstance(alt, str) else ""

    def find(self, key: str, problems: list[Problem]) -> str | None:
        """The id under which the picture stands in the reading; None, with a problem, when it cannot be had."""
        if key not in self._known:
            self._known[key] = self._take(key)
        found, code = self._known[key]
        if found is None:
            problem = Problem(code, WARNING, values={"name": self.name_of(key)[:100]})
            if problem not in problems:
                problems.append(problem)
        return found

    def name_of(self, key: str) -> str:
        row = self._rows.get(key)
        name = row.get("name") if isinstance(row, Mapping) else ""
        return name if isinstance(name, str) and name else key

    def _take(self, key: str) -> tuple[str | None, str]:
        row = self._rows.get(key)
        body = bytes_of(row, self._inside) if isinstance(row, Mapping) else None
        if body is None:
            return None, "picture_missing"
        try:
            return self._gallery.add(self.name_of(key), body), ""
        except PictureProblem as problem:
            return None, _CODES.get(str(problem), "picture_kind")

    def renamed(self, value: Any, problems: list[Problem]) -> Any:
        """A value of any shape whose texts name their pictures as the reading does; a lost one leaves its words."""
        if isinstance(value, str):
            return _IMG.sub(lambda found: self._image(found[0], problems), value) if "<img" in value.lower() else value
        if isinstance(value, Mapping):
            return {name: self.renamed(one, problems) for name, one in value.items()}
        if isinstance(value, list):
            return [self.renamed(one, problems) for one in value]
        return value

    def _image(self, tag: str, problems: list[Problem]) -> str:
        given = {found[1].lower(): html.unescape(found[2] or found[3] or found[4] or "")
                 for found in _ATTRIBUTE.finditer(tag)}  # fmt: skip
        alt = given.get("alt", "")
        found = self.find(given.get("data-media", "")[:100], problems)
        if found is None:
            return html.escape(f"[{alt}]", quote=False) if alt else ""
        return f'<img data-media="{found}" alt="{html.escape(alt)}">'
