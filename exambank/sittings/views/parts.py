"""Pieces of the candidate's page that more than one address delivers, and which questions are open to a candidate."""

import functools

from flask import get_template_attribute, url_for

from exambank.sittings import service


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


def question_html(sitting, question) -> str:
    """One question as the room's page holds it, for a page that is open already (answer of ``/go``)."""
    section = get_template_attribute("sittings/_parts.html", "section")
    return str(section(question, sitting.question_count, picture_urls(sitting)(question.number)))
