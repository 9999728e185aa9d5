"""A bank on one scale over real rows: handed over once, for texts in force, again when data or texts change."""

import random

import pytest
from sqlalchemy import func, insert, select

from exambank import audit, jobs
from exambank.analysis import service
from exambank.analysis.models import AnalysisCalibration, AnalysisCandidate
from exambank.analysis.service import running
from exambank.bank import service as bank
from exambank.bank.models import Item, ItemVersion
from exambank.bank.service import calibrations
from exambank.db import db, unit_of_work
from exambank.exams.models import Candidacy, Exam
from exambank.marking.models import ResponseMark, SittingMark
from exambank.sittings.models import Sitting
from tests.analysis.factories import make_versions
from tests.marking.factories import make_exam, make_learner, make_paper_set
from tests.people import THEN

pytestmark = pytest.mark.usefixtures("people")


def make_marked_exam(people, versions, papers, candidates: int, seed: int = 1) -> Exam:
    """A closed exam of many candidates, written straight into the tables; ``papers``: places of versions."""
    rng = random.Random(seed)
    paper_set = make_paper_set(people, [[versions[at] for at in paper] for paper in papers], points="1")
    exam, learner = make_exam(people, paper_set), make_learner(90_000 + seed)
    with unit_of_work() as session:
        session.execute(insert(Candidacy), [
            {"exam_id": exam.id, "user_id": learner.id, "number": f"{number:04d}", "attempt_no": number + 1}
            for number in range(candidates)
        ])  # fmt: skip
        listed = session.scalars(select(Candidacy.id).where(Candidacy.exam_id == exam.id).order_by(Candidacy.id)).all()
        session.execute(insert(Sitting), [
            {"candidacy_id": one, "exam_id": exam.id, "user_id": learner.id, "public_id": f"s{seed}-{number}",
             "paper_id": paper_set.papers[number % len(papers)].id, "state": "closed", "journal_key": "k", "epoch": 1,
             "question_count": len(papers[number % len(papers)]), "closed_at": THEN, "entered_at": THEN}
            for number, one in enumerate(listed)
        ])  # fmt: skip
        sat = session.scalars(select(Sitting.id).where(Sitting.exam_id == exam.id).order_by(Sitting.candidacy_id)).all()
        marks, totals = [], []
        for number, sitting_id in enumerate(sat):
            places, ability = papers[number % len(papers)], rng.gauss(0, 1)
            right = [rng.gauss(0, 1) < ability - 0.1 * (at - len(versions) / 2) for at in places]
            marks += [
                {"sitting_id": sitting_id, "question": question, "item_version_id": versions[at].id, "rule": {},
                 "points": int(is_right), "max_points": 1, "outcome": "right" if is_right else "wrong"}
                for question, (at, is_right) in enumerate(zip(places, right, strict=True), start=1)
            ]  # fmt: skip
            totals.append(
                {"sitting_id": sitting_id, "exam_id": exam.id, "public_id": f"m{seed}-{number}", "marked_at": THEN,
                 "raw_points": sum(right), "total_points": sum(right), "max_points": len(places),
                 "scaled": round(10 * sum(right) / len(places))}
            )  # fmt: skip
        session.execute(insert(ResponseMark), marks)
        session.execute(insert(SittingMark), totals)
    return exam


TWO_PAPERS = [list(range(8)), list(range(4, 12))]


def parameters(versions) -> list[tuple]:
    query = select(Item.irt_a, Item.irt_b, Item.irt_c).order_by(Item.id)
    return [tuple(row) for row in db.session.execute(query.where(Item.id.in_([one.item_id for one in versions])))]


def count(model) -> int:
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def test_an_exam_of_different_papers_gets_advice_beside_the_marks(any_app, people):
    versions = make_versions(people, 12)
    exam = make_marked_exam(people, versions, TWO_PAPERS, 110)
    run = service.run_analysis(exam.public_id)
    scale = run.summary["scale"]
    assert (scale["model"], scale["n"], scale["reason"]) == ("1pl", 110, None)
    assert 0 < scale["reliability"] < 1
    assert len(run.candidates) == 110
    one = run.candidates[0]
    assert one.advised_mark == pytest.approx(10 * one.advised_share)
    assert all(0.5 < row.advised_se < 2.5 for row in run.candidates if 0 < row.raw_share < 1)
    assert {row.advised_se for row in run.candidates if row.raw_share in {0.0, 1.0}} <= {None}
    raw = db.session.scalar(select(SittingMark.raw_points).where(SittingMark.sitting_id == one.sitting_id))
    assert one.raw_share == pytest.approx(float(raw) / 8)
    by_paper = [
        [row.advised_share - row.raw_share for row in run.candidates[start::2]] for start in (0, 1)
    ]  # the first paper is the easier one
    assert sum(by_paper[0]) < 0 < sum(by_paper[1])


