"""An exam of long ago with thousands of closed and marked sittings, written straight into the tables.

Only what statistics and grades read is there; a school would need years for it and the bench has seconds.
"""

import json
import math
import random
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import insert, select

from exambank import clock, text
from exambank.accounts.models import User
from exambank.assembly.models import ExamPaper, PaperSet
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import ItemVersion
from exambank.courses import service as courses
from exambank.courses.models import Cohort, ComponentMark, Enrolment, Offering, Term
from exambank.db import db, in_batches, unit_of_work
from exambank.exams.models import Candidacy, Exam
from exambank.marking.models import ResponseMark, SittingMark
from exambank.permissions import SYSTEM
from exambank.sittings.models import Response, Sitting

SEED = 20250606
POINTS = Decimal("0.25")
PAPERS = 8
ROWS_AT_ONCE = 2000  # nobody sits while this is written


def write(sittings: int, questions: int) -> str:
    """The public id of an exam with so many marked sittings of so many questions; inside an application context."""
    rng, now = random.Random(SEED), clock.now()
    offering = _offering(now)
    versions = _versions(questions)
    with unit_of_work() as session:
        papers = _papers(session, rng, versions)
        exam = _exam(offering, papers[0].paper_set_id, now)
        session.add(exam)
    ids = _candidates(sittings, offering, exam, papers, now)
    _insert(_responses(ids, papers, versions, rng, now))
    return exam.public_id


def _offering(now) -> Offering:
    """A class of its own, in the term, programme and module that the bench's school has."""
    module = db.session.execute(select(Offering)).scalars().one().course_module
    regulation = db.session.execute(select(Cohort)).scalars().one().regulation
    act = {"actor": SYSTEM, "now": now}
    cohort = courses.create_cohort(**act, code="K74", name="Lớp K74", regulation=regulation)
    term = db.session.execute(select(Term)).scalars().one()
    return courses.create_offering(**act, cohort=cohort, course_module=module, term=term, periods=45)


def _versions(count: int) -> list[ItemVersion]:
    query = select(ItemVersion).where(ItemVersion.state == "accepted").order_by(ItemVersion.id).limit(count)
    return list(db.session.execute(query).scalars())


def _papers(session, rng: random.Random, versions: list[ItemVersion]) -> list[ExamPaper]:
    """The same items in another order on each paper."""
    known = session.execute(select(PaperSet)).scalars().one()
    own = PaperSet(
        blueprint_id=known.blueprint_id, course_module_id=known.course_module_id, name="Đợt trước", seed="past",
        state="approved", dealt_by_id=known.dealt_by_id, dealt_at=known.dealt_at, approved_by_id=known.approved_by_id,
        approved_at=known.approved_at, snapshot_hash="0" * 64,
    )  # fmt: skip
    for at in range(PAPERS):
        layout = [
            {
                "version": version.id, "points": str(POINTS), "cell": 0,
                "options": [option["token"] for option in version.content["options"]],
            }
            for version in rng.sample(versions, len(versions))
        ]  # fmt: skip
        own.papers.append(ExamPaper(code=f"{at + 1:03d}", layout=layout, total_points=POINTS * len(versions)))
    session.add(own)
    session.flush()
    return own.papers


def _exam(offering: Offering, paper_set_id: int, now) -> Exam:
    begin = now - timedelta(days=90)
    rules = courses.rules_for(offering).room().as_dict()
    return Exam(
        course_module_id=offering.course_module_id, offering_id=offering.id, paper_set_id=paper_set_id,
        regulation_id=offering.cohort.regulation_id, title="Đợt thi trước", state="closed", opens_at=begin,
        closes_at=begin + timedelta(hours=2), opened_at=begin, closed_at=begin + timedelta(hours=1),
        duration_seconds=3600, session_code="PAST01", rules=rules, release={"mark": "published", "review": "never"},
        created_by_id=db.session.execute(select(User.id).limit(1)).scalar_one(), created_at=begin,
    )  # fmt: skip


