"""Packages of drafts, written in each version, opened again."""

import io
import zipfile

from lxml import etree

from exambank.interchange.formats import read_file
from exambank.interchange.formats.qti import write_qti21, write_qti22, write_qti30
from exambank.interchange.neutral import Bundle, Draft, MediaFile, Raw, Source, Written, draft_of, media_id
from tests.interchange.drafts import SMALL_PNG

WRITERS = {"qti21": write_qti21, "qti22": write_qti22, "qti30": write_qti30}
VERSIONS = sorted(WRITERS)
PICTURE = media_id(SMALL_PNG)
MEDIA = {PICTURE: MediaFile("Sơ đồ 1.png", "image/png", SMALL_PNG, 1, 1)}


def write(version: str, *drafts: Draft, raws: tuple[Raw, ...] = (), **choices: str) -> Written:
    """A package of these drafts."""
    return WRITERS[version](Bundle("Đề thi thử", drafts, MEDIA, raws, choices))


def files_of(body: bytes) -> dict[str, bytes]:
    """The files of a package by their paths."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def item_of(body: bytes, number: int = 0):
    """The element of one of the package's items."""
    paths = [path for path in files_of(body) if path.startswith("items/")]
    return etree.fromstring(files_of(body)[paths[number]])


def read_back(body: bytes) -> list[Draft]:
    """The drafts that our reader finds in a package; each was taken without a word."""
    reading = read_file(Source(body, "de.zip"))
    assert [entry for entry in reading.entries if entry.draft is None] == []
    return [entry.draft for entry in reading.entries]


def single(stem: str = "Câu hỏi?", **labels) -> Draft:
    """A choice of three."""
    rows = [{"html": "Hà Nội", "is_key": True}, {"html": "Huế"}, {"html": "Cả hai ý trên"}]
    return draft_of("single_choice", stem, {"options": rows}, **labels)
