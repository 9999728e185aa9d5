"""A closed exam with items, papers, sittings and responses, written as rows: marking is what is tested."""

import json
from datetime import timedelta

from exambank.assembly.models import ExamBlueprint, ExamPaper, PaperSet
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import Item, ItemVersion
from exambank.courses.rules import RegulationRules
from exambank.db import unit_of_work
from exambank.exams.models import Candidacy, Exam
from exambank.permissions import Role
from exambank.sittings.models import Response, Sitting
from tests.people import THEN, People, make_user

RELEASE = {"mark": "published", "review": "published"}


def make_version(
    people: People, code: str, kind: str = "single_choice", keys=(True, False, False, False)
) -> ItemVersion:
    """An accepted item; its tokens are the code with a, b, c, ... so that tests can read them."""
    names = [f"{code}{letter}" for letter in "abcdefgh"[: len(keys)]]
    options = [
        {"token": name.lower(), "html": f"<p>{name}</p>", "is_key": is_key, "is_locked": False}
        for name, is_key in zip(names, keys, strict=True)
    ]
    return make_item(people, code, kind, REGISTRY[kind].normalise({"options": options, "scoring": {}}))


def rubric(*points: str, prompt: str = "") -> list[dict]:
    """Rows r1, r2, ... of a marking guide."""
    return [
        {"token": f"r{at}", "html": f"<p>Nội dung {at}</p>", "points": one, "prompt": prompt}
        for at, one in enumerate(points, start=1)
    ]


def make_essay(people: People, code: str = "TL1", points=("1", "0.5", "0.5"), kind: str = "essay", **content):
    """An accepted essay (or oral question) with a guide of these points."""
    content = REGISTRY[kind].normalise({"rubric": rubric(*points), "model_answer": "<p>Bài mẫu</p>", **content})
    return make_item(people, code, kind, content)


def make_item(people: People, code: str, kind: str, content: dict) -> ItemVersion:
    """An accepted item of any kind, written as rows."""
    stem = f"<p>{code}?</p>"
    with unit_of_work() as session:
        item = Item(
            course_module_id=people.module.id, code=code, kind=kind, state="accepted", author_id=people.lecturer.id,
            created_at=THEN, topic_id=people.topics[0].id,
        )  # fmt: skip
        session.add(item)
        session.flush()
        version = ItemVersion(
            item_id=item.id, number=1, state="accepted", stem=stem, content=content, search_key=code,
            fragment=REGISTRY[kind].fragment(stem, content, None), author_id=people.lecturer.id, created_at=THEN,
            content_hash="0" * 64,
        )  # fmt: skip
        session.add(version)
        session.flush()
        item.current_version_id = item.accepted_version_id = version.id
    return version


def make_paper_set(people: People, papers: list[list[ItemVersion]], points: str = "0.25") -> PaperSet:
    with unit_of_work() as session:
        blueprint = ExamBlueprint(
            course_module_id=people.module.id, name="M", author_id=people.lecturer.id, created_at=THEN, changed_at=THEN
        )
        session.add(blueprint)
        session.flush()
        paper_set = PaperSet(
            blueprint_id=blueprint.id, course_module_id=people.module.id, name="Đ", seed="1", state="approved",
            dealt_by_id=people.quality.id, dealt_at=THEN, snapshot_hash="0" * 64,
        )  # fmt: skip
        session.add(paper_set)
        session.flush()
        for number, versions in enumerate(papers):
            layout = [
                {
                    "version": one.id,
                    "points": points,
                    "cell": 1,
                    "options": REGISTRY[one.item.kind].tokens_of(one.fragment),
                }
                for one in versions
            ]
            session.add(
                ExamPaper(paper_set_id=paper_set.id, code=str(101 + number), layout=layout, total_points=len(layout))
            )
    return paper_set


def make_exam(people: People, paper_set: PaperSet, state: str = "closed", release: dict | None = None) -> Exam:
    with unit_of_work() as session:
        exam = Exam(
            course_module_id=people.module.id, offering_id=people.offering.id, regulation_id=people.regulation.id,
            paper_set_id=paper_set.id, title="Thi kết thúc học phần Xây dựng Đảng", state=state, opens_at=THEN,
            closes_at=THEN + timedelta(hours=2), opened_at=THEN, duration_seconds=3600, session_code="ABCDEF",
            rules=RegulationRules.parse(people.regulation.rules).room().as_dict(), release=release or RELEASE,
            created_by_id=people.officer.id, created_at=THEN,
        )  # fmt: skip
        session.add(exam)
    return exam


def make_sitting(
    exam: Exam, user, paper: ExamPaper, payloads: dict[int, dict], *, entered: bool = True, number: str = ""
) -> Sitting:
    """A closed sitting with what the candidate gave, by question number."""
    with unit_of_work() as session:
        candidacy = Candidacy(exam_id=exam.id, user_id=user.id, number=number or f"{user.id:03d}", paper_id=paper.id)
        session.add(candidacy)
        session.flush()
        sitting = Sitting(
            candidacy_id=candidacy.id, exam_id=exam.id, user_id=user.id, paper_id=paper.id,
            question_count=len(paper.layout), state="closed", journal_key="k", closed_at=THEN,
            entered_at=THEN if entered else None, epoch=1,
        )  # fmt: skip
        session.add(sitting)
        session.flush()
        session.add_all(
            Response(
                sitting_id=sitting.id, question=question, seq=2**32 + question,
                payload=json.dumps(payload, sort_keys=True, separators=(",", ":")), received_at=THEN,
            )
            for question, payload in payloads.items()
        )  # fmt: skip
    return sitting


def make_learner(at: int):
    return make_user(f"lx{at:03d}", f"Nguyễn Văn {at}", Role.LEARNER)


def choice(token: str | None) -> dict:
    return {"choice": token}
