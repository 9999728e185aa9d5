"""Concerns kept: opened once, added to, settled by whom it behoves or by the act that ends the text, and opened anew."""

import threading
import time

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from exambank import audit, clock
from exambank.bank import service
from exambank.bank.models import Item, ItemConcern
from exambank.bank.rules.concerns import REPORTED
from exambank.db import db, lock, new_public_id, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.permissions import SYSTEM
from tests.bank.factories import make_accepted, make_draft
from tests.bank.test_figures import fresh, row_of
from tests.bank.test_four_eyes import given, waits_for_a_lock
from tests.bank.test_review import decide, need, revise, submit
from tests.people import actor_of

NEGATIVE = "negative_discrimination"


def evidence(run="run-1", n=60, pooled=False, code=NEGATIVE, **values):
    return {"code": code, "n": n, "value": -0.4, "low": -0.6, "high": -0.2, "options": [], "exam": "exam-1", "run": run,
            "at": clock.now(), "is_pooled": pooled, **values}  # fmt: skip


def suspect(item, *rows, codes=()):
    """What analysis tells after a run."""
    return service.raise_concern(
        actor=SYSTEM, now=clock.now(), version_id=item.accepted_version_id, codes=codes, evidence=rows or [evidence()]
    )


def ask(who, item, note="Phương án B cũng đúng?"):
    return service.raise_concern(
        **given(who), version_id=item.accepted_version_id, codes=(), evidence=[], note=note
    )  # fmt: skip


def settle(who, concern, outcome="kept", reason="Đã đối chiếu giáo trình.", **more):
    return service.settle_concern(**given(who), concern=concern, outcome=outcome, reason=reason, **more)


def verbs(concern) -> list[str]:
    return [one.verb for one in audit.list_for(concern)][::-1]


# --- opened ---


def test_statistics_open_one_concern_and_the_same_run_adds_nothing(any_app, people):
    item = make_accepted(people)
    concern = suspect(item, codes=["key_suspect"])
    assert (concern.state, concern.origin, concern.opened_by_id) == ("open", "statistics", None)
    assert concern.codes == ["key_suspect", NEGATIVE]
    assert suspect(item).id == concern.id
    assert suspect(fresh(item), evidence(run="run-2", n=80)).id == concern.id
    kept = service.get_concern(concern.public_id)
    assert [(one["run"], one["n"]) for one in kept.evidence] == [("run-1", 60), ("run-2", 80)]
    assert db.session.query(ItemConcern).count() == 1
    assert verbs(concern) == ["concern.opened", "concern.evidence_added"]
    assert service.open_concern_of(item).id == concern.id


def test_statistics_without_evidence_open_nothing_and_a_person_says_what_to_look_at(app, people):
    item = make_accepted(people)
    nothing = {"version_id": item.accepted_version_id, "codes": [NEGATIVE], "evidence": []}
    assert service.raise_concern(actor=SYSTEM, now=clock.now(), **nothing) is None
    with pytest.raises(InvalidInput):
        service.raise_concern(**given(people.head), **nothing, note="  ")
    concern = ask(people.other_lecturer, item)
    assert (concern.origin, concern.opened_by_id, concern.codes) == ("person", people.other_lecturer.id, [REPORTED])
    assert concern.note == "Phương án B cũng đúng?"


def test_a_person_joins_what_the_statistics_opened(app, people):
    item = make_accepted(people)
    concern = suspect(item)
    assert ask(people.head, item).id == concern.id
    assert ask(people.other_lecturer, item, "Câu dẫn tối nghĩa.").id == concern.id
    kept = service.get_concern(concern.public_id)
    assert (kept.origin, kept.codes) == ("statistics", [NEGATIVE, REPORTED])
    assert [one["note"] for one in kept.evidence] == ["", "Phương án B cũng đúng?", "Câu dẫn tối nghĩa."]
    assert set(service.names_in([kept]).values()) == {people.head.full_name, people.other_lecturer.full_name}


