import json
from decimal import Decimal

import pytest
from sqlalchemy import select

from exambank import audit
from exambank.courses import service
from exambank.courses.models import ComponentMark, School
from exambank.courses.rules import PRESETS, default_rules
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.permissions import SYSTEM, Permission, Role
from tests.courses.factories import NOW, draft_of, enter
from tests.people import actor_of, make_user


def last_details() -> dict:
    row = db.session.execute(select(audit.AuditDetail).order_by(audit.AuditDetail.number.desc())).scalars().first()
    return json.loads(row.details)


def office(people) -> dict:
    return {"actor": actor_of(people.officer), "now": NOW}


# --- the school ---


def test_before_set_up_the_school_has_a_default_that_is_stored_nowhere(app):
    assert service.school().name
    assert service.label("course_module")
    db.session.commit()
    assert db.session.execute(select(School)).first() is None


def test_set_up_names_the_school_once(app):
    for name in ("Trường A", "Trường B"):
        service.set_up_school(actor=SYSTEM, now=NOW, name=name, place="An Bình")
    assert (service.school().name, service.school().place) == ("Trường A", "An Bình")
    assert audit.head().number == 1


def test_the_school_is_named_once_and_again(any_app, people):
    for name in ("Trường A", "Trường B"):
        service.set_school(**office(people), name=name, governing_body="Tỉnh ủy", place="Hà Nội",
                           labels={"learner": "student", "cohort": "lớp học"})  # fmt: skip
    assert service.school().name == "Trường B"
    assert len(db.session.execute(select(School)).all()) == 1
    assert service.label("cohort") == "lớp học"
    with pytest.raises(InvalidInput):
        service.set_school(**office(people), name=" ", governing_body="", place="", labels={})


# --- regulations ---


def test_a_regulation_is_drafted_adopted_and_then_never_changes(any_app, people):
    programme = service.create_programme(**office(people), code="SC", name="Sơ cấp", preset="elementary")
    [draft] = service.list_regulations(programme)
    assert (draft.version, draft.adopted_at, draft.rules) == (1, None, PRESETS["elementary"].rules)
    rules = default_rules() | {"pass_mark": "4.0"}
    service.edit_regulation(**office(people), regulation=draft, title="Quy chế sơ cấp", rules=rules)
    service.adopt_regulation(**office(people), regulation=draft)
    for act in (
        lambda: service.edit_regulation(**office(people), regulation=draft, title="Khác", rules=default_rules()),
        lambda: service.adopt_regulation(**office(people), regulation=draft),
    ):
        with pytest.raises(StateConflict):
            act()
    kept = service.get_regulation(draft.public_id)
    assert (kept.title, kept.rules["pass_mark"], kept.adopted_at) == ("Quy chế sơ cấp", "4.0", NOW)


def test_a_change_is_a_new_version_copied_from_the_old(any_app, people):
    draft = draft_of(people)
    assert (draft.version, draft.rules, draft.adopted_at) == (2, people.regulation.rules, None)
    changed = default_rules() | {"attempts": 3}
    service.edit_regulation(**office(people), regulation=draft, title="Quy chế 2027", rules=changed)
    assert service.get_regulation(people.regulation.public_id).rules["attempts"] == 2
    assert service.get_cohort(people.cohort.public_id).regulation_id == people.regulation.id
    with pytest.raises(StateConflict):
        draft_of(people)


def test_rules_that_contradict_themselves_are_refused_with_every_reason(people):
    draft = draft_of(people)
    with pytest.raises(service.RulesRefused) as caught:
        service.edit_regulation(**office(people), regulation=draft, title="X",
                                rules=default_rules() | {"exam_weight": "0.7", "attempts": 0})  # fmt: skip
    assert {problem.field for problem in caught.value.problems} == {"exam_weight", "attempts"}
    assert service.get_regulation(draft.public_id).rules == people.regulation.rules


def test_a_broken_draft_cannot_be_adopted(people):
    draft = draft_of(people)
    with unit_of_work():
        draft.rules = {}
    with pytest.raises(service.RulesRefused):
        service.adopt_regulation(**office(people), regulation=draft)


