"""PURE. Our own lossless file of a bank, alone or in a zip with its pictures; ``schema`` describes it.

A JSON file that is not ours but a plain list of questions is read as the table that it is.
"""

from collections.abc import Mapping
from typing import Any

from exambank.interchange.formats.own_json.parsing import parse_json
from exambank.interchange.formats.own_json.reading import read_own
from exambank.interchange.formats.own_json.schema import FORMAT, INSIDE
from exambank.interchange.formats.own_json.writing import write_own
from exambank.interchange.formats.sheets.objects import find_objects, read_objects
from exambank.interchange.neutral import Bundle, Reading, Source, UnreadableFile, Written
from exambank.interchange.safety.archives import Archive


def read(source: Source) -> Reading:
    """Every item of the file. UnreadableFile when it cannot be used."""
    if source.body.startswith(b"PK"):
        return _read_zip(source)
    return _read_data(parse_json(source.body), lambda path: None, source)


def _read_zip(source: Source) -> Reading:
    archive = Archive(source.body)
    found = next((path for path in archive if path.lower() == INSIDE), None)
    inner = [path for path in archive if path.lower().endswith(".json")]
    if found is None and len(inner) != 1:
        raise UnreadableFile("json_not_in_zip", name=INSIDE)
    data = parse_json(archive.read(found or inner[0]))
    return _read_data(data, lambda path: archive.read(path) if path in archive else None, source)


def _read_data(data: Any, inside, source: Source) -> Reading:
    if isinstance(data, Mapping) and data.get("format") == FORMAT:
        return read_own(data, inside, source)
    objects = find_objects(data)
    if objects is None:
        raise UnreadableFile("json_unknown")
    return read_objects(objects, source)


def write(bundle: Bundle) -> Written:
    """The items as a file of this format, and what it could not hold."""
    return write_own(bundle)
