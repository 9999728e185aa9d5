"""Saves, polls and flags: check what came, hand it to the store."""

from collections.abc import Sequence
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from sqlalchemy import select

from exambank.bank.interactions import REGISTRY
from exambank.db import db
from exambank.errors import InvalidInput, StateConflict
from exambank.sittings import papers, rules, store
from exambank.sittings.models import Response, Sitting
from exambank.sittings.papers import Place, Question
from exambank.sittings.service import typed, words
from exambank.sittings.service.refusals import UnfitAnswer, Unsaved
from exambank.sittings.store import Answer, Outcome, Seat

LONGEST_PAYLOAD = 64 * 1024  # bytes of an answer's canonical JSON: an essay of some ten thousand words


def find_place(public_id: str) -> Place | None:
    """Whose sitting this is, from the process's cache; no user row."""
    return papers.find_place(public_id)


def paper_of(place: Place) -> tuple[Question, ...]:
    """The questions of this place's paper, from the process's cache."""
    return papers.questions_of(place.paper)


def seat_of(place: Place, version: int, browser: str | None) -> Seat:
    """The seat that a signed cookie claims; the store's statement checks the claim."""
    return Seat(place.public_id, place.user_id, version, browser, place.flush_ms, place.grace_ms)


def parse_answers(place: Place, saves: Any) -> tuple[Answer, ...]:
    """Check every answer against its question on this paper; UnfitAnswer names the first that does not fit."""
    if not isinstance(saves, list) or len(saves) > rules.SAVES_PER_REQUEST:
        raise UnfitAnswer(_("The answers cannot be read. Nothing was changed."))
    questions = papers.questions_of(place.paper)
    newest: dict[int, Answer] = {}
    for given in saves:
        answer = _parse(given, questions)
        known = newest.get(answer.question)
        if known is None or answer.n > known.n:
            newest[answer.question] = answer
    return tuple(newest.values())


def _parse(given: Any, questions: Sequence[Question]) -> Answer:
    number = given.get("q") if isinstance(given, dict) else None
    if not _is_whole(number) or not 1 <= number <= len(questions):
        raise UnfitAnswer(_("This question is not on the paper. Nothing was changed."), question=number)
    n, at = given.get("n"), given.get("at")
    if not _is_whole(n) or not 0 < n < rules.COUNTER_LIMIT:
        raise UnfitAnswer(_("The answers cannot be read. Nothing was changed."), question=number)
    payload = given.get("payload")
    question = questions[number - 1]
    try:
        text = REGISTRY[question.kind].parse_response(payload, question.tokens)
    except InvalidInput as error:
        raise UnfitAnswer(error.message, question=number) from error
    _refuse_long(text, number)
    return Answer(
        number, n, text, at if _is_whole(at) and 0 < at <= rules.LATEST_MILLISECONDS else None,
        REGISTRY[question.kind].is_blank(text), question.is_typed,
    )  # fmt: skip


def _refuse_long(text: str, number: int) -> None:
    size = len(text.encode())
    if size > LONGEST_PAYLOAD:
        over = size - LONGEST_PAYLOAD
        raise UnfitAnswer(
            _(
                "This answer is too long by %(over)s bytes (at most %(limit)s fit). Shorten it: the server keeps what "
                "it had before.",
                over=format_decimal(over), limit=format_decimal(LONGEST_PAYLOAD),
            ),
            question=number,
        )  # fmt: skip


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def save(seat: Seat, epoch: int, answers: tuple[Answer, ...], blurs: int = 0) -> Outcome:
    """Store answers of one browser; durable when this returns, or ``error`` says what became of them."""
    try:
        return store.store().perform(lambda run: store.save(run, seat, epoch, answers, blurs), is_light=not answers)
    except store.Busy:
        return Outcome("busy")


def poll(seat: Seat) -> Outcome:
    """Tell the clock and the seqs stored; counts as contact."""
    try:
        return store.store().perform(lambda run: store.touch(run, seat), is_light=True)
    except store.Busy:
        return Outcome("busy")


def set_flags(seat: Seat, epoch: int, flags: list[int]) -> Outcome:
    """Remember the questions to return to."""
    try:
        return store.store().perform(lambda run: store.flag(run, seat, epoch, flags))
    except store.Busy:
        return Outcome("busy")


def read_form_answer(place: Place, number: int, form: Any) -> Any:
    """The payload of the plain page's form for one question, as JSON would bring it."""
    question = papers.questions_of(place.paper)[number - 1]
    return REGISTRY[question.kind].response_from_form(form, number, question.tokens)


def read_typed(place: Place, number: int, form: Any) -> dict:
    """What a refused form holds, unchecked: only to show it again."""
    return typed.read(papers.questions_of(place.paper)[number - 1].view, f"r-{number}", form)


def is_untouched(sitting: Sitting, answer: Answer) -> bool:
    """Whether a plain page brings back just what is stored (somebody only turned the pages), or nothing to nothing."""
    stored = _stored_payload(sitting, answer.question)
    if stored is None:
        return answer.is_blank
    return stored == answer.payload


def _stored_payload(sitting: Sitting, question: int) -> str | None:
    query = select(Response.payload).where(Response.sitting_id == sitting.id, Response.question == question)
    return db.session.execute(query).scalar_one_or_none()


def refuse_unsaved(sitting: Sitting, answer: Answer, outcome: Outcome) -> None:
    """Tell the plain page's user when what was sent is not what counts now."""
    if outcome.error is not None:
        raise Unsaved(outcome.error, words.save_refusal(outcome.error))
    db.session.rollback()  # the store wrote on its own connection: read what is there now
    if _stored_payload(sitting, answer.question) != answer.payload:
        raise StateConflict(
            _("A newer answer to this question is saved already and shown here. Change it if it is not what you want.")
        )
