"""Reading a file at the door: what the parsers refuse becomes a message for people."""

import hashlib

from flask_babel import gettext as _
from sqlalchemy import update

from exambank.db import db
from exambank.errors import InvalidInput, StateConflict
from exambank.interchange import messages, sheet
from exambank.interchange.sheet import Sheet, UnreadableSheet


def read_sheets(body: bytes, file_name: str) -> list[Sheet]:
    """The sheets of a file; InvalidInput says why it cannot be read and what to do."""
    try:
        return sheet.read(body, file_name)
    except UnreadableSheet as error:
        raise refusal(error) from None


def refusal(error: UnreadableSheet) -> InvalidInput:
    """A file that cannot be used, in the user's language; ``reason`` is for machines."""
    return InvalidInput(messages.file_message(error), reason=error.code)


def fingerprint(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def tidy_file_name(name: str) -> str:
    """A file's name as it is shown: never a path."""
    return sheet.clean(name.replace("\\", "/").rpartition("/")[2])[:300] or "?"


def decide(batch, state: str, **values) -> None:
    """Move a batch out of its preview, once: whoever comes second is told."""
    table = type(batch)
    decided = db.session.execute(
        update(table).where(table.id == batch.id, table.state == "previewed").values(state=state, **values)
    )
    if decided.rowcount != 1:
        raise StateConflict(_("Somebody (perhaps you, by a second click) has already decided on this file."))
