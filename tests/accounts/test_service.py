"""Commands and queries of accounts, on both databases where SQL decides."""

import threading
import unicodedata
from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import select

from exambank import audit, clock
from exambank.accounts import service
from exambank.accounts.models import DoorCard, RoleGrant, SignInThrottle, User
from exambank.accounts.rules import PersonRow
from exambank.accounts.service import PersonDetails
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict, TooManyAttempts
from exambank.permissions import SYSTEM, Role
from tests.accounts.factories import (
    ELSEWHERE,
    HERE,
    OWN_PASSWORD,
    actor_like,
    make_person,
    make_settled,
    rows,
    try_sign_in,
)
from tests.people import actor_of


def verbs():
    return list(db.session.execute(select(audit.AuditEvent.verb).order_by(audit.AuditEvent.number)).scalars())


def all_details():
    return " ".join(db.session.execute(select(audit.AuditDetail.details)).scalars())


def fail(count, code="HV100", address=HERE):
    for _one in range(count):
        with pytest.raises(InvalidInput):
            try_sign_in(code, "sai mật khẩu", address)


# --- signing in ---


def test_whoever_has_a_first_password_comes_in_and_must_change_it(any_app):
    user, password = make_person()
    came = try_sign_in("hv100", password)
    assert (came.user_id, came.must_change_password, came.by_card) == (user.id, True, False)
    assert service.find_user("HV100").last_sign_in_at is not None
    assert verbs()[-1] == "signed_in"


def test_an_unknown_name_an_inactive_person_and_a_wrong_password_get_one_answer_and_cost_the_same_work(app):
    make_person()
    make_person("HV101")
    with unit_of_work():
        service.find_user("HV101").is_active = False
    answers, work = set(), []
    for code in ["HV100", "HV101", "không ai"]:
        before = service.hasher().computed
        with pytest.raises(InvalidInput) as refusal:
            try_sign_in(code, "sai mật khẩu")
        answers.add((refusal.value.message, refusal.value.status, str(refusal.value.details)))
        work.append(service.hasher().computed - before)
    assert len(answers) == 1
    assert work == [1, 1, 1]


def test_an_inactive_person_does_not_come_in_with_the_right_password(app):
    _user, password = make_person()
    with unit_of_work():
        service.find_user("HV100").is_active = False
    with pytest.raises(InvalidInput):
        try_sign_in("HV100", password)


def test_a_password_typed_decomposed_is_the_same_password(app):
    make_settled()
    decomposed = unicodedata.normalize("NFD", OWN_PASSWORD)
    assert decomposed != OWN_PASSWORD
    assert try_sign_in("HV100", decomposed).must_change_password is False


# --- the throttle ---


def test_a_pair_waits_after_five_failures_and_longer_after_each_further_one(any_app):
    _user, password = make_person()
    fail(5)
    with pytest.raises(TooManyAttempts) as wait:
        try_sign_in("HV100", password)
    assert 0 < wait.value.details["seconds"] <= 30
    clock.shift(timedelta(seconds=31))
    fail(1)
    clock.shift(timedelta(seconds=31 + 45))
    with pytest.raises(TooManyAttempts):
        try_sign_in("HV100", password)
    clock.shift(timedelta(seconds=31 + 61))
    assert try_sign_in("HV100", password).user_id
    assert verbs().count("sign_in.blocked") == 2


def test_an_attacker_elsewhere_does_not_lock_the_account_in_the_room(any_app):
    _user, password = make_person()
    fail(5, address=ELSEWHERE)
    with pytest.raises(TooManyAttempts):
        try_sign_in("HV100", password, ELSEWHERE)
    assert try_sign_in("HV100", password, HERE).user_id


def test_success_clears_the_pair(any_app):
    _user, password = make_person()
    fail(4)
    try_sign_in("HV100", password)
    fail(4)
    assert try_sign_in("HV100", password).user_id


def test_a_name_that_nobody_has_is_throttled_alike_and_not_kept_in_clear(app):
    fail(5, code="matkhaucuatoi")
    with pytest.raises(TooManyAttempts):
        try_sign_in("matkhaucuatoi", "x")
    accounts = db.session.execute(select(SignInThrottle.account)).scalars().all()
    assert "matkhaucuatoi" not in " ".join(accounts) + all_details()


def test_a_pair_that_waits_costs_no_hash(app):
    make_person()
    fail(5)
    before = service.hasher().computed
    with pytest.raises(TooManyAttempts):
        try_sign_in("HV100", "x")
    assert service.hasher().computed == before


