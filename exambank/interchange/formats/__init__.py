"""PURE. The formats by name: which file is which, one door to read any, one to write any.

A new format is a package here with ``read(source) -> Reading`` and perhaps ``write(bundle) -> Written``, a line in
``FORMATS``, a sign in ``detect`` and its sentences in ``messages``.
"""

from exambank.interchange.formats.detect import detect
from exambank.interchange.formats.judge import judge
from exambank.interchange.formats.registry import FORMATS, READABLE, WRITABLE, Format, format_of_name
from exambank.interchange.formats.scrubbing import scrubbed
from exambank.interchange.neutral import Bundle, Reading, Source, UnreadableFile, Written

__all__ = ["FORMATS", "READABLE", "WRITABLE", "Format", "detect", "format_of_name", "read_file", "write_file"]


def read_file(source: Source, wanted: str | None = None) -> Reading:
    """Read a file of any format that we know, ``wanted`` or told by its content; every item is judged by its kind.

    UnreadableFile when it is of no such format or cannot be used.
    """
    name = wanted or detect(source)
    return judge(scrubbed(FORMATS[name].reader()(source)))


def write_file(bundle: Bundle, name: str) -> Written:
    """Write items in the format of this name; UnreadableFile("not_written") where we only read it."""
    if name not in WRITABLE:
        raise UnreadableFile("not_written", name=name, known=", ".join(WRITABLE))
    return FORMATS[name].write(bundle)
