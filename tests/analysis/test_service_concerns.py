"""What runs tell the bank: a suspicion opens a review of the item in force, sound figures take it back."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from exambank import audit, clock, jobs
from exambank.analysis import service
from exambank.analysis.service.concerns import CODES
from exambank.bank import service as bank
from exambank.bank.models import ItemConcern, ItemVersion
from exambank.bank.rules.figures import split_flags
from exambank.db import db, unit_of_work
from exambank.exams.models import Exam
from exambank.marking import service as marking
from tests.analysis.factories import make_sat_exam, make_versions
from tests.people import actor_of

pytestmark = pytest.mark.usefixtures("people")


def analysed(exam: Exam):
    """The exam's newest run, after everything it brings about has been done."""
    service.run_analysis(exam.public_id)
    jobs.run_due()
    return service.latest_run(exam)


def concern_of(version: ItemVersion) -> ItemConcern | None:
    db.session.expire_all()
    return bank.open_concern_of(version.item)


def later(exam: Exam, days: int) -> Exam:
    with unit_of_work() as session:
        exam = session.get_one(Exam, exam.id)
        exam.opens_at, exam.closes_at = (at + timedelta(days=days) for at in (exam.opens_at, exam.closes_at))
    return exam


def test_a_suspicion_opens_a_review_with_its_evidence(any_app, people):
    versions = make_versions(people, 8)
    run = analysed(make_sat_exam(people, candidates=32, versions=versions, miskeyed=2))
    concern = concern_of(versions[2])
    assert "key_suspect" in concern.codes
    [evidence] = [one for one in concern.evidence if one["code"] == "key_suspect"]
    assert (evidence["run"], evidence["exam"], evidence["n"]) == (run.public_id, run.exam.public_id, 32)
    assert evidence["options"] == ["c02b"]
    assert 0 < evidence["low"] < evidence["value"] < evidence["high"]
    assert [concern_of(version) for at, version in enumerate(versions) if at != 2] == [None] * 7


def flags_of(version: ItemVersion) -> set[str]:
    db.session.expire_all()
    return set(split_flags(version.item.flags))


def test_lists_of_the_bank_doubt_what_the_analysis_doubts(any_app, people):
    versions, doubts = make_versions(people, 8), {"key_suspect", "negative_discrimination"}
    for at in range(3):
        exam = make_sat_exam(people, candidates=14, versions=versions, miskeyed=2, seed=11 + at)
        run = analysed(later(exam, 30 * at))
        found = service.pool_versions([version.id for version in versions], run.course_module_id)
        for version in versions:
            suspected = {CODES[flag.code] for flag in found[version.id].flags}
            assert flags_of(version) & doubts == suspected, (at, version.item.code)
    assert flags_of(versions[2]) >= {"in_doubt", "key_suspect"}


def test_told_twice_the_bank_hears_it_once(app, people):
    run = analysed(make_sat_exam(people, candidates=32, miskeyed=2))
    head = audit.head().number
    assert service.tell_concerns(run.public_id) == 1
    assert audit.head().number == head
    assert db.session.execute(select(func.count()).select_from(ItemConcern)).scalar_one() == 1


def test_a_corrected_key_mends_the_marks_and_not_the_text(app, people):
    versions = make_versions(people, 8)
    exam = make_sat_exam(people, candidates=32, versions=versions, miskeyed=2)
    first = analysed(exam)
    assert concern_of(versions[2]) is not None
    marking.correct(
        actor=actor_of(people.quality), now=clock.now(), exam=exam, version=versions[2], kind="accept_option",
        options=["c02b"], reason="Đáp án gõ nhầm",
    )  # fmt: skip
    jobs.run_due()
    assert "option_accepted" in concern_of(versions[2]).codes
    assert [one["options"] for one in concern_of(versions[2]).evidence if one["code"] == "option_accepted"] == [
        ["c02b"]
    ]
    assert service.tell_concerns(first.public_id) == 0  # an older run says nothing any more


