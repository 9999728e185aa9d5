"""Files made of papers (printed ones) that stand in the database for a while: closed under the server's key file.

They hold what a set at the desk holds, so they are kept as well as it is: no copy or backup of the database shows them.
"""

from flask_babel import gettext as _

from exambank.assembly import seal as crypto
from exambank.assembly.seal import Context
from exambank.assembly.service.server_key import server_key
from exambank.errors import StateConflict

_PURPOSE = "file"


def close_file(owner: str, body: bytes) -> bytes:
    """``body`` under the server's key, for the thing ``owner`` (public id) alone."""
    return crypto.close_box(server_key(_PURPOSE), body, Context(owner, "file", _PURPOSE))


def open_file(owner: str, closed: bytes) -> bytes:
    """The file again. StateConflict: the server's key file is another one now, or the row was changed."""
    try:
        return crypto.open_box(server_key(_PURPOSE), closed, Context(owner, "file", _PURPOSE))
    except crypto.WrongKey:
        raise StateConflict(_("This file cannot be opened any more. Have it made again.")) from None
