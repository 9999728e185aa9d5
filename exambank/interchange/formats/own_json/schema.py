"""PURE. The schema of our own file of a bank, published here so that others may write and read it.

The file is one JSON object in UTF-8: ``bank.json``, or ``exambank.json`` at the root of a zip that also holds its
pictures (``media/``) and the bytes of items kept as they came (``raw/``). ``*`` marks what has to be there; whatever
else stands in a file is ignored with a word about it. Texts are HTML as the bank keeps it (README, "Texts"), contents
those of the kinds (``exambank.bank.interactions``).

========================  ========  =======================================================================
the whole                 type      meaning
========================  ========  =======================================================================
format *                  string    always "exambank-bank"
version *                 integer   2; version 1 (without raw, points, note, and with ``data`` alone) is read for ever
title                     string    what the bank is called
made_at                   string    ISO 8601
module                    object    ``code`` and ``name`` of the course module
items *                   list      see "an item"
raw                       list      see "an item kept as it came"
media                     object    pictures by their id (36 letters), see "a picture"
========================  ========  =======================================================================

========================  ========  =======================================================================
an item                   type      meaning
========================  ========  =======================================================================
kind *                    string    one of the bank's kinds
text *                    object    see "a text"
text_in_force             object    another text that is still in force, or null; shown, not imported
id, code                  string    the item's own identifier, and what people call it
state, author             string    where it stood at home; imported items begin as drafts of whoever imports them
topic, topics             string,   the topic, and all names under which it may be known (the fullest first)
                          list
level                     string    cognitive level, by its name
outcome                   object    ``code`` and ``text`` of a learning outcome, or null
tags                      list      of strings
source, source_chapter,   string    where it comes from, who worked on it, under which terms
source_page,
contributors, licence
expected_seconds          integer   or null
points                    string    what the source gave for it, a decimal
note                      string    a remark that travels with it
extra                     object    single values of other systems
========================  ========  =======================================================================

========================  ========  =======================================================================
a text                    type      meaning
========================  ========  =======================================================================
stem *                    string    HTML
content *                 object    as the kind keeps it. Tokens are 8 random hexadecimal digits (targets of a
                                    matching "t" before them); any other token is replaced when it is read
media, media_alt          string    the id of a picture beside the text, and its words
picture_name              string    the name of a picture that did not come along
version, state, author,   any       history, shown only
created_at, content_hash
========================  ========  =======================================================================

========================  ========  =======================================================================
a picture                 type      meaning
========================  ========  =======================================================================
media_type *, name        string    checked by the content when it is read, whatever it says
data | file *             string    its bytes in base64, or its path in the zip
alt, sha256, width,       string,   alt: words for it where a text has none of its own
height                    integer
========================  ========  =======================================================================

========================  ========  =======================================================================
an item kept as it came   type      meaning
========================  ========  =======================================================================
format *, suffix *        string    the format's name, and what such a file is called (".xml")
name, identifier          string    as in the source
data | file *             string    its bytes in base64, or its path in the zip
files                     list      of objects: ``path`` *, and ``data`` | ``file`` *
========================  ========  =======================================================================
"""

from collections.abc import Iterator, Mapping
from typing import Any

FORMAT = "exambank-bank"
VERSION = 2
VERSIONS = (1, 2)
INSIDE = "exambank.json"  # the name of the JSON file in a zip

# name -> (types, is required); what the docstring says, for machines
WHOLE = {
    "format": (str, True), "version": (int, True), "items": (list, True), "title": (str, False),
    "made_at": (str, False), "module": (dict, False), "raw": (list, False), "media": (dict, False),
}  # fmt: skip
_TEXTS = ("id", "code", "state", "author", "topic", "level", "source", "source_chapter", "source_page", "contributors",
          "licence", "points", "note")  # fmt: skip
ITEM = {
    "kind": (str, True), "text": (dict, True), "text_in_force": ((dict, type(None)), False),
    "topics": (list, False), "outcome": ((dict, type(None)), False), "tags": (list, False),
    "expected_seconds": ((int, type(None)), False), "extra": (dict, False),
    **{name: ((str, type(None)), False) for name in _TEXTS},
}  # fmt: skip
TEXT = {
    "stem": (str, True), "content": (dict, True), "media": ((str, type(None)), False), "media_alt": (str, False),
    "picture_name": ((str, type(None)), False), "version": (int, False), "state": (str, False), "author": (str, False),
    "created_at": (str, False), "content_hash": (str, False),
}  # fmt: skip
PICTURE = {
    "media_type": (str, True), "name": (str, False), "data": (str, False), "file": (str, False), "alt": (str, False),
    "sha256": (str, False), "width": ((int, type(None)), False), "height": ((int, type(None)), False),
}  # fmt: skip
RAW = {
    "format": (str, True), "suffix": (str, True), "name": (str, False), "identifier": (str, False),
    "data": (str, False), "file": (str, False), "files": (list, False),
}  # fmt: skip
RAW_FILE = {"path": (str, True), "data": (str, False), "file": (str, False)}


def departures(whole: Mapping[str, Any]) -> Iterator[str]:
    """Where a file departs from the schema, as paths; none for a file that satisfies it."""
    yield from _against(WHOLE, whole, "")
    for number, item in enumerate(whole.get("items") or ()):
        where = f"items/{number}/"
        yield from _against(ITEM, item, where)
        for name in ("text", "text_in_force"):
            if isinstance(item, Mapping) and item.get(name) is not None:
                yield from _against(TEXT, item[name], f"{where}{name}/")
    for key, picture in (whole.get("media") or {}).items():
        yield from _against(PICTURE, picture, f"media/{key}/", needs_bytes=True)
    for number, raw in enumerate(whole.get("raw") or ()):
        yield from _against(RAW, raw, f"raw/{number}/", needs_bytes=True)
        for place, one in enumerate(raw.get("files") or () if isinstance(raw, Mapping) else ()):
            yield from _against(RAW_FILE, one, f"raw/{number}/files/{place}/", needs_bytes=True)


def _against(schema: Mapping, value: Any, where: str, *, needs_bytes: bool = False) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield where or "/"
        return
    for name, (types, is_required) in schema.items():
        if name in value:
            if not isinstance(value[name], types) or isinstance(value[name], bool):
                yield where + name
        elif is_required:
            yield where + name
    yield from (where + name for name in value if name not in schema)
    if needs_bytes and ("data" in value) == ("file" in value):
        yield f"{where}data"
