"""PURE. Items into our own file, version 2: nothing that a draft holds is lost."""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from exambank.bank.rules import pictures_in
from exambank.interchange.formats.own_json.schema import FORMAT, INSIDE, VERSION
from exambank.interchange.neutral import WARNING, Bundle, Draft, Loss, MediaFile, Problem, Raw, Written

_MOMENT = (2026, 1, 1, 0, 0, 0)  # one moment for all files: the same items give the same bytes
_ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp",
            "image/svg+xml": ".svg"}  # fmt: skip
_LABELS = ("source", "source_chapter", "source_page", "contributors", "licence", "points", "note")


class _Parts:
    """Where bytes go: into the JSON as base64, or into files of the zip."""

    def __init__(self, is_zip: bool):
        self.is_zip, self.files = is_zip, {}

    def put(self, path: str, body: bytes) -> dict[str, str]:
        if not self.is_zip:
            return {"data": base64.b64encode(body).decode("ascii")}
        self.files[path] = body
        return {"file": path}


def write_own(bundle: Bundle) -> Written:
    """The whole bundle. ``choices``: "packing" ("json" or "zip"), "made_at", "module_code", "module_name"."""
    parts = _Parts(bundle.choices.get("packing") == "zip")
    used = {key for draft in bundle.drafts for key in _pictures_of(draft)}
    media = {key: _picture(key, one, parts) for key, one in bundle.media.items() if key in used}
    whole = {
        "format": FORMAT,
        "version": VERSION,
        **_heading(bundle),
        "items": [_item(draft) for draft in bundle.drafts],
        "raw": [_raw(raw, number, parts) for number, raw in enumerate(bundle.raws, start=1)],
        "media": media,
    }
    body = (json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
    losses = tuple(
        Loss(index, Problem("picture_missing", WARNING, values={"name": key}))
        for index, draft in enumerate(bundle.drafts)
        for key in sorted(_pictures_of(draft) - media.keys())
    )
    if parts.is_zip:
        return Written(_zip({INSIDE: body, **parts.files}), ".zip", "application/zip", losses)
    return Written(body, ".json", "application/json", losses)


def _heading(bundle: Bundle) -> dict[str, Any]:
    module = {name: bundle.choices.get(f"module_{name}", "") for name in ("code", "name")}
    found = {"title": bundle.title, "made_at": bundle.choices.get("made_at", ""), "module": module}
    return {name: value for name, value in found.items() if value and value != {"code": "", "name": ""}}


def _texts_in(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [one for part in value.values() for one in _texts_in(part)]
    return [one for part in value for one in _texts_in(part)] if isinstance(value, list | tuple) else []


def _pictures_of(draft: Draft) -> set[str]:
    texts = [draft.stem, *_texts_in(draft.content), *_texts_in(draft.extra.get("text_in_force") or {})]
    return {key for one in texts for key in pictures_in(one)} | ({draft.picture} - {""})


def _picture(key: str, media: MediaFile, parts: _Parts) -> dict[str, Any]:
    path = f"media/{key}{_ENDINGS.get(media.media_type, '.bin')}"
    return {
        "name": media.name, "media_type": media.media_type, "sha256": hashlib.sha256(media.body).hexdigest(),
        "width": media.width, "height": media.height, **parts.put(path, media.body),
    }  # fmt: skip


def _item(draft: Draft) -> dict[str, Any]:
    extra = dict(draft.extra)
    history, in_force = extra.pop("history", {}), extra.pop("text_in_force", None)
    outcome_text = extra.pop("outcome_text", "")
    found = {
        "id": draft.identifier, "code": draft.name, "kind": draft.kind,
        **{name: extra.pop(name) for name in ("state", "author") if name in extra},
        "topic": draft.topic_names[0] if draft.topic_names else "",
        "level": draft.level,
        "outcome": {"code": draft.outcome, "text": outcome_text} if draft.outcome or outcome_text else None,
        "tags": list(draft.tags),
        **{name: getattr(draft, name) for name in _LABELS},
        "expected_seconds": draft.expected_seconds,
    }  # fmt: skip
    if len(draft.topic_names) > 1:
        found["topics"] = list(draft.topic_names)
    if extra:
        found["extra"] = extra
    found["text"] = {
        "stem": draft.stem, "content": draft.content, "media": draft.picture or None, "media_alt": draft.picture_alt,
        "picture_name": draft.picture_name, **history,
    }  # fmt: skip
    found["text_in_force"] = in_force
    return found


def _raw(raw: Raw, number: int, parts: _Parts) -> dict[str, Any]:
    folder = f"raw/{number:05d}"
    files = [
        {"path": path, **parts.put(f"{folder}/{place}", body)} for place, (path, body) in enumerate(raw.files, start=1)
    ]
    return {
        "format": raw.format, "suffix": raw.suffix, "name": raw.name, "identifier": raw.identifier, "files": files,
        **parts.put(f"{folder}/0", raw.body),
    }  # fmt: skip


def _zip(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path, body in files.items():
            entry = zipfile.ZipInfo(path, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, body)
    return target.getvalue()
