"""What candidates give: reading it strictly, in one canonical form. What does not fit is refused, never guessed at."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _

from exambank import text
from exambank.errors import InvalidInput

LONGEST_RESPONSE = 64 * 1024  # letters of a response's JSON; what the exam room stores for one question
_LONGEST_GIVEN = 6 * LONGEST_RESPONSE  # as it comes, each letter may be spelt with six signs
LONGEST_SHORT_TEXT = 500
LONGEST_NUMBER = 60
LONGEST_ESSAY = 60_000  # letters of all its parts; line ends and quotes count twice in JSON, so that it still fits


def field_name(question: int | str, token: str | None = None) -> str:
    """The name of the plain form's field for a question (and one part); within a case the question is "5.TOKEN"."""
    return f"r-{question}" if token is None else f"r-{question}-{token}"


def load(given: Any) -> dict:
    """A response as it came, as plain data."""
    if isinstance(given, str):
        if len(given) > _LONGEST_GIVEN:
            raise too_long(LONGEST_RESPONSE)
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            raise refused() from None
    if not isinstance(given, dict):
        raise refused()
    return given


def dump(value: dict) -> str:
    """The canonical JSON; letters stand as they are, so that Vietnamese takes no more room than it needs."""
    written = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if len(written) > LONGEST_RESPONSE:
        raise too_long(LONGEST_RESPONSE)
    return written


def read_payload(payload: str | dict | None) -> dict:
    """A stored response as plain data; nothing stored is an empty one."""
    if payload is None or payload == "":
        return {}
    return json.loads(payload) if isinstance(payload, str) else payload


def refused() -> InvalidInput:
    """The one answer to a response that does not fit its question."""
    return InvalidInput(_("This response does not fit the question. Nothing was changed."))


def too_long(longest: int) -> InvalidInput:
    """The answer to a text longer than its question takes."""
    return InvalidInput(
        _("This answer is too long: at most %(count)s letters fit. Nothing was changed.", count=longest)
    )


def only_field(value: dict, name: str) -> Any:
    """The value of the one field a response of this kind has."""
    if set(value) != {name}:
        raise refused()
    return value[name]


def known_fields(value: Any, known: Iterable[str]) -> dict:
    """A response's named parts, all of them parts of the question; those not given are None."""
    known = tuple(known)
    if not isinstance(value, dict) or not value.keys() <= set(known):
        raise refused()
    return {name: value.get(name) for name in known}


def one_of(value: Any, known: Sequence[str]) -> str | None:
    """A token that the question knows, or None."""
    if value is not None and (not isinstance(value, str) or value not in known):
        raise refused()
    return value


def one_line(value: Any, longest: int) -> str:
    """A typed line: NFC, without what cannot be seen."""
    if not isinstance(value, str):
        raise refused()
    line = text.nfc(text.strip_control(value)).translate(str.maketrans("\r\n\t", "   ")).strip()
    if len(line) > longest:
        raise too_long(longest)
    return line


def many_lines(value: Any, longest: int = LONGEST_ESSAY) -> str:
    """A typed text: NFC, line feeds; it does not begin with one, for a page's text field would swallow it."""
    if not isinstance(value, str):
        raise refused()
    written = text.nfc(text.strip_control(value)).replace("\r\n", "\n").replace("\r", "\n").lstrip("\n")
    if len(written) > longest:
        raise too_long(longest)
    return written
