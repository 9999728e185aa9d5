"""PURE. The lossless file of a bank: format "exambank-bank", version 1, one JSON object.

Every item with its newest text and, when another one is in force, that text too; places by their names, pictures as
base64 under their public ids, so that a text's own ``data-media`` finds them. Nothing of the database's keys goes out.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

FORMAT = "exambank-bank"
VERSION = 1


def write_bank(
    *, module: Mapping[str, str], made_at: datetime, items: Iterable[Mapping[str, Any]],
    pictures: Iterable[Mapping[str, Any]],
) -> bytes:  # fmt: skip
    """The file's bytes. ``pictures``: public_id, name, alt, media_type, sha256, width, height and body (bytes)."""
    media = {
        picture["public_id"]: {
            **{name: picture[name] for name in ("name", "alt", "media_type", "sha256", "width", "height")},
            "data": base64.b64encode(picture["body"]).decode("ascii"),
        }
        for picture in pictures
    }
    whole = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": made_at.isoformat(timespec="seconds"),
        "module": dict(module),
        "items": [dict(item) for item in items],
        "media": media,
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def texts_in(content: Any) -> Iterator[str]:
    """Every text in a stored content, however deep: what may hold pictures."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping):
        for value in content.values():
            yield from texts_in(value)
    elif isinstance(content, list):
        for value in content:
            yield from texts_in(value)
