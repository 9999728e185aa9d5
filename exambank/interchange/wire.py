"""PURE. A reading as plain data and bytes beside it: for the pipe to the reading process, and for the database.

Nothing that could run is ever unpacked from it: JSON for what is said, raw bytes for pictures and kept items.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from exambank.interchange.neutral import (
    Convention,
    Draft,
    Entry,
    MediaFile,
    Place,
    Problem,
    Raw,
    Reading,
    Source,
)

# --- single parts, also as the database keeps them ---


def place_as_data(place: Place | None) -> dict:
    return {"code": place.code, "values": dict(place.values)} if place else {"code": "", "values": {}}


def place_of(data: Mapping | None) -> Place:
    return Place(data.get("code", ""), data.get("values", {})) if data else Place()


def problem_as_data(problem: Problem) -> dict:
    return {
        "code": problem.code, "severity": problem.severity, "column": problem.column, "values": dict(problem.values),
        "place": place_as_data(problem.place) if problem.place else None,
    }  # fmt: skip


def problem_of(data: Mapping) -> Problem:
    place = place_of(data["place"]) if data.get("place") else None
    return Problem(data["code"], data["severity"], data.get("column", ""), data.get("values", {}), place)


def evidence_as_data(evidence: Sequence) -> list:
    return [[label, [[signal, share] for signal, share in signals]] for label, signals in evidence]


# --- what the reading process is given ---


def pack_source(source: Source, wanted: str | None) -> bytes:
    """One line of JSON that tells the lengths, then the two files as they are."""
    head = {
        "name": source.name, "choices": dict(source.choices), "wanted": wanted, "key_name": source.key_name,
        "body": len(source.body), "key_body": len(source.key_body),
    }  # fmt: skip
    return json.dumps(head).encode() + b"\n" + source.body + source.key_body


def unpack_source(packed: bytes, progress: Callable[[int, int], None]) -> tuple[Source, str | None]:
    """The source and the format that was asked for."""
    line, _end, rest = packed.partition(b"\n")
    head = json.loads(line)
    body, key_body = rest[: head["body"]], rest[head["body"] : head["body"] + head["key_body"]]
    source = Source(
        body, head["name"], choices=head["choices"], key_body=key_body, key_name=head["key_name"], progress=progress
    )
    return source, head["wanted"]


# --- what it gives back ---


def pack_reading(reading: Reading) -> tuple[dict, list[bytes]]:
    """The reading as JSON, in which bytes are named by their place in the list."""
    blobs: list[bytes] = []

    def keep(body: bytes) -> int:
        blobs.append(body)
        return len(blobs) - 1

    return {
        "format": reading.format,
        "entries": [_entry_as_data(entry, keep) for entry in reading.entries],
        "media": [
            [key, {**{name: getattr(one, name) for name in _MEDIA}, "body": keep(one.body)}]
            for key, one in reading.media.items()
        ],
        "notices": [[code, values] for code, values in reading.notices],
        "title": reading.title,
        "conventions": [asdict(one) for one in reading.conventions],
        "convention": reading.convention,
        "facts": dict(reading.facts),
    }, blobs


_MEDIA = ("name", "media_type", "width", "height")


def _entry_as_data(entry: Entry, keep: Callable[[bytes], int]) -> dict:
    raw = entry.raw
    return {
        "place": place_as_data(entry.place),
        "name": entry.name,
        "draft": entry.draft.as_dict() if entry.draft else None,
        "raw": raw and {
            "format": raw.format, "suffix": raw.suffix, "name": raw.name, "identifier": raw.identifier,
            "body": keep(raw.body), "files": [[path, keep(body)] for path, body in raw.files],
        },
        "problems": [problem_as_data(problem) for problem in entry.problems],
        "source": [list(pair) for pair in entry.source],
        "evidence": evidence_as_data(entry.evidence),
    }  # fmt: skip


def unpack_reading(data: Mapping, blobs: Sequence[bytes]) -> Reading:
    """The reading again."""
    return Reading(
        format=data["format"],
        entries=tuple(_entry_of(one, blobs) for one in data["entries"]),
        media={key: MediaFile(**{**one, "body": blobs[one["body"]]}) for key, one in data["media"]},
        notices=tuple((code, values) for code, values in data["notices"]),
        title=data["title"],
        conventions=tuple(Convention(**one) for one in data["conventions"]),
        convention=data["convention"],
        facts=data["facts"],
    )


def _entry_of(data: Mapping, blobs: Sequence[bytes]) -> Entry:
    raw = data["raw"]
    return Entry(
        place=place_of(data["place"]),
        name=data["name"],
        draft=Draft.from_dict(data["draft"]) if data["draft"] else None,
        raw=raw and Raw(
            raw["format"], blobs[raw["body"]], raw["suffix"], raw["name"], raw["identifier"],
            tuple((path, blobs[place]) for path, place in raw["files"]),
        ),
        problems=tuple(problem_of(one) for one in data["problems"]),
        source=tuple((label, cell) for label, cell in data["source"]),
        evidence=tuple(
            (label, tuple((signal, share) for signal, share in signals)) for label, signals in data["evidence"]
        ),
    )  # fmt: skip