def test_codes_are_unique_on_both_databases(any_app, people):
    for act in (
        lambda: service.create_programme(**office(people), code="TCLLCT", name="Lần hai"),
        lambda: service.create_term(**office(people), code="2026-1", name="Lần hai"),
        lambda: service.create_cohort(**office(people), code="K75", name="Lần hai", regulation=people.regulation),
        lambda: service.create_module(**office(people), code="XDD", name="Lần hai", credits=1,
                                      programme=people.programme, department=people.department),
        lambda: service.create_offering(**office(people), course_module=people.module, cohort=people.cohort,
                                        term=people.term),
        lambda: service.add_topic(**office(people), course_module=people.module, name="Chương 1"),
        lambda: service.add_level(**office(people), name="Nhận biết"),
    ):  # fmt: skip
        before = audit.head()
        with pytest.raises(InvalidInput):
            act()
        assert audit.head() == before


# --- modules and classes ---


def test_modules_are_listed_for_whoever_may_do_something_with_them(people):
    def codes(user, permission):
        return [one.code for one in service.list_modules_for(actor_of(user), permission)]

    assert codes(people.quality, Permission.BANK_SEE) == ["DV", "XDD"]  # Công tác dân vận, Xây dựng Đảng
    assert codes(people.lecturer, Permission.BANK_SEE) == ["XDD"]
    assert codes(people.technician, Permission.BANK_SEE) == []


def test_lists_follow_the_vietnamese_alphabet(any_app, people):
    for code, name in (("D1", "Đường lối"), ("A1", "Ân cần"), ("A2", "Áp dụng"), ("A3", "An ninh")):
        service.create_module(**office(people), code=code, name=name, credits=1, programme=people.programme,
                              department=people.department)  # fmt: skip
    names = [one.name for one in service.list_modules()]
    assert names == ["An ninh", "Áp dụng", "Ân cần", "Công tác dân vận", "Đường lối", "Xây dựng Đảng"]
    assert [one.name for one in service.list_modules(search="duong")] == ["Đường lối"]


def test_learners_are_listed_by_their_given_names(any_app, people):
    codes = []
    for number, name in enumerate(["Lê Thị Ánh", "Phạm Văn An", "Đặng Ân", "Trần Đức Đại", "Hồ Dũng"]):
        codes.append(make_user(f"k{number}", name, Role.LEARNER).code)
    service.enrol_learners(**office(people), cohort=people.cohort, codes=codes)
    given = [user.full_name.split()[-1] for user in service.list_learners(people.cohort)]
    assert given == ["An", "Ánh", "Ân", "Dũng", "Đại", "Hường", "Ưởng"]


def test_learners_come_all_or_nobody_and_may_come_back(any_app, people):
    new = make_user("hv003", "Sùng A Páo", Role.LEARNER)
    with pytest.raises(InvalidInput) as caught:
        service.enrol_learners(**office(people), cohort=people.cohort, codes=["hv003", "nobody", "huy"])
    assert (caught.value.details["unknown"], caught.value.details["others"]) == (["nobody"], ["HUY"])
    assert new.id not in {user.id for user in service.list_learners(people.cohort)}
    added = service.enrol_learners(**office(people), cohort=people.cohort, codes=["HV003", " hv003 ", "hv001"])
    assert [user.id for user in added] == [new.id]
    enrolment = service.get_enrolment(people.cohort.public_id, new.public_id)
    service.leave_cohort(**office(people), enrolment=enrolment)
    assert len(service.list_learners(people.cohort)) == 2
    assert len(service.list_enrolments(people.cohort)) == 3
    assert service.count_learners() == {people.cohort.id: 2}
    service.enrol_learners(**office(people), cohort=people.cohort, codes=["HV003"])
    assert len(service.list_learners(people.cohort)) == 3


def test_a_class_follows_adopted_versions_only(people):
    with pytest.raises(InvalidInput):
        service.create_cohort(**office(people), code="K1", name="K1", regulation=draft_of(people))


def test_what_does_not_exist_is_not_found(people):
    for get in (service.get_module, service.get_cohort, service.get_offering, service.get_term, service.get_topic,
                service.get_level, service.get_programme, service.get_regulation):  # fmt: skip
        with pytest.raises(NotFound):
            get("no-such-id")


def test_only_lecturers_teach_and_periods_are_sensible(people):
    for wrong in ({"lecturers": [people.learner]}, {"periods": -1}, {"periods": 10_000}):
        with pytest.raises(InvalidInput):
            service.edit_offering(
                **office(people), offering=people.offering, **({"periods": 3, "lecturers": []} | wrong)
            )


