"""Blueprints and approved papers for tests, made through the services as people make them."""

from decimal import Decimal

from exambank import clock
from exambank.assembly import service
from exambank.assembly.rules import CellSpec
from exambank.bank import service as bank
from tests.bank.factories import make_drafts
from tests.people import actor_of


def fill_bank(people, count: int = 60):
    """Accepted single-choice items: topics and levels in turn, every tenth tagged "điểm liệt"."""
    ids = make_drafts(people, count)
    bank.submit_many(actor=actor_of(people.lecturer), now=clock.now(), items=ids)
    bank.accept_many(actor=actor_of(people.quality), now=clock.now(), items=ids)
    return ids


def make_cells(people):
    """Ten items: one tagged, nine without the tag from three topics."""
    return [
        CellSpec(count=1, points=Decimal(1), tag="điểm liệt"),
        *[CellSpec(count=3, points=Decimal(1), topic_id=topic.id, not_tag="điểm liệt") for topic in people.topics],
    ]


def make_blueprint(people, cells=None, author=None, name="Ma trận cuối kỳ"):
    return service.write_blueprint(
        actor=actor_of(author or people.lecturer),
        now=clock.now(),
        course_module=people.module,
        name=name,
        cells=cells or make_cells(people),
    )


def make_paper_set(people, count: int = 4, blueprint=None, seed="hạt giống"):
    return service.deal_papers(
        actor=actor_of(people.quality),
        now=clock.now(),
        blueprint=blueprint or make_blueprint(people),
        count=count,
        seed=seed,
    )


def make_approved_set(people, count: int = 4, **values):
    """A set dealt by the quality office and approved by the head; fill the bank first."""
    paper_set = make_paper_set(people, count, **values)
    service.approve_papers(actor=actor_of(people.head), now=clock.now(), paper_set=paper_set)
    return paper_set
