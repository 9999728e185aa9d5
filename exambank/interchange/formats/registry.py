"""PURE. The list of formats."""

from collections.abc import Callable
from dataclasses import dataclass

from exambank.interchange.formats import aiken, blackboard, canvas, gift, moodle, olx, own_json, qti, sheets, word
from exambank.interchange.neutral import Bundle, Reading, Source, UnreadableFile, Written


@dataclass(frozen=True)
class Format:
    """One format: its stable name, the endings of its files (the first is the one we write), and its two ways."""

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[Source], Reading] | None = None
    write: Callable[[Bundle], Written] | None = None

    def reader(self) -> Callable[[Source], Reading]:
        if self.read is None:
            raise UnreadableFile("unknown_format")
        return self.read


_ALL = (
    Format("qti30", (".zip", ".xml"), qti.read, qti.write_qti30),
    Format("qti22", (".zip", ".xml"), qti.read, qti.write_qti22),
    Format("qti21", (".zip", ".xml"), qti.read, qti.write_qti21),
    Format("qti20", (".zip", ".xml"), qti.read),
    Format("qti12", (".zip", ".xml", ".imscc"), canvas.read, canvas.write),
    Format("moodle", (".xml",), moodle.read, moodle.write),
    Format("gift", (".gift", ".txt"), gift.read, gift.write),
    Format("aiken", (".txt",), aiken.read, aiken.write),
    Format("docx", (".docx",), word.read, word.write),
    Format("xlsx", (".xlsx",), sheets.read, sheets.write_xlsx),
    Format("csv", (".csv", ".tsv"), sheets.read, sheets.write_csv),
    Format("json", (".json", ".zip"), own_json.read, own_json.write),
    Format("olx", (".xml", ".tar.gz", ".zip"), olx.read),
    Format("blackboard", (".zip", ".dat", ".txt"), blackboard.read),
)
FORMATS = {one.name: one for one in _ALL}
READABLE = tuple(one.name for one in _ALL if one.read)
WRITABLE = tuple(one.name for one in _ALL if one.write)
_BY_SUFFIX = {
    ".gift": "gift", ".docx": "docx", ".xlsx": "xlsx", ".csv": "csv", ".json": "json", ".xml": "moodle",
    ".zip": "qti30", ".txt": "gift",
}  # fmt: skip


def format_of_name(file_name: str) -> str | None:
    """The format that we write into a file of this name, or None: .xml is Moodle, .zip a QTI 3.0 package."""
    return next((name for suffix, name in _BY_SUFFIX.items() if file_name.lower().endswith(suffix)), None)