def test_questions_that_are_only_tried_out_do_not_count_for_the_advice(app, people):
    versions = make_versions(people, 12)
    exam = make_marked_exam(people, versions, TWO_PAPERS, 110)
    tried = [versions[0].id, versions[11].id]
    with unit_of_work() as session:
        for paper in session.get_one(Exam, exam.id).paper_set.papers:
            paper.layout = [{**entry, "scored": entry["version"] not in tried} for entry in paper.layout]
    one = service.run_analysis(exam.public_id).candidates[0]
    own = select(ResponseMark.points).where(
        ResponseMark.sitting_id == one.sitting_id, ResponseMark.item_version_id.notin_(tried)
    )
    points = list(db.session.scalars(own))
    assert len(points) == 7
    assert one.raw_share == pytest.approx(float(sum(points)) / 7)


def test_the_marks_themselves_stay_as_they_are(app, people):
    exam = make_marked_exam(people, make_versions(people, 12), TWO_PAPERS, 110)
    before = db.session.execute(select(SittingMark.raw_points, SittingMark.scaled).order_by(SittingMark.id)).all()
    service.run_analysis(exam.public_id)
    jobs.run_due()
    after = db.session.execute(select(SittingMark.raw_points, SittingMark.scaled).order_by(SittingMark.id)).all()
    assert before == after


def test_a_run_cut_off_among_the_candidates_is_finished_by_the_next(app, people, monkeypatch):
    exam = make_marked_exam(people, make_versions(people, 12), TWO_PAPERS, 110)
    monkeypatch.setattr(running, "CANDIDATES_AT_ONCE", 50)
    whole = running._write_candidates

    def cut_off(run_id, batch, scale_max):
        if count(AnalysisCandidate) >= 50:
            raise ConnectionError("the power went")
        whole(run_id, batch, scale_max)

    public_id = exam.public_id
    monkeypatch.setattr(running, "_write_candidates", cut_off)
    with pytest.raises(ConnectionError):
        service.run_analysis(public_id)
    monkeypatch.setattr(running, "_write_candidates", whole)
    assert service.run_analysis(public_id).state == "finished"
    assert count(AnalysisCandidate) == 110


def test_a_bank_is_calibrated_after_an_exam_and_told_once(app, people):
    versions = make_versions(people, 12)
    exam = make_marked_exam(people, versions, TWO_PAPERS, 120)
    service.run_analysis(exam.public_id)
    jobs.run_due()
    found = service.latest_calibration(people.module.id)
    assert (found.n, found.summary["items"], found.summary["exams"], found.summary["reason"]) == (120, 12, 1, None)
    stored = parameters(versions)
    assert all(a > 0 and c == 0 for a, _b, c in stored)
    assert stored[0][1] < stored[-1][1]  # the first items are the easier ones
    [first, *_rest] = bank.list_pool(people.module.id)
    assert first.irt == stored[0]
    head = audit.head().number
    assert service.calibrate_bank(people.module.id).id == found.id
    assert (audit.head().number, count(AnalysisCalibration)) == (head, 1)


def test_too_few_candidates_are_told_and_nothing_is_handed_over(app, people):
    versions = make_versions(people, 12)
    service.run_analysis(make_marked_exam(people, versions, TWO_PAPERS, 90).public_id)
    jobs.run_due()
    found = service.latest_calibration(people.module.id)
    assert found.summary["reason"] == "too_few_candidates"
    assert parameters(versions) == [(None, None, None)] * 12
    assert service.calibrate_bank(people.other_module.id) is None


def test_a_second_exam_gives_a_new_calibration_over_both(app, people):
    versions = make_versions(people, 12)
    for seed in (1, 2):
        service.run_analysis(make_marked_exam(people, versions, TWO_PAPERS, 60, seed=seed).public_id)
        jobs.run_due()
    found = service.latest_calibration(people.module.id)
    assert (found.n, found.summary["exams"], found.summary["items"]) == (120, 2, 12)
    assert count(AnalysisCalibration) == 2


def test_a_text_that_is_replaced_loses_its_parameters_at_the_next_calibration(app, people):
    versions = make_versions(people, 12)
    service.run_analysis(make_marked_exam(people, versions, TWO_PAPERS, 120).public_id)
    jobs.run_due()
    old = versions[0]
    with unit_of_work() as session:
        new = ItemVersion(
            item_id=old.item_id, number=2, state="accepted", stem="<p>Câu mới</p>", content=old.content, search_key="",
            author_id=old.author_id, created_at=THEN, content_hash="1" * 64,
        )  # fmt: skip
        session.add(new)
        session.flush()
        session.get_one(Item, old.item_id).accepted_version_id = new.id
    service.calibrate_bank(people.module.id)
    assert parameters([old]) == [(None, None, None)]
    assert None not in parameters([versions[1]])[0]


def test_parameters_are_kept_for_texts_in_force_alone_and_can_be_forgotten(app, people):
    [one, other] = make_versions(people, 2)
    rows = [{"item_version_id": version_id, "a": 1.2, "b": -0.5, "c": 0.0} for version_id in (one.id, 999_999)]
    assert calibrations.record_calibration(rows=rows) == 1
    assert calibrations.record_calibration(rows=rows) == 0
    assert parameters([one, other]) == [(1.2, -0.5, 0.0), (None, None, None)]
    assert calibrations.list_calibrated(people.module.id) == [one.id]
    with unit_of_work() as session:
        calibrations.forget_calibration(session, [one.item_id])
    assert parameters([one]) == [(None, None, None)]
