"""PURE. Papers brought as files: what they really are, told by their content and not by their name.

A PDF begins with ``%PDF-`` and ends with ``%%EOF``; a Word document is a ZIP archive with ``[Content_Types].xml`` and
``word/document.xml`` (ECMA-376). What can act when it is opened (macros, JavaScript, embedded programs) is refused.
"""

import io
import re
import zipfile
import zlib

LARGEST_BYTES = 10 * 1024 * 1024
LARGEST_UNPACKED = 100 * 1024 * 1024
MOST_PARTS = 2000
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SUFFIXES = {PDF: ".pdf", DOCX: ".docx"}

_MAIN_PART = DOCX + ".main+xml"
_LARGEST_LIST = 1024 * 1024
_ACTIVE_PARTS = re.compile(r"(?i)vbaproject|vbadata|activex|(^|/)embeddings/.*\.(bin|exe|com|js|vbs|bat|cmd|ps1)$")
_ACTIVE_PDF = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia)(?![A-Za-z0-9])")
_ENCRYPTED_PDF = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_DICTIONARY = 400  # bytes before a stream in which its own description stands
_HEX_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
_UNSAFE_NAME = re.compile(r"[^\w .()+,-]+")


class FileProblem(Exception):
    """Why a file is refused: empty, too_large, unknown_type, broken, macros, active, locked."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def media_type_of(body: bytes) -> str:
    """The media type of a PDF or a Word document without macros; ``FileProblem`` for all else."""
    if not body:
        raise FileProblem("empty")
    if len(body) > LARGEST_BYTES:
        raise FileProblem("too_large")
    if body.startswith(b"%PDF-"):
        return _check_pdf(body)
    if body.startswith(b"PK\x03\x04"):
        return _check_docx(body)
    raise FileProblem("unknown_type")


def _check_pdf(body: bytes) -> str:
    if b"%%EOF" not in body[-2048:]:
        raise FileProblem("broken")
    objects = _HEX_NAME.sub(lambda found: bytes([int(found[1], 16)]), _objects_of(body))  # a name may have #4A for J
    if _ENCRYPTED_PDF.search(objects):
        raise FileProblem("locked")
    if _ACTIVE_PDF.search(objects):
        raise FileProblem("active")
    return PDF


def _objects_of(body: bytes) -> bytes:
    """What a PDF says of itself: all but its streams (text, pictures), and the objects that are packed in streams."""
    outside, packed, at, left = [], [], 0, LARGEST_UNPACKED
    while (begin := body.find(b"stream", at)) >= 0:
        end = body.find(b"endstream", begin)
        if end < 0:
            break
        outside.append(body[at:begin])
        if left > 0 and b"/ObjStm" in body[max(at, begin - _DICTIONARY) : begin]:
            unpacked = _unpack(body[begin + len(b"stream") : end].lstrip(b"\r\n"), left)
            left -= len(unpacked)
            packed.append(unpacked)
        at = end + len(b"endstream")
    return b"\n".join([*outside, body[at:], *packed])


def _unpack(stream: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream, most)
    except zlib.error:
        return stream


def _check_docx(body: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return _check_parts(archive)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as broken:
        raise FileProblem("broken") from broken


def _check_parts(archive: zipfile.ZipFile) -> str:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise FileProblem("too_large")
    if any(part.flag_bits & 0x1 for part in parts):
        raise FileProblem("locked")
    if any(name.startswith(("/", "\\")) or ".." in name.split("/") for name in names) or len(set(names)) < len(names):
        raise FileProblem("broken")
    if "[Content_Types].xml" not in names or "word/document.xml" not in names:
        raise FileProblem("unknown_type")
    if any(_ACTIVE_PARTS.search(name) for name in names):
        raise FileProblem("macros")
    with archive.open("[Content_Types].xml") as stream:
        types = stream.read(_LARGEST_LIST)
    if b"macroEnabled" in types:
        raise FileProblem("macros")
    if _MAIN_PART.encode() not in types:
        raise FileProblem("unknown_type")
    return DOCX


def tidy_name(name: str, media_type: str) -> str:
    """A name to store and to give back: no folders, no odd signs, at most 100 characters, the suffix of its type."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem = last.rsplit(".", 1)[0] if "." in last else last
    kept = " ".join(_UNSAFE_NAME.sub(" ", stem).split()).strip(". ")[:90]
    return (kept or "paper") + SUFFIXES[media_type]
