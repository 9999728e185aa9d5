"""PURE. The words of a plain text file, whatever its encoding; used by GIFT and Aiken."""

import re
import unicodedata

from exambank.interchange.neutral import UnreadableFile

_LIMIT = 60 * 1024 * 1024
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_COMBINED = re.compile("[aeiouyAEIOUY\u00c0-\u01b0][\u0300\u0301\u0303\u0309\u0323]")


def words_of(body: bytes) -> tuple[str, bool]:
    """The text with simple line ends, and whether its encoding had to be guessed."""
    if len(body) > _LIMIT:
        raise UnreadableFile("xml_too_large", limit=_LIMIT // 1024 // 1024)
    words, is_guessed = _decoded(body)
    return words.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""), is_guessed


def _decoded(body: bytes) -> tuple[str, bool]:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace"), False
    zeros = body[:2000].count(0)
    if zeros > len(body[:2000]) // 4:
        return body.decode("utf-16-le" if body[1:2] == b"\0" else "utf-16-be", "replace"), False
    try:
        return body.decode("utf-8"), False
    except UnicodeDecodeError:
        return _old_page(body), True


def _old_page(body: bytes) -> str:
    """The Vietnamese Windows page where its tone marks follow vowels, else the western one."""
    vietnamese = body.decode("cp1258", "replace")
    if len(_COMBINED.findall(vietnamese)) > 2:
        return unicodedata.normalize("NFC", vietnamese)
    return body.decode("cp1252", "replace")
