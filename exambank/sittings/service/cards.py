"""Signing in with an exam card and the session code: for whoever has no password at hand, and for this exam alone."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from exambank.accounts import service as accounts
from exambank.accounts.service import SignedIn
from exambank.db import db
from exambank.errors import DomainError, InvalidInput, StateConflict, TooManyAttempts
from exambank.exams import service as exams
from exambank.exams.service import CardHolder
from exambank.sittings.models import Sitting


def sign_in_by_card(*, now: datetime, card: str, code: str, address: str) -> tuple[SignedIn, str]:
    """Who holds this card, and the public id of the sitting it opens.

    One answer and one amount of work, whatever was wrong. A card that was tried wrongly too often waits at this
    address; beyond the ceiling of an address only whoever knows a session code is looked at: the code is told in the
    room, so that a guesser elsewhere in the building cannot shut the room out.
    """
    tried = accounts.begin_card_try(now=now, typed=card, address=address)
    holder = exams.find_card_holder(now=now, card=card, code=code)
    is_known_code = exams.is_session_code(now=now, code=code)
    if tried.pair_wait:
        raise _wait(tried.pair_wait)
    if tried.address_wait and not is_known_code:
        raise _wait(tried.address_wait)
    if holder is None:
        accounts.note_wrong_card(tried)
        raise _wrong()
    sitting = _sitting_of(holder)
    came = accounts.let_in_by_card(now=now, user_id=holder.user_id, tried=tried, card=sitting)
    if came is None:
        raise _wrong()
    return came, sitting


def _sitting_of(holder: CardHolder) -> str:
    query = select(Sitting.public_id).where(Sitting.candidacy_id == holder.candidacy_id)
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise StateConflict(
            _("Your card is right, but the papers of this exam are not opened yet. Try again when the room is told to.")
        )
    return found


def _wrong() -> DomainError:
    return InvalidInput(
        _("The card code and the session code do not fit together. Check both and type them again; nothing is lost.")
    )


def _wait(seconds: int) -> DomainError:
    return TooManyAttempts(
        _("Too many wrong codes. Wait %(count)s seconds and try again, or ask the invigilator.", count=seconds),
        seconds=seconds,
    )
