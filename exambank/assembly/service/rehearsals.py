"""The paper of a rehearsal: its questions are built into the room, no bank and no blueprint know of it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from exambank import audit
from exambank.assembly.models import ExamPaper, PaperSet
from exambank.courses.models import CourseModule
from exambank.db import unit_of_work
from exambank.permissions import Actor


def make_rehearsal_paper(
    *, actor: Actor, now: datetime, course_module: CourseModule, name: str, layout: list[dict[str, Any]]
) -> ExamPaper:
    """A set with this one paper, approved because there is nothing in it to approve."""
    with unit_of_work() as session:
        papers = PaperSet(
            course_module_id=course_module.id, name=name, source="whole", state="approved", wanted=1, done=100,
            dealt_by_id=actor.user_id, dealt_at=now, approved_at=now, opened_at=now,
        )  # fmt: skip
        session.add(papers)
        session.flush()
        paper = ExamPaper(
            paper_set_id=papers.id, code="00", layout=layout, question_count=len(layout),
            total_points=sum(Decimal(str(entry["points"])) for entry in layout),
        )  # fmt: skip
        session.add(paper)
        session.flush()
        audit.record(actor, "papers.built_in", papers, questions=len(layout))
    return paper
