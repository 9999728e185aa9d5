"""Receipts: sealed at the close, checked by whoever holds one, against the answers as the history has them now."""

import functools
from dataclasses import dataclass
from datetime import datetime

import segno
from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from exambank import db
from exambank.accounts import rules as accounts_rules
from exambank.accounts import service as accounts
from exambank.errors import InvalidInput
from exambank.exams.models import Candidacy
from exambank.sittings import papers
from exambank.sittings.models import Response, Sitting, Submission
from exambank.sittings.rules import receipts
from exambank.sittings.rules.receipts import Held, Receipt
from exambank.sittings.service.history import links_of


def seal(session, row: Sitting) -> None:
    """Write the receipt's hash; inside the unit of work that closes the sitting, after its code and its chain."""
    with session.no_autoflush:  # what the close has changed so far is written once, at its end
        answered = session.execute(_count_of_answers(), {"sitting_id": row.id}).scalar_one()
    row.receipt_hash = receipts.receipt_hash(_receipt(row, row), row.chain_head, answered)


@functools.cache
def _count_of_answers() -> Select:
    return select(func.count()).where(Response.sitting_id == bindparam("sitting_id"), ~Response.is_blank)


def _receipt(sitting: Sitting, closing: Sitting | Submission) -> Receipt:
    return Receipt(
        sitting.public_id, sitting.candidacy.number, sitting.exam.public_id, db.to_milliseconds(closing.closed_at),
        closing.receipt,
    )  # fmt: skip


def find_held(sitting: Sitting, closing: Sitting | Submission) -> Held | None:
    """What the history still holds of this submission, chained anew from its first event; None: not exactly this."""
    if not closing.receipt or not closing.receipt_hash:
        return None
    paper = sitting.paper.public_id
    return receipts.find_submission(
        _receipt(sitting, closing), closing.receipt_hash, list_plain_events(sitting),
        lambda question, payload: papers.is_blank(paper, question, payload),
    )  # fmt: skip


def list_plain_events(sitting: Sitting) -> list[tuple]:
    """The history as the chain takes it: (id, question, seq, payload, received milliseconds), oldest first."""
    return links_of(db.db.session, sitting)


@dataclass(frozen=True)
class Checked:
    """The answer to whoever holds a receipt. ``is_replaced``: the paper was opened again, another one counts now."""

    exam_title: str
    number: str
    closed_at: datetime
    code: str
    receipt_hash: str | None
    held: Held | None
    is_replaced: bool


def check_receipt(*, now: datetime, code: str, proof: str, address: str) -> Checked:
    """Look a receipt up by its code and its hash's beginning, or its candidate number.

    One answer, InvalidInput, for whatever is not known, be it the code or the proof; TooManyAttempts after some wrong
    ones from one address.
    """
    code = receipts.clean_code(code)[:40]
    place = f"receipt {accounts_rules.address_key(address)}"[:64]
    tried = accounts.begin_try(now=now, name=f"receipt {code}"[:60], place=place)
    found = _find(code, proof)
    if found is None:
        raise InvalidInput(_("No receipt fits both. Check the code, and the seal or the candidate number."))
    accounts.end_try(tried)
    sitting, closing = found
    return Checked(
        sitting.exam.title, sitting.candidacy.number, closing.closed_at, closing.receipt, closing.receipt_hash,
        find_held(sitting, closing), is_replaced=closing is not sitting,
    )  # fmt: skip


def _find(code: str, proof: str) -> tuple[Sitting, Sitting | Submission] | None:
    for sitting, closing in _with_code(code):
        if receipts.is_proof(proof, sitting.candidacy.number, closing.receipt_hash):
            return sitting, closing
    return None


def _with_code(code: str) -> list[tuple[Sitting, Sitting | Submission]]:
    whole = (
        joinedload(Sitting.candidacy).joinedload(Candidacy.room), joinedload(Sitting.exam), joinedload(Sitting.paper),
    )  # fmt: skip
    session = db.db.session
    present = session.execute(select(Sitting).where(Sitting.receipt == code).options(*whole)).scalars()
    earlier = session.execute(
        select(Submission).where(Submission.receipt == code).options(joinedload(Submission.sitting).options(*whole))
    ).scalars()
    return [*((one, one) for one in present), *((one.sitting, one) for one in earlier)]


def qr_picture(words: str) -> str:
    """A picture of these words as the address of an image, with all of it inside: it prints without network."""
    # any of the eight masks can be read; to look for the prettiest takes longer than the rest of the receipt's page
    return segno.make_qr(words, error="m", mask=4).svg_data_uri(scale=3, border=2)