def test_a_text_that_is_not_in_force_gets_none(any_app, people):
    draft, item = make_draft(people), make_accepted(people)
    first = item.accepted_version_id
    told = {"actor": SYSTEM, "now": clock.now(), "codes": [], "evidence": [evidence()]}
    assert service.raise_concern(version_id=draft.current_version_id, **told) is None
    assert service.raise_concern(version_id=987_654, **told) is None
    revise(people, item)
    submit(people, item)
    decide(people.quality, item)
    assert service.raise_concern(version_id=first, **told) is None
    service.suspend_item(**given(people.head), item=fresh(item), reason="Chờ sửa.")
    assert suspect(fresh(item)) is None
    assert db.session.query(ItemConcern).count() == 0


def test_an_item_in_doubt_stays_usable_and_says_so_to_lists_and_papers(any_app, people):
    item = make_accepted(people)
    version = service.get_newest_version(item)
    suspect(item)
    assert fresh(item).flags == " in_doubt "
    assert [one.flags for one in service.list_pool(people.module.id)] == [frozenset({"in_doubt"})]
    service.record_statistics("run-1", "exam-1", [row_of(version)], clock.now())
    assert fresh(item).flags == f" in_doubt {NEGATIVE} "
    found = service.list_items(people.module, service.Filters(flag="in_doubt"))
    assert [row.item.code for row in found.rows] == [item.code]
    assert service.refresh_figures() == 0
    settle(people.quality, service.open_concern_of(item))
    assert fresh(item).flags == f" {NEGATIVE} "
    assert service.refresh_figures() == 0


# --- settled by people ---


def test_a_reviewer_who_wrote_nothing_of_it_keeps_the_item_with_a_reason(any_app, people):
    item = make_accepted(people)
    concern = suspect(item)
    with pytest.raises(InvalidInput):
        settle(people.quality, concern, reason=" ")
    with pytest.raises(InvalidInput):
        settle(people.quality, concern, outcome="retired")
    settle(people.quality, concern)
    assert (concern.state, concern.outcome, concern.settled_by_id) == ("settled", "kept", people.quality.id)
    assert (concern.settled_n, concern.reason) == (60, "Đã đối chiếu giáo trình.")
    assert verbs(concern) == ["concern.opened", "concern.settled"]
    with pytest.raises(StateConflict):
        settle(people.head, concern)


def test_what_was_not_shown_when_somebody_decided_is_not_settled_unread(app, people):
    item = make_accepted(people)
    concern = suspect(item)
    suspect(item, evidence(run="run-2", n=80))
    with pytest.raises(StateConflict):
        settle(people.quality, concern, seen=1)
    assert service.open_concern_of(item) is not None
    assert settle(people.quality, concern, seen=2).outcome == "kept"


def test_nobody_declares_the_own_text_sound(app, people):
    item = make_accepted(people)
    concern = suspect(item)
    with pytest.raises(StateConflict):
        settle(people.lecturer, concern)
    with pytest.raises(NotFound):
        settle(people.stranger, concern)
    assert not service.may_settle_concern(actor_of(people.lecturer), concern)
    assert service.may_settle_concern(actor_of(people.other_lecturer), concern)
    assert not service.may_settle_concern(actor_of(people.leader), concern)


def test_whoever_edited_the_text_does_not_declare_it_sound_either(app, people):
    item = make_draft(people)
    revise(people, item, who=people.head)
    submit(people, item)
    decide(people.quality, item)
    concern = suspect(fresh(item))
    with pytest.raises(StateConflict):
        settle(people.head, concern)
    assert settle(people.other_lecturer, concern).outcome == "kept"