def fill_address(failures):
    now = clock.now()
    with unit_of_work() as session:
        session.add(
            SignInThrottle(account="*", address=HERE, failures=failures, window_started_at=now, last_failure_at=now)
        )


def test_an_address_has_a_ceiling_that_only_a_card_passes(any_app, people):
    _user, password = make_person()
    fill_address(299)
    fail(1, code="ai đó")
    with pytest.raises(TooManyAttempts):
        try_sign_in("HV100", password)
    code = service.issue_door_card(actor=actor_of(people.invigilator), now=clock.now(), user=people.learner)
    assert try_sign_in("HV001", code).by_card
    clock.shift(timedelta(seconds=31))
    assert try_sign_in("HV100", password).user_id
    assert verbs().count("sign_in.address_blocked") == 1


def test_eighty_people_behind_one_address_sign_in_without_filling_it(app):
    _user, password = make_person()
    fill_address(250)
    try_sign_in("HV100", password)
    row = db.session.execute(select(SignInThrottle).where(SignInThrottle.account == "*")).scalar_one()
    assert row.failures == 250


def test_guesses_made_at_the_same_moment_are_all_counted(app):
    make_person()
    outcomes = []
    application = current_app._get_current_object()

    def guess():
        with application.app_context():
            try:
                try_sign_in("HV100", "sai mật khẩu")
            except (InvalidInput, TooManyAttempts) as refusal:
                outcomes.append(type(refusal))
            finally:
                db.session.remove()

    threads = [threading.Thread(target=guess) for _one in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(InvalidInput) == 5
    assert outcomes.count(TooManyAttempts) == 7


def test_old_counts_are_dropped(any_app):
    fail(1)
    assert service.forget_old_failures(now=clock.now()) == 0
    assert service.forget_old_failures(now=clock.now() + timedelta(days=3)) == 2


# --- passwords ---


def test_an_own_password_replaces_the_first_one_and_ends_all_other_sessions(any_app):
    user, first = make_person()
    came = try_sign_in("HV100", first)
    actor = actor_like(came, user)
    version = service.change_password(actor=actor, now=clock.now(), new_password=OWN_PASSWORD)
    assert version == came.session_version + 1
    assert try_sign_in("HV100", OWN_PASSWORD).must_change_password is False
    with pytest.raises(InvalidInput):
        try_sign_in("HV100", first)
    assert OWN_PASSWORD not in all_details()
    assert first not in all_details()


@pytest.mark.parametrize("password", ["ngắn", "HV100-000", "hoangvanthu", "matkhau123"])
def test_a_weak_password_is_refused_and_the_first_one_stays(app, password):
    user, first = make_person(code="HV100-000")
    actor = actor_like(try_sign_in("HV100-000", first), user)
    with pytest.raises(InvalidInput):
        service.change_password(actor=actor, now=clock.now(), new_password=password)
    assert try_sign_in("HV100-000", first).must_change_password


def test_the_first_password_is_no_own_password(app):
    user, first = make_person()
    actor = actor_like(try_sign_in("HV100", first), user)
    with pytest.raises(InvalidInput):
        service.change_password(actor=actor, now=clock.now(), new_password=first)


def test_a_settled_person_must_know_the_present_password(app):
    user = make_settled()
    actor = actor_of(user)
    for current in (None, "sai mật khẩu"):
        with pytest.raises(InvalidInput) as refusal:
            service.change_password(
                actor=actor, now=clock.now(), new_password="mùa thu Hà Nội", current_password=current
            )
        assert refusal.value.details["field"] == "current_password"
    service.change_password(actor=actor, now=clock.now(), new_password="mùa thu Hà Nội", current_password=OWN_PASSWORD)
    assert try_sign_in("HV100", "mùa thu Hà Nội").user_id == user.id


def test_guessing_the_present_password_in_an_open_session_is_throttled_without_locking_the_sign_in(app):
    actor = actor_of(make_settled())
    for _one in range(5):
        with pytest.raises(InvalidInput):
            service.change_password(actor=actor, now=clock.now(), new_password="x" * 9, current_password="sai")
    with pytest.raises(TooManyAttempts):
        service.change_password(actor=actor, now=clock.now(), new_password="x" * 9, current_password=OWN_PASSWORD)
    assert try_sign_in("HV100", OWN_PASSWORD).user_id


def test_a_reset_gives_a_new_first_password_ends_sessions_and_ends_the_wait(any_app, people):
    user = make_settled()
    fail(5)
    password = service.reset_password(actor=actor_of(people.officer), now=clock.now(), user=user)
    assert current_app.extensions["exambank_actor_loader"](user.id, user.session_version - 1) is None
    assert try_sign_in("HV100", password).must_change_password
    with pytest.raises(InvalidInput):
        try_sign_in("HV100", OWN_PASSWORD)
    assert "password.reset" in verbs()
    assert password not in all_details()


# --- people ---


def test_a_person_with_several_roles_and_a_department_is_found_again(any_app, people):
    make_person("GV05", "Hà Thị Hường", (Role.LECTURER, Role.DEPARTMENT_HEAD), department_codes=["XDD"])
    user = service.find_user(" gv05 ")
    assert {(grant.role, grant.department_id) for grant in user.grants} == {
        ("lecturer", None),
        ("department_head", people.department.id),
    }
    assert service.get_user(user.public_id).id == user.id
    with pytest.raises(NotFound):
        service.get_user("01900000-0000-7000-8000-000000000000")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "HV001"}, "code"),
        ({"code": "hv001 "}, "code"),
        ({"code": " "}, "code"),
        ({"full_name": "\u200b"}, "full_name"),
        ({"roles": ()}, "roles"),
        ({"roles": (Role.DEPARTMENT_HEAD,)}, "departments"),
        ({"birth_date": "31/02/1990"}, "birth_date"),
    ],
)
def test_wrong_data_is_refused_with_its_field_and_nothing_is_created(people, values, field):
    before = db.session.query(User).count()
    with pytest.raises(InvalidInput) as refusal:
        make_person(**values)
    assert refusal.value.details["field"] == field
    assert db.session.query(User).count() == before


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("huong", ["HV001"]),
        ("thu nguyen", ["HV001"]),
        ("HƯỜNG", ["HV001"]),
        ("hv00", ["HV001", "HV002"]),
        ("%", []),
        ("_", []),
        ("lo van uong", ["HV002"]),
    ],
)
def test_people_are_found_without_marks_and_by_code(any_app, people, search, found):
    assert [user.code for user in service.list_people(search).items] == found