def test_two_corrections_of_one_kind_are_both_evidence(any_app, people):
    versions = make_versions(people, 8)
    exam = make_sat_exam(people, candidates=32, versions=versions)
    for token in ("c02b", "c02c"):
        marking.correct(
            actor=actor_of(people.quality), now=clock.now(), exam=exam, version=versions[2], kind="accept_option",
            options=[token], reason="Cũng đúng",
        )  # fmt: skip
    analysed(exam)
    accepted = [one["options"] for one in concern_of(versions[2]).evidence if one["code"] == "option_accepted"]
    assert sorted(accepted) == [["c02b"], ["c02c"]]


def test_a_correction_that_is_undone_leaves_only_what_the_figures_say(app, people):
    versions = make_versions(people, 8)
    exam = make_sat_exam(people, candidates=32, versions=versions)
    analysed(exam)
    actor = actor_of(people.quality)
    marking.correct(
        actor=actor, now=clock.now(), exam=exam, version=versions[2], kind="credit_all", options=[], reason="Câu hỏi sai",
    )  # fmt: skip
    jobs.run_due()
    assert concern_of(versions[2]).codes == ["credited"]
    [correction] = marking.list_corrections(exam)
    marking.undo_correction(actor=actor, now=clock.now(), correction=correction, reason="Nhầm câu")
    jobs.run_due()
    assert concern_of(versions[2]) is None


def test_a_sound_exam_does_not_take_back_what_another_exam_corrected(app, people):
    versions = make_versions(people, 8)
    first = make_sat_exam(people, candidates=32, versions=versions)
    analysed(first)
    marking.correct(
        actor=actor_of(people.quality), now=clock.now(), exam=first, version=versions[2], kind="credit_all",
        options=[], reason="Câu hỏi sai",
    )  # fmt: skip
    jobs.run_due()
    analysed(later(make_sat_exam(people, candidates=32, versions=versions, seed=11), 30))
    assert concern_of(versions[2]).codes == ["credited"]


def test_an_old_exam_counted_late_does_not_take_back_what_a_later_one_found(app, people):
    versions = make_versions(people, 8)
    old = make_sat_exam(people, candidates=120, versions=versions)
    analysed(later(make_sat_exam(people, candidates=24, versions=versions, miskeyed=2, seed=11), 30))
    assert "key_suspect" in concern_of(versions[2]).codes
    analysed(old)
    assert service.pool_versions([versions[2].id], versions[2].item.course_module_id)[versions[2].id].flags == ()
    assert "key_suspect" in concern_of(versions[2]).codes


def test_small_exams_together_open_what_none_of_them_does_alone(app, people):
    versions = make_versions(people, 8)
    for at in range(3):
        exam = make_sat_exam(people, candidates=14, versions=versions, miskeyed=2, seed=11 + at)
        run = analysed(later(exam, 30 * at))
        item = service.get_item(exam.public_id, versions[2].public_id)
        assert [flag["code"] for flag in item.figures["flags"]] == ["too_few", *(["exposed"] if at == 2 else [])]
    concern = concern_of(versions[2])
    assert {one["is_pooled"] for one in concern.evidence} == {True}
    assert max(one["n"] for one in concern.evidence) == 42
    pooled = service.pool_versions([versions[2].id], run.course_module_id)[versions[2].id]
    assert (pooled.n, pooled.exams, pooled.flags[0].code) == (42, 3, "miskey")


def test_a_version_that_is_not_in_force_is_left_alone(app, people):
    versions = make_versions(people, 8)
    exam = make_sat_exam(people, candidates=32, versions=versions, miskeyed=2)
    with unit_of_work() as session:
        session.get_one(ItemVersion, versions[2].id).item.state = "retired"
    analysed(exam)
    assert db.session.execute(select(func.count()).select_from(ItemConcern)).scalar_one() == 0


def test_few_answers_borrow_from_the_bank(app, people):
    versions = make_versions(people, 12)
    analysed(make_sat_exam(people, candidates=40, versions=versions))
    module = versions[0].item.course_module_id
    assert service.priors_of(module).difficulty.items == 12
    pooled = service.pool_versions([versions[0].id], module)[versions[0].id]
    assert 0 < pooled.difficulty.borrowed < 1
    assert pooled.difficulty.own == pytest.approx(pooled.difficulty.value, abs=0.2)
    assert service.pool_versions([], module) == {}