def test_whoever_asked_takes_it_back_while_nothing_else_speaks_against_the_item(app, people):
    item = make_accepted(people)
    concern = ask(people.lecturer, item)
    with pytest.raises(NotFound):
        settle(people.other_lecturer, concern, outcome="withdrawn")
    suspect(item)
    with pytest.raises(NotFound):
        settle(people.lecturer, concern, outcome="withdrawn")
    settle(people.quality, concern)
    again = ask(people.lecturer, item, "Xem lại lần nữa.")
    assert again.id != concern.id
    assert settle(people.lecturer, again, outcome="withdrawn", reason="Nhầm câu.").outcome == "withdrawn"
    assert verbs(again) == ["concern.opened", "concern.withdrawn"]


# --- settled by what happens to the item ---


def test_a_new_version_settles_what_was_said_against_the_old_one(any_app, people):
    item = make_accepted(people)
    concern = suspect(item)
    revise(people, item)
    submit(people, item)
    assert service.get_concern(concern.public_id).is_open
    decide(people.quality, item)
    kept = service.get_concern(concern.public_id)
    assert (kept.state, kept.outcome, kept.settled_by_id) == ("settled", "revised", people.quality.id)
    assert (fresh(item).flags, service.open_concern_of(item)) == ("", None)
    assert suspect(fresh(item), evidence(run="run-9")).item_version_id == item.accepted_version_id


def test_the_first_of_two_approvals_settles_nothing_yet(app, people):
    item = make_accepted(people)
    concern = suspect(item)
    need(people, 2)
    revise(people, item)
    submit(people, item)
    decide(people.quality, item)
    assert service.get_concern(concern.public_id).is_open
    decide(people.other_lecturer, item)
    assert service.get_concern(concern.public_id).outcome == "revised"


@pytest.mark.parametrize(
    ("act", "outcome"), [("suspend", "suspended"), ("retire", "retired"), ("many", "retired"), ("bulk", "retired")]
)
def test_suspending_and_retiring_settle_it_likewise_however_it_is_done(any_app, people, act, outcome):
    item, other = make_accepted(people), make_accepted(people, stem="Câu khác hỏi gì?")
    concern, sound = suspect(item), suspect(other)
    who = given(people.head)
    if act == "bulk":
        change = service.BulkChange(reason="Không đạt.")
        service.change_items(**who, act="retire", course_module=people.module, ids=[item.id], change=change)
    elif act == "many":
        service.move_many(**who, act="retire", items=[item], comment="Không đạt.")
    else:
        {"suspend": service.suspend_item, "retire": service.retire_item}[act](**who, item=item, reason="Không đạt.")
    kept = service.get_concern(concern.public_id)
    assert (kept.outcome, kept.reason, kept.settled_by_id) == (outcome, "Không đạt.", people.head.id)
    assert fresh(item).flags == ""
    assert service.get_concern(sound.public_id).is_open


def test_a_merged_item_leaves_no_open_concern_behind(any_app, people):
    lives = make_accepted(people, stem="Đảng tổ chức theo nguyên tắc nào?")
    goes = make_accepted(people, stem="Đảng tổ chức theo nguyên tắc nào ?")
    concern = suspect(goes)
    service.merge_items(**given(people.head), lives=lives, goes=goes)
    kept = service.get_concern(concern.public_id)
    assert (kept.outcome, fresh(goes).flags) == ("retired", "")
    assert lives.code in kept.reason


# --- taken back by figures, opened again ---


def test_newer_figures_take_a_suspicion_back_and_leave_what_a_person_asked(any_app, people):
    item, asked = make_accepted(people), make_accepted(people, stem="Câu khác hỏi gì?")
    concern = suspect(item)
    suspect(asked)
    ask(people.head, asked)

    def withdraw(one):
        return service.withdraw_concern(now=clock.now(), version_id=one.accepted_version_id, reason="")

    assert withdraw(item) is True
    assert withdraw(item) is False
    assert withdraw(asked) is False
    kept = service.get_concern(concern.public_id)
    assert (kept.outcome, kept.settled_by_id, fresh(item).flags) == ("withdrawn", None, "")
    assert suspect(item) is None, "the run that the figures have outweighed"
    assert suspect(item, evidence(run="run-2")).id != concern.id