def test_people_are_listed_by_given_name_role_and_page(any_app, people):
    assert [user.code for user in service.list_people(role="learner").items] == ["HV001", "HV002"]
    service.import_people(actor=SYSTEM, now=clock.now(), rows=rows(60))
    page = service.list_people("so", page=2)
    assert (page.total, page.pages, len(page.items)) == (60, 2, 10)
    names = [user.sort_key for user in service.list_people().items]
    assert names == sorted(names)


def test_a_very_long_foreign_name_fits_its_columns(any_app):
    user, _password = make_person(full_name="名" * 120)
    assert len(user.sort_key) <= 900


def details_of(user, **changes):
    given = {"code": user.code, "full_name": user.full_name, "roles": tuple(Role(g.role) for g in user.grants)}
    return PersonDetails(**{**given, **changes})


def test_changed_roles_count_at_once_and_are_recorded(any_app, people):
    service.update_user(
        actor=actor_of(people.officer), now=clock.now(), user=people.lecturer,
        details=details_of(people.lecturer, roles=(Role.MARKER, Role.LECTURER)),
    )  # fmt: skip
    assert actor_of(people.lecturer).roles == {Role.LECTURER, Role.MARKER}
    assert verbs()[-1] == "person.updated"
    assert '"roles_added":["marker"]' in all_details()


def test_a_head_changes_department_without_losing_other_roles(any_app, people):
    other = service.create_department(
        actor=actor_of(people.officer), now=clock.now(), code="LLCS", name="Lý luận cơ sở"
    )
    service.update_user(
        actor=actor_of(people.officer), now=clock.now(), user=people.head,
        details=details_of(people.head, roles=(Role.DEPARTMENT_HEAD, Role.LECTURER), department_codes=("LLCS",)),
    )  # fmt: skip
    actor = actor_of(people.head)
    assert actor.department_ids == {other.id}
    assert actor.roles == {Role.DEPARTMENT_HEAD, Role.LECTURER}


def test_the_last_manager_keeps_the_managing_role_and_stays_active(any_app, people):
    officer = actor_of(people.officer)
    update = {"actor": officer, "now": clock.now()}
    service.update_user(**update, user=people.technician, details=details_of(people.technician, is_active=False))
    for change in ({"roles": (Role.LECTURER,)}, {"is_active": False}):
        with pytest.raises(StateConflict):
            service.update_user(**update, user=people.officer, details=details_of(people.officer, **change))


@pytest.mark.parametrize("role", [Role.QUALITY_OFFICE, Role.LEADERSHIP, Role.IT])
def test_nobody_gives_a_role_to_himself(any_app, people, role):
    details = details_of(people.officer, roles=(Role.TRAINING_OFFICE, role))
    with pytest.raises(StateConflict):
        service.update_user(actor=actor_of(people.officer), now=clock.now(), user=people.officer, details=details)
    assert actor_of(people.officer).roles == {Role.TRAINING_OFFICE}


