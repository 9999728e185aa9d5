"""PURE. Which format a file is, by its content; its name only decides between texts that look alike."""

import re

from exambank import text
from exambank.interchange.neutral import Source, UnreadableFile
from exambank.interchange.safety.archives import Archive

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    (b"%PDF", "pdf"), (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"),
    (b"{\\rtf", "word"), (b"Rar!", "archive"), (b"7z\xbc\xaf", "archive"),
)  # fmt: skip
_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)([^<>]*)>")
_COMMENT = re.compile(r"<!--(?:[^<]|<(?!!--))*?-->")
_LOOK = 64 * 1024


def detect(source: Source) -> str:
    """The name of the format; UnreadableFile("unknown_format") with what it looks like when it is none of ours."""
    body = source.body
    if not body.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise UnreadableFile("empty_file")
    if body.startswith(_OLE):
        raise UnreadableFile(_old_office(body))
    for start, kind in _OTHERS:
        if body.startswith(start):
            raise UnreadableFile("other_file", kind=kind)
    if body.startswith(b"\x1f\x8b"):
        return "olx"
    if body.startswith(b"PK"):
        return _archive(body)
    head = _head(body)
    if _is_binary(head):
        raise UnreadableFile("unknown_format")
    if head.lstrip().startswith("<"):
        return _markup(head, source.name)
    return _text(head, source.name)


def _old_office(body: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in body:
        return "password"
    return "old_word" if "WordDocument".encode("utf-16-le") in body else "old_excel"


def _head(body: bytes) -> str:
    part = body[:_LOOK]
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if part.startswith(mark):
            return part[2:].decode(encoding, "replace")
    return part.decode("utf-8", "replace").lstrip("\ufeff")


def _is_binary(head: str) -> bool:
    """Whether these are no words in any encoding: more than a few signs that nobody types."""
    strange = sum(sign < " " and sign not in "\t\n\r\f\v" for sign in head)
    return strange > max(3, len(head) // 50)


# --- packages ---


def _archive(body: bytes) -> str:
    archive = Archive(body, allow_nested=True)
    paths = {path.lower(): path for path in archive}
    if "word/document.xml" in paths:
        return "docx"
    if any(path.startswith("xl/") for path in paths):
        return "xlsx"
    if "mimetype" in paths and "content.xml" in paths:
        raise UnreadableFile("other_file", kind="open_document")
    if "exambank.json" in paths:
        return "json"
    manifest = next((paths[path] for path in sorted(paths, key=len) if path.endswith("imsmanifest.xml")), None)
    if manifest is not None:
        return _manifest(_head(archive.read(manifest)), paths)
    if any(re.search(r"(^|/)(course|library)\.xml$", path) for path in paths):
        return "olx"
    for path in sorted(paths):
        if path.endswith((".xml", ".qti")):
            try:
                return _markup(_head(archive.read(paths[path])), path)
            except UnreadableFile:
                continue
        if path.endswith(".json"):
            return "json"
    raise UnreadableFile("other_file", kind="archive")


def _manifest(head: str, paths: dict[str, str]) -> str:
    if "blackboard.com" in head or any(re.search(r"(^|/)res\d{5}\.dat$", path) for path in paths):
        return "blackboard"
    for sign, name in (
        (r"imsqti_(?:item|test|stimulus)_xmlv3p0", "qti30"), (r"imsqti_(?:item|test)_xmlv2p2", "qti22"),
        (r"imsqti_(?:item|test)_xmlv2p1", "qti21"), (r"imsqti_xmlv1p2|imsqti_xmlv1p1", "qti12"),
        (r"imsqti_item_xmlv2p0", "qti20"),
    ):  # fmt: skip
        if re.search(sign, head):
            return name
    return "qti12" if any(path.endswith(".xml.qti") for path in paths) else "qti21"


# --- one file ---

_QTI_VERSIONS = (("v3p0", "qti30"), ("v2p2", "qti22"), ("v2p1", "qti21"), ("v2p0", "qti20"))
_OLX = {"problem", "library", "vertical", "sequential", "chapter", "course", "problembank", "library_content"}


def _markup(head: str, name: str) -> str:
    found = _ROOT.search(_COMMENT.sub("", head))
    root, attributes = (found[1], found[2]) if found else ("", "")
    if root.startswith("qti-assessment"):
        return "qti30"
    if root in ("assessmentItem", "assessmentTest", "assessmentSection", "assessmentPassage"):
        return next((version for sign, version in _QTI_VERSIONS if f"imsqti_{sign}" in attributes), "qti21")
    if root == "manifest":  # the list of a package without the package: the reader says so
        return "qti21"
    simple = {"quiz": "moodle", "questestinterop": "qti12", "POOL": "blackboard"}
    if root in simple:
        return simple[root]
    if root in _OLX:
        return "olx"
    if name.lower().endswith((".gift", ".txt", ".csv")):
        return _text(head, name)
    if root.lower() in ("html", "table", "meta") or re.match(r"\s*<!doctype html", head, re.IGNORECASE):
        raise UnreadableFile("other_file", kind="web_page")
    raise UnreadableFile("unknown_xml", root=root[:60])


_AIKEN = re.compile(r"^\s*(?:ANSWER|ĐÁP ÁN|DAP AN)\s*:\s*[A-Z]\s*$", re.IGNORECASE | re.MULTILINE)
_GIFT = re.compile(
    r"(?<!\\)\{[^{}]*(?:[=~#]|->|\bT(?:RUE)?\b|\bF(?:ALSE)?\b|^\s*$)|^\s*(?:::|\$CATEGORY)", re.MULTILINE
)


def _text(head: str, name: str) -> str:
    lower = name.lower()
    if lower.endswith(".gift"):
        return "gift"
    if lower.endswith(".json"):
        return "json"
    if head.lstrip()[:1] in "{[" and re.match(r'\s*[\[{]\s*["{\[\]}]', head):
        return "json"
    if lower.endswith((".csv", ".tsv")):
        return "csv"
    if _AIKEN.search(text.nfc(head)) and not head.lstrip().startswith("::"):
        return "aiken"
    if _is_blackboard_upload(head):
        return "blackboard"
    if _GIFT.search(head):
        return "gift"
    if any(mark in head.split("\n", 1)[0] for mark in "\t;,|"):
        return "csv"
    raise UnreadableFile("unknown_text")


def _is_blackboard_upload(head: str) -> bool:
    lines = [line for line in head.splitlines() if line.strip()]
    kinds = {
        "MC",
        "MA",
        "TF",
        "ESS",
        "ORD",
        "MAT",
        "FIB",
        "FIB_PLUS",
        "FIL",
        "NUM",
        "SR",
        "OP",
        "JUMBLED_SENTENCE",
        "QUIZ_BOWL",
    }
    return bool(lines) and all(line.split("\t")[0].strip().lstrip("\ufeff") in kinds for line in lines[:5])