def test_what_was_kept_is_opened_again_only_by_pooled_data_half_as_many_again(any_app, people):
    item = make_accepted(people)
    concern = suspect(item)
    settle(people.quality, concern)
    assert suspect(item) is None
    assert suspect(item, evidence(run="run-2", n=200)) is None
    assert suspect(item, evidence(run="run-2", n=89, pooled=True)) is None
    again = suspect(item, evidence(run="run-2", n=90, pooled=True))
    assert again.id != concern.id
    assert [one.id for one in service.list_concerns_of(item)] == [again.id, concern.id]


def test_the_figures_that_the_item_keeps_count_as_known_at_the_settling(app, people):
    item = make_accepted(people)
    service.record_statistics("run-0", "exam-0", [row_of(service.get_newest_version(item), n=100)], clock.now())
    concern = suspect(fresh(item))
    settle(people.quality, concern)
    assert concern.settled_n == 100
    assert suspect(item, evidence(run="run-2", n=149, pooled=True)) is None
    assert suspect(item, evidence(run="run-3", n=150, pooled=True)) is not None


def test_a_person_may_ask_again_at_once(app, people):
    item = make_accepted(people)
    settle(people.quality, suspect(item))
    assert ask(people.other_lecturer, item).is_open


def test_a_suspended_item_that_is_put_back_is_not_doubted_by_the_same_data(app, people):
    item = make_accepted(people)
    suspect(item)
    service.suspend_item(**given(people.head), item=item, reason="Kiểm tra đáp án.")
    service.resume_item(**given(people.head), item=fresh(item), reason="Đáp án đúng.")
    assert suspect(fresh(item)) is None
    assert suspect(item, evidence(run="run-2", n=90, pooled=True)) is not None


def test_nobody_puts_the_own_text_back_that_was_suspended_over_a_doubt(any_app, people):
    item = make_accepted(people, author=people.head)
    suspect(item)
    service.suspend_item(**given(people.head), item=item, reason="Kiểm tra đáp án.")
    back = {"reason": "Đáp án đúng."}
    with pytest.raises(StateConflict):
        service.resume_item(**given(people.head), item=fresh(item), **back)
    moves = service.move_many(**given(people.head), act="resume", items=[item], comment="Đáp án đúng.")
    assert (moves.moved, [why for _id, _code, why in moves.refused]) == ((), ["own_work"])
    service.resume_item(**given(people.quality), item=fresh(item), **back)
    assert fresh(item).state == "accepted"


def test_the_own_text_suspended_without_a_doubt_or_after_its_decision_is_put_back_by_its_author(app, people):
    item = make_accepted(people, author=people.head)
    for has_doubt in (False, True):
        if has_doubt:
            settle(people.quality, suspect(fresh(item)))
        service.suspend_item(**given(people.head), item=fresh(item), reason="Chờ văn bản mới.")
        service.resume_item(**given(people.head), item=fresh(item), reason="Văn bản không đổi.")
        assert fresh(item).state == "accepted"


# --- what waits for whom ---


def test_it_waits_for_those_who_may_decide_and_is_told_to_its_author(any_app, people):
    concern = suspect(make_accepted(people))

    def waiting(who):
        return [(one.public_id, one.is_own) for one in service.list_waiting_concerns(actor_of(who))]

    for who in (people.other_lecturer, people.head, people.quality):
        assert waiting(who) == [(concern.public_id, False)]
        assert service.count_concerns(actor_of(who), people.module) == 1
        assert service.count_concerns(actor_of(who), people.other_module) == 0
    assert waiting(people.lecturer) == [(concern.public_id, True)]
    assert service.count_concerns(actor_of(people.lecturer)) == 0
    for who in (people.stranger, people.leader, people.learner, people.technician, people.officer):
        assert waiting(who) == []
    settle(people.head, concern)
    assert waiting(people.quality) == waiting(people.lecturer) == []


