"""Pieces of the candidate's page that more than one address delivers, and which questions are open to a candidate."""

import functools
from collections.abc import Callable
from dataclasses import replace
from secrets import token_hex

from flask import current_app, get_template_attribute, url_for
from flask_babel import get_locale
from markupsafe import Markup

from exambank.sittings import service

_KEY = "exambank_sittings_questions"
_LIMIT = 10_000  # drawn questions, some two thousand bytes each
_NUMBER = token_hex(8)  # stands for the number in what is drawn once; no text of a question holds it


def open_range(sitting) -> tuple[int, int]:
    """First and last question that this candidate may see and answer now."""
    return sitting.open_from, min(sitting.open_to, sitting.question_count)


def open_questions(sitting) -> list:
    """The questions that any page may deliver to this candidate now."""
    first, last = open_range(sitting)
    return [question for question in service.questions_of(sitting) if first <= question.number <= last]


def is_open(sitting, number: int) -> bool:
    """Whether this question may be delivered to the candidate now."""
    first, last = open_range(sitting)
    return first <= number <= last


def part_of(sitting) -> dict:
    """Where the candidate stands in a paper that is not open as a whole: for the page's words."""
    place = service.find_place(sitting.public_id)
    first, last = open_range(sitting)
    return {
        "first": first, "last": last, "section": sitting.section, "ends": [end for _begin, end in place.sections],
        "sections": len(place.sections), "is_forward": place.conduct.navigation == "forward",
        "is_whole": (first, last) == (1, sitting.question_count),
        "is_last": last >= sitting.question_count,
    }  # fmt: skip


def picture_urls(sitting):
    """Where this candidate's browser finds the pictures of each question: by its number, then by the picture."""
    return lambda number: functools.partial(_picture_url, sitting.public_id, number)


def _picture_url(sitting: str, number: int, picture: str) -> str:
    return url_for("sittings.show_picture", sitting=sitting, number=number, picture=picture)


def question_html(sitting, question, is_locked: bool = False, is_shown: bool = False) -> Markup:
    """One question as the room's page holds it.

    A room's papers are made of the same questions, so one with the same parts in the same order is drawn once and gets
    its number afterwards; but for pictures, whose addresses are each candidate's own.
    """
    if question.pictures:
        return _drawn(sitting, question, is_locked, is_shown)
    name = (
        question.version_id, question.view["stem"], question.tokens, sitting.question_count, get_locale().language,
        is_locked, is_shown,
    )  # fmt: skip
    drawn = _once(name, lambda: _drawn(sitting, replace(question, number=_NUMBER), is_locked, is_shown))
    return drawn.replace(_NUMBER, str(question.number))


def _drawn(sitting, question, is_locked: bool, is_shown: bool) -> Markup:
    section = get_template_attribute("sittings/_parts.html", "section")
    urls = picture_urls(sitting)(question.number)
    return section(question, sitting.question_count, urls, is_locked, is_shown)


def cells_html(sitting) -> Markup:
    """The squares of the open questions, alike for all who flagged none yet."""
    first, last = open_range(sitting)
    draw = functools.partial(get_template_attribute("sittings/_parts.html", "cells"), range(first, last + 1))
    if sitting.flags:
        return draw(sitting.flags)
    return _once(("cells", first, last, get_locale().language), lambda: draw(()))


def _once(name: tuple, draw: Callable[[], Markup]) -> Markup:
    known = current_app.extensions.setdefault(_KEY, {})
    found = known.get(name)
    if found is None:
        if len(known) > _LIMIT:
            known.clear()
        found = known[name] = draw()
    return found