def test_who_is_named_to_teach_may_at_once(people):
    assert not service.list_offerings_for(actor_of(people.stranger), Permission.COMPONENTS_EDIT, search="XDD")
    service.edit_offering(**office(people), offering=people.offering, periods=45, lecturers=[people.stranger])
    found = service.list_offerings_for(actor_of(people.stranger), Permission.COMPONENTS_EDIT, search="XDD")
    assert [one.id for one in found] == [people.offering.id]
    assert not service.list_offerings_for(actor_of(people.lecturer), Permission.COMPONENTS_EDIT)


# --- component marks ---


def test_marks_and_absences_are_stored_changed_and_taken_away(any_app, people):
    first, second = people.learner.id, people.second_learner.id
    enter(people, {first: {"process": "8.5"}, second: {"process": "0"}}, {first: 3})
    assert service.component_marks(people.offering) == {first: {"process": Decimal("8.5")}, second: {"process": 0}}
    assert service.absences(people.offering) == {first: 3}
    service.set_component_marks(actor=actor_of(people.lecturer), now=NOW, offering=people.offering,
                                marks={first: {"process": None}}, absences={first: 0, second: 10})  # fmt: skip
    assert service.component_marks(people.offering) == {second: {"process": 0}}
    assert service.absences(people.offering) == {first: 0, second: 10}
    assert service.eligibility(people.offering)[first] == []
    assert [one.code for one in service.eligibility(people.offering)[second]] == ["attendance_low"]


def test_a_sheet_with_one_wrong_cell_changes_nothing(any_app, people):
    enter(people, {people.learner.id: {"process": "7"}})
    before = audit.head()
    with pytest.raises(service.SheetRefused) as caught:
        enter(people, {people.learner.id: {"process": "8"}, people.second_learner.id: {"process": "10.5"}})
    assert [one.code for one in caught.value.problems] == ["out_of_scale"]
    assert "10,5" in service.cell_sentence(caught.value.problems[0])
    assert service.component_marks(people.offering) == {people.learner.id: {"process": 7}}
    assert audit.head() == before


def test_the_record_says_what_changed_from_what_to_what_and_an_unchanged_sheet_leaves_none(people):
    enter(people, {people.learner.id: {"process": "7"}})
    enter(people, {people.learner.id: {"process": "7.5"}, people.second_learner.id: {}})
    [[who, column, was, became]] = last_details()["changes"]
    assert (who, column, Decimal(was), Decimal(became)) == (people.learner.public_id, "process", 7, Decimal("7.5"))
    before = audit.head()
    assert enter(people, {people.learner.id: {"process": "7.50"}}) == []
    assert audit.head() == before


def test_a_mark_says_who_entered_it_and_when(people):
    enter(people, {people.learner.id: {"process": "7"}})
    [row] = db.session.execute(select(ComponentMark)).scalars()
    assert (row.entered_by_id, row.entered_at) == (people.lecturer.id, NOW)


def test_somebody_who_left_or_never_came_gets_no_marks(people):
    service.leave_cohort(
        **office(people), enrolment=service.get_enrolment(people.cohort.public_id, people.learner.public_id)
    )
    for user in (people.learner, people.lecturer):
        with pytest.raises(service.SheetRefused):
            enter(people, {user.id: {"process": "7"}})


def test_a_closed_sheet_refuses_until_it_is_reopened(any_app, people):
    service.close_marks(**office(people), offering=people.offering)
    with pytest.raises(StateConflict):
        enter(people, {people.learner.id: {"process": "7"}})
    service.reopen_marks(**office(people), offering=people.offering)
    assert enter(people, {people.learner.id: {"process": "7"}})


def test_every_reason_and_remark_has_a_sentence(people):
    rules = default_rules() | {"minimum_component": {"value": "5", "scope": "each"}}
    draft = draft_of(people)
    service.edit_regulation(**office(people), regulation=draft, title="X", rules=rules)
    service.adopt_regulation(**office(people), regulation=draft)
    service.edit_cohort(**office(people), cohort=people.cohort, name="K75", intake="", regulation=draft)
    enter(people, {people.learner.id: {"process": "4.9"}}, {people.learner.id: 20})
    sentences = [
        service.reason_sentence(one) for found in service.eligibility(people.offering).values() for one in found
    ]
    assert len(sentences) == 3
    assert all("%(" not in sentence and sentence for sentence in sentences)
    assert service.remark_label("exam_missing")
