"""KEY.csv: the key of every item, in the columns ``item`` and ``key``; others mean nothing here."""

from pathlib import Path

from exambank.analysis.external.records import UnusableFile
from exambank.analysis.external.sheets import clean, clean_name, column_name, find_column, open_sheet


def read_keys(path: Path) -> dict[str, str]:
    """The key of each item as it is written, in the order of the file.

    Raises
    ------
    UnusableFile
    OSError
    """
    with open_sheet(path) as sheet:
        at_item, at_key = (_column(sheet, word) for word in ("item", "key"))
        keys: dict[str, str] = {}
        lines: dict[str, int] = {}
        for piece in sheet.pieces():
            for row, line in zip(piece.rows, piece.lines, strict=True):
                item, key = clean_name(row[at_item], line), _key(row[at_key], line)
                if not item:
                    raise UnusableFile("no_item_name", line, column_name(sheet.names, at_item))
                if item in keys:
                    raise UnusableFile("item_twice", line, item=item, first=lines[item])
                if not key.replace("|", "").strip():
                    raise UnusableFile("no_key", line, column_name(sheet.names, at_key), item=item)
                keys[item], lines[item] = key, line
        if not keys:
            raise UnusableFile("no_keys", sheet.line)
        return keys


def _column(sheet, word: str) -> int:
    found = find_column(sheet.names, word)
    if found is None:
        raise UnusableFile("no_such_column", sheet.line, wanted=word, columns=", ".join(filter(None, sheet.names)))
    return found


def _key(text: str, line: int) -> str:
    try:
        return clean(text)
    except UnusableFile as fault:
        fault.line = line
        raise
