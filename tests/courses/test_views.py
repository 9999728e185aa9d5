import re

import pytest

from exambank import text
from exambank.courses import service
from exambank.courses.models import Offering
from exambank.courses.rules import ABSENT, PRESETS, RegulationRules, SchoolSettings
from tests.courses.factories import NOW, draft_of, enter
from tests.people import actor_of

PAGES = [
    "/courses/", "/courses/classes", "/courses/modules", "/courses/programmes", "/courses/terms", "/courses/levels",
]  # fmt: skip
FORMS = [
    "/courses/offerings/new", "/courses/classes/new", "/courses/modules/new", "/courses/programmes/new",
    "/courses/terms/new", "/courses/school",
]  # fmt: skip


def shown(response) -> str:
    assert response.status_code == 200, response.status_code
    page = response.get_data(as_text=True)
    assert page.count("<div") == page.count("</div>")
    assert "%(" not in page
    return page


@pytest.mark.parametrize("address", PAGES)
def test_everybody_who_may_see_courses_sees_every_list(address, people, sign_in):
    for user in (people.officer, people.lecturer, people.head, people.leader, people.inspector):
        shown(sign_in(user).get(address))


@pytest.mark.parametrize("address", PAGES + FORMS)
def test_a_learner_finds_none_of_these_pages(address, people, sign_in):
    assert sign_in(people.learner).get(address).status_code == 404


@pytest.mark.parametrize("address", FORMS)
def test_the_training_office_opens_every_form_and_a_lecturer_none(address, people, sign_in):
    shown(sign_in(people.officer).get(address))
    assert sign_in(people.lecturer).get(address).status_code == 404


def test_pages_of_single_things_open(people, sign_in):
    client = sign_in(people.officer)
    draft = draft_of(people)
    for address in (
        f"/courses/offerings/{people.offering.public_id}/edit",
        f"/courses/offerings/{people.offering.public_id}",
        f"/courses/classes/{people.cohort.public_id}",
        f"/courses/classes/{people.cohort.public_id}/edit",
        f"/courses/modules/{people.module.public_id}",
        f"/courses/modules/{people.module.public_id}/edit",
        f"/courses/topics/{people.topics[0].public_id}/edit",
        f"/courses/levels/{people.levels[0].public_id}/edit",
        f"/courses/terms/{people.term.public_id}/edit",
        f"/courses/programmes/{people.programme.public_id}/edit",
        f"/courses/regulations/{people.regulation.public_id}",
        f"/courses/regulations/{draft.public_id}",
        f"/courses/regulations/{draft.public_id}/edit",
    ):
        shown(client.get(address))


# --- the school ---


def test_the_school_chooses_its_words_and_they_appear(people, sign_in):
    client = sign_in(people.officer)
    answer = client.post("/courses/school", data={
        "name": "Trường Chính trị tỉnh Bình An", "governing_body": "Tỉnh ủy Bình An", "place": "Bình An",
        "course_module_word": "own", "course_module_own": "chuyên đề mở", "learner_word": "student",
        "cohort_word": "cohort", "default_seal": "clock", "lead_minutes": "45",
    })  # fmt: skip
    assert answer.status_code == 302
    assert service.school_settings() == SchoolSettings("clock", 45, own_lecturer_sees_papers=False)
    assert service.school().name == "Trường Chính trị tỉnh Bình An"
    assert "Chuyên đề mở" in shown(client.get("/courses/modules"))


def test_another_word_without_the_word_is_refused_beside_its_field(people, sign_in):
    client = sign_in(people.officer)
    page = shown(client.post("/courses/school", data={
        "name": "Tên mới của trường", "course_module_word": "own", "learner_word": "student", "cohort_word": "cohort",
        "lead_minutes": "30",
    }))  # fmt: skip
    assert 'id="course_module_own-error"' in page
    assert "Tên mới của trường" in page
    assert service.school().name == "Trường Chính trị tỉnh An Bình"


# --- regulations ---