def _candidates(count: int, offering: Offering, exam: Exam, papers: list[ExamPaper], now) -> list[tuple[int, int]]:
    """Sitting and paper of each; people, class, component marks and candidacies come with them."""
    names = [f"Nguyễn Văn Thí Sinh {number:04d}" for number in range(count)]
    _insert((User, {
        "username": f"cu{at:04d}", "code": f"CU{at:04d}", "full_name": name, "sort_key": text.name_sort_key(name),
        "search_key": text.search_key(name), "created_at": now,
    }) for at, name in enumerate(names))  # fmt: skip
    query = select(User.id).where(User.username.like("cu%")).order_by(User.username)
    people = list(db.session.execute(query).scalars())
    _insert((Enrolment, {"cohort_id": offering.cohort_id, "user_id": one, "enrolled_at": now}) for one in people)
    codes = [component.code for component in courses.rules_for(offering).components]
    _insert((ComponentMark, {
        "offering_id": offering.id, "user_id": one, "component": code, "points": Decimal("7.5"), "entered_at": now,
    }) for one in people for code in codes)  # fmt: skip
    _insert((Candidacy, {
        "exam_id": exam.id, "user_id": one, "number": f"{at:04d}", "paper_id": papers[at % PAPERS].id,
    }) for at, one in enumerate(people))  # fmt: skip
    listed = db.session.execute(select(Candidacy).where(Candidacy.exam_id == exam.id)).scalars()
    _insert((Sitting, {
        "candidacy_id": one.id, "exam_id": exam.id, "user_id": one.user_id, "paper_id": one.paper_id,
        "question_count": len(papers[0].layout), "state": "closed", "epoch": 1, "journal_key": "",
        "closed_by": "candidate",
        "entered_at": exam.opens_at, "deadline_at": exam.closed_at, "submitted_at": exam.closed_at,
        "closed_at": exam.closed_at, "receipt": "past",
    }) for one in list(listed))  # fmt: skip
    sat = select(Sitting.id, Sitting.paper_id).where(Sitting.exam_id == exam.id).order_by(Sitting.id)
    return [(row.id, row.paper_id) for row in db.session.execute(sat)]


def _responses(ids: list[tuple[int, int]], papers: list[ExamPaper], versions: list[ItemVersion], rng, now) -> Iterator:
    """Answers of people whose ability is known, with the marks that the key gives."""
    layouts = {paper.id: paper.layout for paper in papers}
    contents = {version.id: (version.content, REGISTRY[version.item.kind]) for version in versions}
    difficulty = {version.id: rng.gauss(0, 1) for version in versions}
    exam_id = db.session.get_one(Sitting, ids[0][0]).exam_id
    for sitting_id, paper_id in ids:
        ability, total = rng.gauss(0, 1), Decimal(0)
        for question, entry in enumerate(layouts[paper_id], start=1):
            content, interaction = contents[entry["version"]]
            payload = _choose(rng, content, ability - difficulty[entry["version"]])
            score = interaction.score(content, payload, POINTS)
            total += score.points
            yield Response, {
                "sitting_id": sitting_id, "question": question, "seq": (1 << 32) + question, "payload": payload,
                "received_at": now,
            }  # fmt: skip
            yield ResponseMark, {
                "sitting_id": sitting_id, "question": question, "item_version_id": entry["version"],
                "points": score.points, "max_points": POINTS, "outcome": score.outcome,
                "rule": interaction.scoring_rule(content),
            }  # fmt: skip
        largest = POINTS * len(layouts[paper_id])
        yield SittingMark, {
            "sitting_id": sitting_id, "exam_id": exam_id, "raw_points": total, "max_points": largest,
            "total_points": total, "scaled": (total * 10 / largest).quantize(Decimal("0.1")), "marked_at": now,
        }  # fmt: skip


def _choose(rng: random.Random, content: dict, distance: float) -> str:
    if rng.random() < 0.03:
        return json.dumps({"choice": None})
    is_right = rng.random() < 0.25 + 0.75 / (1 + math.exp(-1.7 * distance))
    tokens = [option["token"] for option in content["options"] if option["is_key"] == is_right]
    return json.dumps({"choice": rng.choice(tokens)}, separators=(",", ":"))


def _insert(rows: Iterator) -> None:
    """Rows of any tables, in the order given within each table."""
    for batch in in_batches(list(rows), ROWS_AT_ONCE):
        tables: dict = {}
        for table, values in batch:
            tables.setdefault(table, []).append(values)
        with unit_of_work() as session:
            for table, values in tables.items():
                session.execute(insert(table), values)
