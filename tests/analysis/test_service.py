"""Runs over real rows: computed once, written in batches, handed to the bank."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from exambank import audit, clock, jobs
from exambank.analysis import service
from exambank.analysis.models import AnalysisItem, AnalysisRun
from exambank.analysis.service import running, wording
from exambank.bank import service as bank
from exambank.bank.models import ItemStatistic
from exambank.db import db, unit_of_work
from exambank.errors import NotFound, StateConflict
from exambank.exams import service as exams
from exambank.exams.models import Exam
from exambank.marking import service as marking
from exambank.sittings.models import ResponseEvent, Sitting
from tests.analysis.factories import make_sat_exam, make_versions
from tests.marking.factories import make_exam, make_paper_set
from tests.people import actor_of

pytestmark = pytest.mark.usefixtures("people")


def count(model) -> int:
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def item_of(run: AnalysisRun, code: str) -> AnalysisItem:
    return next(item for item in service.get_report(run.exam).items if item.item_version.item.code == code)


def codes_of(item: AnalysisItem) -> list[str]:
    return [flag["code"] for flag in item.figures["flags"]]


def test_a_run_tells_of_every_item_and_hands_it_to_the_bank(any_app, people):
    exam = make_sat_exam(people)
    run = service.run_analysis(exam.public_id)
    assert (run.state, run.n, run.summary["n_items"]) == ("finished", 40, 8)
    first = item_of(run, "C00")
    assert (first.n, first.figures["omitted"]) == (40, 1)
    assert sum(row["count"] for row in first.options) == 40
    assert [row["letter"] for row in first.options] == ["A", "B", "C", "D", ""]
    [kept] = bank.list_statistics([first.item_version_id])[first.item_version_id]
    assert (kept.run, kept.exam, kept.n) == (run.public_id, exam.public_id, 40)
    assert kept.item_rest == pytest.approx(first.figures["item_rest"])


def test_the_same_data_give_the_same_run_again(any_app, people):
    exam = make_sat_exam(people)
    first = service.run_analysis(exam.public_id)
    head = audit.head().number
    again = service.run_analysis(exam.public_id)
    assert (again.id, again.data_hash) == (first.id, first.data_hash)
    assert (count(AnalysisRun), count(AnalysisItem), count(ItemStatistic), audit.head().number) == (1, 8, 8, head)


def test_one_run_is_one_act_however_many_batches(any_app, people, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 3)
    exam = make_sat_exam(people)
    before = audit.head().number
    service.run_analysis(exam.public_id)
    assert (audit.head().number, count(AnalysisItem)) == (before + 1, 8)


def test_a_run_cut_off_half_way_is_finished_by_the_next(any_app, people, monkeypatch):
    exam, public_id = make_sat_exam(people), None
    public_id = exam.public_id
    monkeypatch.setattr(running, "BATCH", 3)
    whole = running._write_items

    def cut_off(run_id, batch):
        if count(AnalysisItem) >= 3:
            raise ConnectionError("the power went")
        whole(run_id, batch)

    monkeypatch.setattr(running, "_write_items", cut_off)
    with pytest.raises(ConnectionError):
        service.run_analysis(public_id)
    assert service.latest_run(exams.get_exam(public_id)) is None
    monkeypatch.setattr(running, "_write_items", whole)
    run = service.run_analysis(public_id)
    assert (run.state, count(AnalysisRun), count(AnalysisItem), count(ItemStatistic)) == ("finished", 1, 8, 8)


def test_a_wrong_key_is_suspected_and_asks_for_a_review(any_app, people):
    run = service.run_analysis(make_sat_exam(people, candidates=60, miskeyed=2).public_id)
    item = item_of(run, "C02")
    flags = {flag["code"]: flag["options"] for flag in item.figures["flags"]}
    assert flags["miskey"] == ["c02b"]
    assert service.get_report(run.exam).items[0].id == item.id
    assert "B" in wording.item_verdict(item).text
    assert "C02" in wording.exam_verdict(run, [item]).text
    assert [one.id for one in service.list_notices_for(actor_of(people.quality))] == [item.id]
    assert service.list_notices_for(actor_of(people.stranger)) == []


def test_a_corrected_key_changes_the_figures_and_undoing_brings_them_back(any_app, people):
    exam = make_sat_exam(people, candidates=60, miskeyed=2)
    before = service.run_analysis(exam.public_id)
    item = item_of(before, "C02")
    act = {"actor": actor_of(people.quality), "now": clock.now()}
    correction = marking.correct(
        **act, exam=exam, version=item.item_version, kind="accept_option", options=["c02b"], reason="Đáp án gõ nhầm"
    )
    jobs.run_due()
    after = item_of(service.latest_run(exam), "C02")
    assert after.run_id != before.id
    assert after.figures["difficulty"] > item.figures["difficulty"]
    assert "miskey" not in codes_of(after)
    marking.undo_correction(**act, correction=correction, reason="Đáp án vẫn đúng")
    jobs.run_due()
    assert service.latest_run(exam).data_hash == before.data_hash


def test_an_item_credited_to_everybody_keeps_its_figures(any_app, people):
    exam = make_sat_exam(people)
    before = item_of(service.run_analysis(exam.public_id), "C01")
    marking.correct(
        actor=actor_of(people.quality), now=clock.now(), exam=exam, version=before.item_version, kind="credit_all",
        options=[], reason="Câu dẫn sai",
    )  # fmt: skip
    jobs.run_due()
    assert item_of(service.latest_run(exam), "C01").figures == before.figures


def test_too_few_candidates_are_described_and_not_judged(any_app, people):
    run = service.run_analysis(make_sat_exam(people, candidates=12, miskeyed=2).public_id)
    report = service.get_report(run.exam)
    assert {tuple(codes_of(item)) for item in report.items} == {("too_few",)}
    assert run.summary["judged"] == 0
    assert wording.exam_verdict(run, report.items).strong


def test_papers_that_differ_leave_out_what_was_not_given(any_app, people):
    exam = make_sat_exam(people, candidates=48, items=8, papers=[[0, 1, 2, 3], [4, 5, 6, 7]])
    run = service.run_analysis(exam.public_id)
    assert {item.n for item in service.get_report(exam).items} == {24}
    assert (run.summary["alpha"], run.summary["alpha_reason"]) == (None, "papers_differ")
    assert [paper["n"] for paper in run.summary["papers"]] == [24, 24]
    assert wording.reliability_sentence(run.summary)


def test_closing_an_exam_runs_the_analysis(any_app, people):
    exam = make_sat_exam(people)
    with unit_of_work():
        jobs.publish("exam.closed", exam.public_id)
    assert service.is_run_waiting(exam)
    jobs.run_due()
    assert not service.is_run_waiting(exam)
    assert service.latest_run(exam) is not None


def test_asking_twice_owes_one_run(any_app, people):
    exam = make_sat_exam(people)
    act = {"actor": actor_of(people.quality), "now": clock.now(), "exam": exam}
    assert service.request_run(**act) is True
    assert service.request_run(**act) is False
    jobs.run_due()
    assert count(AnalysisRun) == 1


def test_nothing_marked_is_no_run(any_app, people):
    exam = make_exam(people, make_paper_set(people, [make_versions(people, 1)]))
    assert service.run_analysis(exam.public_id) is None
    assert service.get_report(exam) is None


def test_an_exam_still_on_is_not_analysed(any_app, people):
    exam = make_exam(people, make_paper_set(people, [make_versions(people, 1)]), state="open")
    with pytest.raises(StateConflict):
        service.run_analysis(exam.public_id)
    with pytest.raises(StateConflict):
        service.request_run(actor=actor_of(people.quality), now=clock.now(), exam=exam)


def test_an_item_is_told_through_all_its_exams(any_app, people):
    versions = make_versions(people, 4)
    first = make_sat_exam(people, candidates=24, versions=versions, seed=1)
    second = make_sat_exam(people, candidates=30, versions=versions, seed=2)
    for exam in (first, second):
        service.run_analysis(exam.public_id)
    item = service.get_item(second.public_id, versions[0].public_id)
    report = service.get_item_report(item)
    assert [one.n for one in report.exams] == [24, 30]
    assert len(report.neighbours) == 4


def test_what_was_never_analysed_is_not_found(any_app, people):
    exam = make_sat_exam(people, candidates=2, items=1)
    with pytest.raises(NotFound):
        service.get_item(exam.public_id, exam.public_id)


def test_lists_hold_what_the_actor_may_see(any_app, people):
    exam = make_sat_exam(people, candidates=2, items=1)
    [row] = service.list_exams_for(actor_of(people.quality))
    assert (row.exam.id, row.run, row.is_waiting) == (exam.id, None, False)
    service.run_analysis(exam.public_id)
    assert service.list_exams_for(actor_of(people.lecturer), search="k75")[0].run is not None
    assert service.list_exams_for(actor_of(people.lecturer), search="k99") == []
    assert service.list_exams_for(actor_of(people.stranger)) == []


def test_the_time_on_an_item_comes_from_the_saves(app, people):
    exam = make_sat_exam(people, candidates=3, items=3)
    sittings = list(db.session.execute(select(Sitting).where(Sitting.exam_id == exam.id)).scalars())
    with unit_of_work() as session:
        session.add_all(
            ResponseEvent(
                sitting_id=sitting.id, question=question, seq=question, payload="{}",
                received_at=sitting.entered_at + timedelta(seconds=20 * question),
            )
            for sitting in sittings
            for question in (1, 2)
        )  # fmt: skip
    run = service.run_analysis(exam.public_id)
    assert item_of(run, "C01").figures["seconds"] == {"n": 3, "median": 20, "quartiles": [20, 20]}
    assert "seconds" not in item_of(run, "C02").figures


def test_an_earlier_exam_shows_drift_and_the_run_is_named_by_it_too(app, people):
    versions = make_versions(people, 6)
    first, second = (make_sat_exam(people, candidates=30, versions=versions, seed=seed) for seed in (1, 2))
    with unit_of_work() as session:
        later = session.get_one(Exam, second.id)
        later.opens_at, later.closes_at = later.opens_at + timedelta(days=90), later.closes_at + timedelta(days=90)
    alone = service.run_analysis(second.public_id)
    service.run_analysis(first.public_id)
    now = service.run_analysis(second.public_id)
    assert now.data_hash != alone.data_hash
    item = item_of(service.run_analysis(first.public_id), "C00")
    assert "drift" not in codes_of(item)  # nothing lies before the first