def test_a_technician_neither_gives_roles_with_content_nor_resets_who_has_them(any_app, people):
    act = {"actor": actor_of(people.technician), "now": clock.now()}
    attempts = [
        lambda: service.create_user(**act, code="X1", full_name="X", roles=[Role.QUALITY_OFFICE]),
        lambda: service.update_user(
            **act, user=people.learner, details=details_of(people.learner, roles=(Role.LEARNER, Role.LECTURER))
        ),
        lambda: service.update_user(**act, user=people.lecturer, details=details_of(people.lecturer)),
        lambda: service.reset_password(**act, user=people.lecturer),
        lambda: service.import_people(**act, rows=[PersonRow("X2", "X", roles=(Role.LECTURER,))]),
    ]
    for attempt in attempts:
        with pytest.raises(StateConflict):
            attempt()
    assert service.reset_password(**act, user=people.learner)
    assert service.create_user(**act, code="X3", full_name="X", roles=[Role.LEARNER])


def test_whoever_is_made_inactive_is_out_at_once(any_app, people):
    version = people.lecturer.session_version
    service.update_user(
        actor=actor_of(people.officer), now=clock.now(), user=people.lecturer,
        details=details_of(people.lecturer, is_active=False),
    )  # fmt: skip
    assert service.find_user("nguyet").session_version > version
    assert actor_of(people.lecturer) is None


@pytest.mark.parametrize("who", ["lecturer", "head", "quality", "leader", "inspector", "invigilator", "learner"])
def test_nobody_else_manages_people_even_by_calling_the_service(people, who):
    actor, now = actor_of(getattr(people, who)), clock.now()
    attempts = [
        lambda: service.create_user(actor=actor, now=now, code="X1", full_name="X", roles=[Role.IT]),
        lambda: service.update_user(actor=actor, now=now, user=people.learner, details=details_of(people.learner)),
        lambda: service.reset_password(actor=actor, now=now, user=people.learner),
        lambda: service.import_people(actor=actor, now=now, rows=rows(1)),
        lambda: service.create_department(actor=actor, now=now, code="X", name="X"),
        lambda: service.revoke_sessions(actor=actor, now=now, user=people.officer),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            attempt()


def test_two_departments_cannot_have_one_code(people):
    with pytest.raises(InvalidInput):
        service.create_department(actor=SYSTEM, now=clock.now(), code="XDD", name="Khác")
    service.update_department(
        actor=SYSTEM, now=clock.now(), department=people.department, code="XDD", name="Khoa Xây dựng Đảng"
    )
    assert [one.name for one in service.list_departments()] == ["Khoa Xây dựng Đảng"]


# --- lists of people ---


def test_sixty_people_come_in_with_slips_that_open_the_door(any_app):
    slips = service.import_people(actor=SYSTEM, now=clock.now(), rows=rows(60))
    assert [slip.code for slip in slips] == [row.code for row in rows(60)]
    assert len({slip.password for slip in slips}) == 60
    assert try_sign_in(slips[41].code, slips[41].password).must_change_password
    assert verbs()[0] == "people.imported"
    assert not any(slip.password in all_details() for slip in slips)


def test_a_known_code_is_corrected_keeps_its_password_and_gains_roles(any_app, people):
    user = make_settled("K75-001", unit_name="Sở Nội vụ")
    again = [
        PersonRow("k75-001", "Hoàng  Văn Thụy", roles=(Role.LEARNER, Role.DEPARTMENT_HEAD), department_codes=("XDD",)),
        PersonRow("K75-002", "Lò Văn Ưởng"),
    ]
    for expected in (["K75-002"], []):
        slips = service.import_people(actor=SYSTEM, now=clock.now(), rows=again)
        assert [slip.code for slip in slips] == expected
    user = service.find_user("K75-001")
    assert (user.full_name, user.unit_name, user.code) == ("Hoàng Văn Thụy", "Sở Nội vụ", "K75-001")
    assert sorted(grant.role for grant in user.grants) == ["department_head", "learner"]
    assert try_sign_in("K75-001", OWN_PASSWORD).must_change_password is False
    assert db.session.query(User).filter(User.username.like("k75-%")).count() == 2


def test_one_faulty_row_keeps_the_whole_list_out(people):
    before = db.session.query(User).count(), db.session.query(RoleGrant).count()
    with pytest.raises(InvalidInput, match="3"):
        service.import_people(actor=SYSTEM, now=clock.now(), rows=[*rows(2), PersonRow("K75-9", "")])
    assert (db.session.query(User).count(), db.session.query(RoleGrant).count()) == before


def test_the_plan_of_an_import_says_who_is_new_who_is_known_and_what_is_wrong(people):
    plans = service.plan_import([PersonRow("hv001", "Nguyễn Thu Hường"), *rows(1), PersonRow("", "Ai")])
    assert [(plan.is_new, plan.known_name, len(plan.problems)) for plan in plans] == [
        (False, "Nguyễn Thị Thu Hường", 0),
        (True, None, 0),
        (True, None, 1),
    ]
    assert service.row_problem_message(plans[2].problems[0])


# --- cards at the door ---


def issue(people, user=None):
    return service.issue_door_card(actor=actor_of(people.invigilator), now=clock.now(), user=user or people.learner)


def test_a_card_opens_the_door_once_without_a_forced_change(any_app, people):
    user, first = make_person()
    code = issue(people, user)
    came = try_sign_in("HV100", f"{code[:4]}-{code[4:]}".upper())
    assert (came.by_card, came.must_change_password) == (True, False)
    with pytest.raises(InvalidInput):
        try_sign_in("HV100", code)
    assert try_sign_in("HV100", first).must_change_password  # the password is as it was
    assert verbs().count("door_card.issued") == 1
    assert code not in all_details()
    assert code not in " ".join(db.session.execute(select(DoorCard.code_hash)).scalars())


def test_a_card_ends_after_a_quarter_of_an_hour(any_app, people):
    code = issue(people)
    clock.shift(timedelta(minutes=15, seconds=1))
    with pytest.raises(InvalidInput):
        try_sign_in("HV001", code)


def test_a_new_card_revokes_the_one_before(any_app, people):
    first, second = issue(people), issue(people)
    with pytest.raises(InvalidInput):
        try_sign_in("HV001", first)
    assert try_sign_in("HV001", second).by_card


def test_a_card_is_for_its_learner_alone(any_app, people):
    code = issue(people)
    with pytest.raises(InvalidInput):
        try_sign_in("HV002", code)
    assert try_sign_in("HV001", code).user_id == people.learner.id


def test_a_card_ends_the_wait_of_its_learner(any_app, people):
    fail(5, code="HV001")
    assert try_sign_in("HV001", issue(people)).by_card


def test_a_card_used_in_two_browsers_at_once_opens_one(app, people):
    code = issue(people)
    outcomes = []
    application = current_app._get_current_object()

    def use():
        with application.app_context():
            try:
                outcomes.append(try_sign_in("HV001", code).by_card)
            except InvalidInput:
                outcomes.append(False)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=use) for _one in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, False, True]