def regulation_form(page: str) -> dict[str, str]:
    """Every field of the form as a browser would send it: no box that is not ticked."""
    page = re.sub(r'<input(?=[^>]*type="checkbox")(?![^>]*\bchecked)[^>]*>', "", page)
    fields = dict(re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', page))
    fields |= {
        name: value
        for value, name in re.findall(r'<input[^>]*?value="([^"]*)"[^>]*?name="([^"]+)"', page)
        if name not in fields
    }
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option[^>]*selected[^>]*value="([^"]*)"|<option[^>]*value="([^"]*)"[^>]*selected', body)
        fields[name] = (chosen.group(1) or chosen.group(2)) if chosen else ""
    return fields


def test_a_draft_saved_as_it_was_shown_keeps_every_rule(people, sign_in):
    client, draft = sign_in(people.officer), draft_of(people)
    before = service.get_regulation(draft.public_id).rules
    expected = RegulationRules.parse(before)
    address = f"/courses/regulations/{draft.public_id}/edit"
    answer = client.post(address, data=regulation_form(shown(client.get(address))))
    assert answer.status_code == 302
    assert RegulationRules.parse(service.get_regulation(draft.public_id).rules) == expected


def test_a_changed_draft_gets_a_new_component_with_a_code_of_its_own(people, sign_in):
    client, draft = sign_in(people.officer), draft_of(people)
    address = f"/courses/regulations/{draft.public_id}/edit"
    fields = regulation_form(shown(client.get(address)))
    fields |= {"components-0-weight": "2/15", "components-1-name": "Kiểm tra định kỳ", "components-1-weight": "4/15",
               "pass_mark": "4,0", "minimum_attendance": "75%", "late_entry_minutes": "15"}  # fmt: skip
    assert client.post(address, data=fields).status_code == 302
    rules = service.get_regulation(draft.public_id).rules
    assert [(one["code"], one["weight"]) for one in rules["components"]] == [
        ("process", "2/15"),
        ("kiem_tra_dinh_ky", "4/15"),
    ]
    assert (rules["pass_mark"], rules["minimum_attendance"], rules["late_entry_seconds"]) == ("4.0", "0.75", 900)


def test_wrong_rules_come_back_with_their_reasons_and_what_was_typed(people, sign_in):
    client, draft = sign_in(people.officer), draft_of(people)
    address = f"/courses/regulations/{draft.public_id}/edit"
    before = service.get_regulation(draft.public_id).rules
    fields = regulation_form(shown(client.get(address)))
    fields |= {
        "exam_weight": "0,7",
        "letters-1-at_least": "9",
        "pass_mark": "-1",
        "attempts": "hai",
        "grace_seconds": "-5",
    }
    page = shown(client.post(address, data=fields))
    for field in ("exam_weight", "letters-1-at_least", "pass_mark", "attempts", "grace_seconds"):
        assert f'id="{field}-error"' in page, field
    assert 'value="hai"' in page
    assert "1,1" in page
    assert service.get_regulation(draft.public_id).rules == before


def test_an_adopted_version_cannot_be_edited_through_any_page(people, sign_in):
    client = sign_in(people.officer)
    address = f"/courses/regulations/{people.regulation.public_id}"
    assert client.get(f"{address}/edit").status_code == 409
    assert client.post(f"{address}/edit", data={"title": "x"}).status_code == 409
    assert client.post(f"{address}/adopt").status_code == 409
    assert client.post(f"{address}/versions").status_code == 302
    assert client.post(f"{address}/versions").status_code == 409


def test_a_new_programme_starts_from_a_preset_and_is_adopted(people, sign_in, app):
    client = sign_in(people.leader)
    answer = client.post("/courses/programmes/new", data={"code": "CD", "name": "Cao đẳng", "preset": "college"})
    assert answer.status_code == 302
    programme = service.find_programme("CD")
    draft = service.list_regulations(programme)[0]
    assert draft.rules == PRESETS["college"].rules
    assert "2/15" in shown(client.get(f"/courses/regulations/{draft.public_id}"))
    assert client.post(f"/courses/regulations/{draft.public_id}/adopt").status_code == 302
    assert service.get_regulation(draft.public_id).adopted_at is not None


def test_a_taken_code_is_refused_beside_the_code(people, sign_in):
    client = sign_in(people.officer)
    page = shown(client.post("/courses/programmes/new", data={"code": "TCLLCT", "name": "Khác", "preset": "vju"}))
    assert 'id="code-error"' in page
    assert "Khác" in page


def test_every_preset_can_be_shown_and_edited(people, sign_in):
    client = sign_in(people.officer)
    for key in PRESETS:
        client.post("/courses/programmes/new", data={"code": key, "name": key, "preset": key})
        draft = service.list_regulations(service.find_programme(key))[0]
        shown(client.get(f"/courses/regulations/{draft.public_id}"))
        address = f"/courses/regulations/{draft.public_id}/edit"
        assert client.post(address, data=regulation_form(shown(client.get(address)))).status_code == 302


# --- modules, topics, levels ---


def test_a_module_is_created_changed_and_taken_out_of_use(people, sign_in):
    client = sign_in(people.officer)
    data = {"code": "NNPL", "name": "Nhà nước và pháp luật", "credits": "4", "programme": people.programme.public_id,
            "department": people.department.public_id}  # fmt: skip
    assert client.post("/courses/modules/new", data=data).status_code == 302
    module = service.find_module("NNPL")
    assert module.search_key == "nha nuoc va phap luat"
    assert (
        client.post(f"/courses/modules/{module.public_id}/edit", data=data | {"name": "Pháp luật"}).status_code == 302
    )
    module = service.find_module("NNPL")
    assert (module.name, module.is_active) == ("Pháp luật", False)


def test_credits_that_are_no_number_get_one_clear_message(people, sign_in):
    page = shown(sign_in(people.officer).post("/courses/modules/new", data={"code": "A", "name": "B", "credits": "ba"}))
    assert 'id="credits-error"' in page
    assert "Not a valid" not in page


def test_topics_are_added_renamed_moved_and_retired_by_who_teaches(people, sign_in):
    client = sign_in(people.lecturer)
    topic = people.topics[2].public_id
    assert (
        client.post(f"/courses/modules/{people.module.public_id}/topics", data={"name": "Chương 4"}).status_code == 302
    )
    assert client.post(f"/courses/topics/{topic}/edit", data={"name": "Chương ba"}).status_code == 302
    assert client.post(f"/courses/topics/{topic}/move", data={"direction": "up"}).status_code == 302
    assert client.post(f"/courses/topics/{people.topics[0].public_id}/retire").status_code == 302
    assert [one.name for one in service.list_topics(people.module)] == ["Chương ba", "Chương 2", "Chương 4"]
    assert client.post(f"/courses/topics/{people.topics[0].public_id}/restore").status_code == 302
    assert service.list_topics(people.module)[0].name == "Chương 1"


def test_a_topic_twice_is_refused_on_the_page(people, sign_in):
    client = sign_in(people.lecturer)
    page = shown(client.post(f"/courses/modules/{people.module.public_id}/topics", data={"name": "Chương 1"}))
    assert 'id="name-error"' in page


def test_a_lecturer_of_another_module_cannot_touch_the_topics(people, sign_in):
    client = sign_in(people.stranger)
    address = f"/courses/modules/{people.module.public_id}"
    assert f"{address}/topics" not in shown(client.get(address))
    assert client.post(f"{address}/topics", data={"name": "X"}).status_code == 404
    for act in ("retire", "restore", "move"):
        assert client.post(f"/courses/topics/{people.topics[0].public_id}/{act}").status_code == 404


def test_levels_are_the_offices_business(people, sign_in):
    client, lecturer = sign_in(people.quality), sign_in(people.lecturer)
    assert lecturer.post("/courses/levels", data={"name": "Vận dụng cao"}).status_code == 404
    assert client.post("/courses/levels", data={"name": "Vận dụng cao"}).status_code == 302
    level = service.list_levels()[-1]
    assert client.post(f"/courses/levels/{level.public_id}/edit", data={"name": "Sáng tạo"}).status_code == 302
    assert client.post(f"/courses/levels/{level.public_id}/move", data={"direction": "up"}).status_code == 302
    assert client.post(f"/courses/levels/{people.levels[0].public_id}/retire").status_code == 302
    assert [one.name for one in service.list_levels()] == ["Thông hiểu", "Sáng tạo", "Vận dụng"]
    assert client.post(f"/courses/levels/{people.levels[0].public_id}/restore").status_code == 302
    assert len(service.list_levels()) == 4


# --- classes and terms ---


def test_a_class_is_created_and_filled_by_codes(people, sign_in):
    client = sign_in(people.officer)
    answer = client.post("/courses/classes/new", data={
        "code": "K76", "name": "Lớp K76", "intake": "2026", "regulation": people.regulation.public_id,
    })  # fmt: skip
    assert answer.status_code == 302
    cohort = service.find_cohort("K76")
    address = f"/courses/classes/{cohort.public_id}"
    page = shown(client.post(f"{address}/learners", data={"codes": "HV001\nhv999, nguyet"}))
    assert "hv999" in page
    assert "NGUYET" in page
    assert service.list_learners(cohort) == []
    assert client.post(f"{address}/learners", data={"codes": "HV002; hv001"}).status_code == 302
    assert [user.code for user in service.list_learners(cohort)] == ["HV001", "HV002"]
    leave = f"{address}/learners/{people.learner.public_id}/leave"
    assert client.post(leave).status_code == 302
    assert client.post(leave).status_code == 409
    assert [user.code for user in service.list_learners(cohort)] == ["HV002"]
    assert client.post(f"{address}/learners/{people.lecturer.public_id}/leave").status_code == 404


def test_a_class_that_does_not_exist_is_not_found(people, sign_in):
    assert sign_in(people.officer).get("/courses/classes/0190-not-here").status_code == 404


def test_a_class_with_marks_keeps_its_regulation(people, sign_in):
    enter(people, {people.learner.id: {"process": "7"}})
    other = draft_of(people)
    service.adopt_regulation(actor=actor_of(people.leader), now=NOW, regulation=other)
    page = shown(sign_in(people.officer).post(f"/courses/classes/{people.cohort.public_id}/edit", data={
        "name": "K75", "intake": "", "regulation": other.public_id,
    }))  # fmt: skip
    assert 'id="regulation-error"' in page
    assert service.get_cohort(people.cohort.public_id).regulation_id == people.regulation.id


def test_terms_are_created_and_changed(people, sign_in):
    client = sign_in(people.officer)
    data = {"code": "2026-2", "name": "Học kỳ 2", "starts_on": "2027-01-05", "ends_on": "2026-12-01"}
    assert 'id="ends_on-error"' in shown(client.post("/courses/terms/new", data=data))
    assert 'id="starts_on-error"' in shown(client.post("/courses/terms/new", data=data | {"starts_on": "hôm nay"}))
    assert client.post("/courses/terms/new", data=data | {"ends_on": "2027-05-30"}).status_code == 302
    term = service.find_term("2026-2")
    assert client.post(f"/courses/terms/{term.public_id}/edit", data={"name": "Kỳ hai"}).status_code == 302
    assert service.find_term("2026-2").name == "Kỳ hai"


# --- mark sheets ---


def test_a_lecturer_sees_only_own_mark_sheets(people, sign_in):
    mine, strange = sign_in(people.lecturer), sign_in(people.stranger)
    address = f"/courses/offerings/{people.offering.public_id}"
    assert address in shown(mine.get("/courses/"))
    assert address not in shown(strange.get("/courses/"))
    assert strange.get(address).status_code == 404
    assert strange.post(f"{address}/marks", data={}).status_code == 404


def test_an_offering_is_opened_with_its_lecturers(people, sign_in):
    client = sign_in(people.officer)
    data = {"course_module": people.other_module.public_id, "cohort": people.cohort.public_id,
            "term": people.term.public_id, "periods": "30", "lecturers": people.lecturer.public_id}  # fmt: skip
    assert 'id="course_module-error"' in shown(client.post("/courses/offerings/new", data=data))
    term = service.create_term(actor=actor_of(people.officer), now=NOW, code="2027-1", name="Học kỳ 1, 2027")
    assert client.post("/courses/offerings/new", data=data | {"term": term.public_id}).status_code == 302
    offering = service.find_offering(people.cohort, people.other_module, term)
    assert [one.user_id for one in offering.teachings] == [people.lecturer.id]
    edit = {"periods": "45", "lecturers": [people.stranger.public_id, people.other_lecturer.public_id]}
    assert client.post(f"/courses/offerings/{offering.public_id}/edit", data=edit).status_code == 302
    offering = service.get_offering(offering.public_id)
    assert offering.periods == 45
    assert {one.user_id for one in offering.teachings} == {people.stranger.id, people.other_lecturer.id}
    bad = shown(client.post(f"/courses/offerings/{offering.public_id}/edit", data={"periods": "45", "lecturers": "x"}))
    assert 'id="lecturers-error"' in bad


def sheet_of(client, offering: Offering) -> dict[str, str]:
    page = shown(client.get(f"/courses/offerings/{offering.public_id}"))
    fields = dict(re.findall(r'id="cell-[^"]*" name="([^"]+)" value="([^"]*)"', page))
    seen = re.search(r'name="seen" value="([^"]*)"', page).group(1)
    return fields | {"seen": seen.replace("&#34;", '"')}


def cell(user, column="process") -> str:
    return f"{user.public_id}.{column}"


def test_a_sheet_typed_with_commas_is_stored_and_shown_again(people, sign_in):
    client = sign_in(people.lecturer)
    fields = sheet_of(client, people.offering)
    fields |= {cell(people.learner): "8,5", cell(people.second_learner): " 7.25 ", cell(people.learner, ABSENT): "10"}
    address = f"/courses/offerings/{people.offering.public_id}"
    assert client.post(f"{address}/marks", data=fields).status_code == 302
    marks = service.component_marks(people.offering)
    assert marks[people.learner.id]["process"] == text.parse_points("8,5")
    assert marks[people.second_learner.id]["process"] == text.parse_points("7,25")
    assert service.absences(people.offering) == {people.learner.id: 10}
    page = shown(client.get(address))
    assert 'value="8,5"' in page
    assert "is-crossed" in page  # ten of 45 periods missed: may not sit
    assert sheet_of(client, people.offering)[cell(people.learner)] == "8,5"


def test_one_wrong_cell_stores_nothing_and_keeps_everything_typed(people, sign_in):
    client = sign_in(people.lecturer)
    fields = sheet_of(client, people.offering)
    fields |= {cell(people.learner): "8,5", cell(people.second_learner): "11", cell(people.learner, ABSENT): "99"}
    page = shown(client.post(f"/courses/offerings/{people.offering.public_id}/marks", data=fields))
    assert f'id="error-{cell(people.second_learner)}"' in page
    assert f'id="error-{cell(people.learner, ABSENT)}"' in page
    assert f'id="error-{cell(people.learner)}"' not in page
    assert 'value="8,5"' in page
    assert 'value="99"' in page
    assert service.component_marks(people.offering) == {}


def test_unreadable_cells_and_impossible_ones_are_told_together(people, sign_in):
    client = sign_in(people.lecturer)
    fields = sheet_of(client, people.offering)
    fields |= {cell(people.learner): "tám", cell(people.second_learner): "11", cell(people.learner, ABSENT): "x"}
    page = shown(client.post(f"/courses/offerings/{people.offering.public_id}/marks", data=fields))
    for wrong in (cell(people.learner), cell(people.second_learner), cell(people.learner, ABSENT)):
        assert f'id="error-{wrong}"' in page
    assert service.component_marks(people.offering) == {}


@pytest.mark.parametrize("typed", ["tám", "8,5,1", "NaN", "1e1", ",5", "-1", "8,00001"])
def test_what_is_no_mark_is_refused_in_its_cell(typed, people, sign_in):
    client = sign_in(people.lecturer)
    fields = sheet_of(client, people.offering) | {cell(people.learner): typed}
    page = shown(client.post(f"/courses/offerings/{people.offering.public_id}/marks", data=fields))
    assert f'id="error-{cell(people.learner)}"' in page
    assert service.component_marks(people.offering) == {}


def test_two_lecturers_at_one_sheet_do_not_undo_each_other(people, sign_in):
    first, second = sign_in(people.lecturer), sign_in(people.other_lecturer)
    address = f"/courses/offerings/{people.offering.public_id}/marks"
    mine, theirs = sheet_of(first, people.offering), sheet_of(second, people.offering)
    assert first.post(address, data=mine | {cell(people.learner): "8"}).status_code == 302
    assert second.post(address, data=theirs | {cell(people.second_learner): "6"}).status_code == 302
    marks = service.component_marks(people.offering)
    assert (marks[people.learner.id]["process"], marks[people.second_learner.id]["process"]) == (8, 6)


def test_the_same_cell_changed_by_both_is_said_and_then_overwritten_knowingly(people, sign_in):
    first, second = sign_in(people.lecturer), sign_in(people.other_lecturer)
    address = f"/courses/offerings/{people.offering.public_id}/marks"
    mine, theirs = sheet_of(first, people.offering), sheet_of(second, people.offering)
    first.post(address, data=mine | {cell(people.learner): "8"})
    page = shown(second.post(address, data=theirs | {cell(people.learner): "6"}))
    assert f'id="error-{cell(people.learner)}"' in page
    assert service.component_marks(people.offering)[people.learner.id]["process"] == 8
    again = dict(re.findall(r'id="cell-[^"]*" name="([^"]+)" value="([^"]*)"', page))
    again["seen"] = re.search(r'name="seen" value="([^"]*)"', page).group(1).replace("&#34;", '"')
    assert second.post(address, data=again).status_code == 302
    assert service.component_marks(people.offering)[people.learner.id]["process"] == 6


def test_an_emptied_cell_takes_the_mark_away_and_nonsense_in_seen_harms_nothing(people, sign_in):
    enter(people, {people.learner.id: {"process": "7"}})
    client = sign_in(people.lecturer)
    fields = sheet_of(client, people.offering) | {"seen": "[1, 2", cell(people.learner): ""}
    assert client.post(f"/courses/offerings/{people.offering.public_id}/marks", data=fields).status_code == 302
    assert service.component_marks(people.offering) == {}


def test_a_closed_sheet_takes_no_marks_until_it_is_reopened(people, sign_in):
    office, lecturer = sign_in(people.officer), sign_in(people.lecturer)
    address = f"/courses/offerings/{people.offering.public_id}"
    fields = sheet_of(lecturer, people.offering) | {cell(people.learner): "8"}
    assert lecturer.post(f"{address}/close").status_code == 404
    assert office.post(f"{address}/close").status_code == 302
    assert "<input class=" not in shown(lecturer.get(address))
    assert lecturer.post(f"{address}/marks", data=fields).status_code == 409
    assert office.post(f"{address}/reopen").status_code == 302
    assert lecturer.post(f"{address}/marks", data=fields).status_code == 302


def test_pages_speak_the_language_of_the_reader_without_breaking(people, sign_in):
    client = sign_in(people.officer)
    with client.session_transaction() as session:
        session["language"] = "en"
    for address in (*PAGES, *FORMS, f"/courses/offerings/{people.offering.public_id}"):
        shown(client.get(address))
    assert "Pass mark" in shown(client.get(f"/courses/regulations/{people.regulation.public_id}"))