def test_a_list_shows_the_banks_of_whoever_reads_it(any_app, people):
    first, second = suspect(make_accepted(people)), suspect(make_accepted(people, stem="Câu khác hỏi gì?"))

    def listed(who, **narrowed):
        return [one.id for one in service.list_concerns_for(actor_of(who), **narrowed).items]

    for who in (people.lecturer, people.head, people.quality, people.leader, people.inspector):
        assert listed(who) == [first.id, second.id]
        assert listed(who, course_module=people.other_module) == []
    assert listed(people.stranger) == listed(people.learner) == listed(people.technician) == []
    settle(people.head, first)
    assert (listed(people.head), listed(people.head, state="settled")) == ([second.id], [first.id])
    banks = service.list_concern_banks(actor_of(people.head), "settled")
    assert [(module.id, count) for module, count in banks] == [(people.module.id, 1)]
    assert service.find_concerned([first.item_version_id, 987_654]) == {first.item_version_id}


# --- at once ---


def test_the_database_itself_holds_one_open_concern_for_a_version(any_app, people):
    concern = suspect(make_accepted(people))
    values = {
        "public_id": new_public_id(), "item_id": concern.item_id, "item_version_id": concern.item_version_id,
        "origin": "person", "codes": [], "evidence": [], "opened_at": clock.now(), "state": "open",
    }  # fmt: skip
    with pytest.raises(IntegrityError), unit_of_work() as session:
        session.execute(insert(ItemConcern), [values])
    with unit_of_work() as session:
        session.execute(insert(ItemConcern), [values | {"state": "settled", "public_id": new_public_id()}])


def test_many_runs_at_once_open_one_concern_with_every_runs_word(any_app, people):
    item, errors = make_accepted(people), []
    version_id, started = item.accepted_version_id, threading.Barrier(6)

    def tell(number):
        with any_app.app_context():
            try:
                started.wait()
                service.raise_concern(actor=SYSTEM, now=clock.now(), version_id=version_id, codes=[NEGATIVE],
                                      evidence=[evidence(run=f"run-{number % 3}")])  # fmt: skip
            except Exception as error:
                errors.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=tell, args=(number,)) for number in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert errors == []
    db.session.rollback()
    db.session.expire_all()
    (concern,) = service.list_concerns_of(fresh(item))
    assert sorted(one["run"] for one in concern.evidence) == ["run-0", "run-1", "run-2"]


@pytest.mark.postgresql
def test_what_is_replaced_meanwhile_gets_no_concern(postgresql_app, people):
    """Whoever raises waits for the item, and then looks again at what is in force."""
    item, found = make_accepted(people), []
    version_id = item.accepted_version_id

    def tell():
        with postgresql_app.app_context():
            found.append(service.raise_concern(actor=SYSTEM, now=clock.now(), version_id=version_id, codes=[],
                                               evidence=[evidence()]))  # fmt: skip
            db.session.remove()

    with unit_of_work() as session:
        held = lock(session.get_one(Item, item.id))
        other = threading.Thread(target=tell)
        other.start()
        while not waits_for_a_lock():
            assert other.is_alive(), "it went on without waiting for the item"
            time.sleep(0.02)
        held.state = "suspended"
    other.join()
    assert found == [None]


@pytest.mark.postgresql
def test_figures_that_come_in_while_a_person_asks_leave_the_flag(postgresql_app, people):
    item, errors = make_accepted(people), []
    row = row_of(service.get_newest_version(item))

    def tell():
        with postgresql_app.app_context():
            try:
                service.record_statistics("run-1", "exam-1", [row], clock.now())
            except Exception as error:
                errors.append(error)
            finally:
                db.session.remove()

    with unit_of_work() as session:
        lock(session.get_one(Item, item.id))
        other = threading.Thread(target=tell)
        other.start()
        while not waits_for_a_lock():
            assert other.is_alive(), "it went on without waiting for the item"
            time.sleep(0.02)
        ask(people.head, item)
    other.join()
    assert errors == []
    db.session.expire_all()
    assert fresh(item).flags == f" in_doubt {NEGATIVE} "