@pytest.mark.parametrize("who", ["lecturer", "officer", "invigilator", "technician"])
def test_staff_get_no_cards(people, who):
    with pytest.raises(StateConflict):
        issue(people, getattr(people, who))


def test_whoever_becomes_staff_loses_the_card_in_the_pocket(any_app, people):
    code = issue(people)
    service.update_user(
        actor=actor_of(people.officer), now=clock.now(), user=people.learner,
        details=details_of(people.learner, roles=(Role.LEARNER, Role.QUALITY_OFFICE)),
    )  # fmt: skip
    with pytest.raises(InvalidInput):
        try_sign_in("HV001", code)


@pytest.mark.parametrize("who", ["lecturer", "learner", "inspector", "technician"])
def test_only_invigilators_and_the_training_office_make_cards(people, who):
    with pytest.raises(NotFound):
        service.issue_door_card(actor=actor_of(getattr(people, who)), now=clock.now(), user=people.second_learner)


def test_only_learners_are_found_for_a_card(any_app, people):
    assert [user.code for user in service.find_learners("uong")] == ["HV001", "HV002"]
    assert service.find_learners("lan") == []
    assert service.find_learners(" ") == []


# --- sessions ---


def test_revoked_sessions_are_recorded_and_end(any_app, people):
    old = people.lecturer.session_version
    version = service.revoke_sessions(actor=actor_of(people.technician), now=clock.now(), user=people.lecturer)
    load = current_app.extensions["exambank_actor_loader"]
    assert load(people.lecturer.id, old) is None
    assert load(people.lecturer.id, version).full_name == "Đỗ Thị Minh Nguyệt"
    assert verbs() == ["sessions.revoked"]


def test_the_audit_chain_of_all_this_is_whole(any_app, people):
    make_settled()
    issue(people)
    assert audit.verify().problems == ()
