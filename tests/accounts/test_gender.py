"""The gender of people: recorded or not, kept where a list is silent, and read by nobody who has no use for it."""

import re
from pathlib import Path

import pytest
from flask_babel import force_locale
from sqlalchemy.exc import IntegrityError

from exambank import clock
from exambank.accounts import rules, service
from exambank.accounts.rules import Gender, PersonRow, RowFault
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput
from exambank.permissions import SYSTEM, Role
from tests.accounts.factories import make_person

ROOT = Path(__file__).parent.parent.parent
FORM = {"code": "HV001", "full_name": "Nguyễn Thị Thu Hường", "roles": ["learner"], "is_active": "y"}


def gender_of(code: str) -> str | None:
    return service.find_user(code).gender


def bring_in(code: str, gender: str | None) -> None:
    service.import_people(actor=SYSTEM, now=clock.now(), rows=[PersonRow(code, "Lò Văn Ưởng", gender=gender)])


@pytest.mark.parametrize("gender", [None, "", *Gender])
def test_a_gender_that_we_know_or_none_is_no_fault(gender):
    assert rules.check_people([PersonRow("HV1", "Lò Văn Ưởng", gender=gender)], frozenset()) == []


@pytest.mark.parametrize("gender", ["1", "n", "Nữ", "FEMALE", "không rõ"])
def test_any_other_word_is_a_fault_that_names_it(app, gender):
    [problem] = rules.check_people([PersonRow("HV1", "Lò Văn Ưởng", gender=gender)], frozenset())
    assert (problem.fault, problem.value) == (RowFault.BAD_GENDER, gender)
    with force_locale("en"):
        assert service.row_problem_message(problem).startswith(f"{gender} is no gender.")


def test_nobody_has_a_gender_until_it_is_recorded(any_app):
    make_person("HV100")
    make_person("HV101", gender="male")
    assert (gender_of("HV100"), gender_of("HV101")) == (None, Gender.MALE)
    with pytest.raises(InvalidInput) as refusal:
        make_person("HV102", gender="x")
    assert refusal.value.details["field"] == "gender"
    assert service.find_user("HV102") is None


def test_it_is_corrected_and_taken_away_again(any_app, people):
    for gender in ("female", None):
        details = service.PersonDetails("HV001", "Nguyễn Thị Thu Hường", (Role.LEARNER,), gender=gender)
        service.update_user(actor=SYSTEM, now=clock.now(), user=people.learner, details=details)
        assert gender_of("HV001") == gender


def test_a_list_corrects_it_and_keeps_it_where_the_list_is_silent(any_app):
    for written, kept in [(None, None), ("female", "female"), (None, "female"), ("male", "male")]:
        bring_in("HV100", written)
        assert gender_of("HV100") == kept


def test_the_database_keeps_no_other_word(any_app, people):
    with pytest.raises(IntegrityError), unit_of_work() as session:
        session.get(type(people.learner), people.learner.id).gender = "other"
    db.session.rollback()


def test_the_form_of_a_person_records_it_says_what_for_and_shows_it_again(people, sign_in):
    officer = sign_in(people.officer)
    address = f"/accounts/people/{people.learner.public_id}"
    page = officer.get(f"{address}/edit").text
    assert re.search(r'<option selected value="">', page)
    assert 'id="gender-hint"' in page
    assert officer.post(f"{address}/edit", data={**FORM, "gender": "female"}).status_code == 302
    assert gender_of("HV001") == "female"
    assert re.search(r'<option selected value="female">', officer.get(f"{address}/edit").text)
    assert officer.post(f"{address}/edit", data=FORM).status_code == 302
    assert gender_of("HV001") == "female", "a form that does not hold the field takes nothing away"
    assert officer.post(f"{address}/edit", data={**FORM, "gender": "x"}).status_code == 422
    assert officer.post(f"{address}/edit", data={**FORM, "gender": ""}).status_code == 302
    assert gender_of("HV001") is None


def test_a_person_is_added_with_it(people, sign_in):
    form = {**FORM, "code": "HV100", "gender": "male"}
    assert sign_in(people.officer).post("/accounts/people/new", data=form).status_code == 200
    assert gender_of("HV100") == "male"


def test_it_is_shown_to_whoever_keeps_it_up_and_to_the_person_and_in_no_list(people, sign_in):
    label = "<dt>Gender</dt><dd>Female</dd>"
    with unit_of_work() as session:
        session.get(type(people.learner), people.learner.id).gender = "female"
    address = f"/accounts/people/{people.learner.public_id}"

    def shown(user, page: str) -> bool:
        browser = sign_in(user)
        browser.post("/accounts/language", data={"language": "en"})
        answer = browser.get(page)
        assert answer.status_code == 200
        return label in answer.text

    assert shown(people.officer, address)
    assert shown(people.learner, "/accounts/profile")
    for user in (people.quality, people.leader, people.inspector):
        assert not shown(user, address), user.full_name
    assert "Female" not in sign_in(people.officer).get("/accounts/people?q=huong").text


# Who reads a person's gender: the form, the profile, lists that come in, and the comparison of items.
MAY_READ_IT = {
    "exambank/accounts", "exambank/interchange/people_sheet.py", "exambank/analysis/service/context.py",
    "exambank/analysis/service/comparing.py", "templates/accounts",
}  # fmt: skip


def test_no_other_page_or_module_reads_it():
    files = [*(ROOT / "exambank").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]
    readers = {str(path.relative_to(ROOT)) for path in files if re.search(r"\.gender\b", path.read_text("utf-8"))}
    assert {path for path in readers if not path.startswith(tuple(MAY_READ_IT))} == set()
    assert {path for path in readers if path.startswith("templates")} == {
        "templates/accounts/_person_fields.html",
        "templates/accounts/profile.html",
        "templates/accounts/show_person.html",
    }
