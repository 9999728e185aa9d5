"""Pages through HTTP: who may, what they show, that a broken file changes nothing."""

import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from exambank import clock, jobs
from exambank.accounts.models import User
from exambank.bank.models import Item
from exambank.courses.models import ComponentMark
from exambank.db import db
from exambank.interchange import service
from exambank.interchange.models import ImportBatch, PeopleBatch
from tests.exams.factories import make_listed_exam
from tests.interchange.factories import HEADERS, ROWS, bank_file, make_xlsx
from tests.people import actor_of

JSON = {"Accept": "application/json"}


def upload(client, url, body, name="bank.xlsx", **fields):
    headers = fields.pop("headers", None)
    boundary, data = encode_multipart({**fields, "file": FileStorage(io.BytesIO(body), name)})
    return client.post(url, data=data, content_type=f"multipart/form-data; boundary={boundary}", headers=headers)


def upload_bank(client, people, body=None, headers=None, module=None, **fields):
    """Hand a file in and let the worker read it."""
    module = module or people.module
    answer = upload(
        client, "/interchange/bank", body or bank_file(), module=module.public_id, headers=headers, **fields
    )
    jobs.run_due()
    return answer


def count(table) -> int:
    return db.session.scalar(select(func.count()).select_from(table))


def test_a_lecturer_imports_a_bank_by_the_pages(people, sign_in):
    client = sign_in(people.lecturer)
    assert client.get("/interchange/").status_code == 200
    assert client.get("/interchange/bank").status_code == 200
    answer = upload_bank(client, people)
    assert answer.status_code == 302
    page = client.get(answer.location)
    assert "Nguyễn Ái Quốc" in page.text
    assert "Chương mới" in page.text
    assert count(Item) == 0
    answer = client.post(
        answer.location + "/accept", data={"topics": "create", "level": "", "scope": "all"}, follow_redirects=True
    )
    assert answer.status_code == 200
    assert count(Item) == 3
    assert "bank.xlsx" in client.get("/interchange/").text


def test_a_machine_gets_json(people, sign_in):
    client = sign_in(people.lecturer)
    answer = upload_bank(client, people, headers=JSON)
    assert (answer.status_code, answer.json["state"]) == (200, "reading")
    url = answer.json["url"]
    told = client.get(url, headers=JSON).json
    assert (told["state"], told["report"]["accepted"]) == ("previewed", 3)
    accepted = client.post(url + "/accept", headers=JSON)
    assert accepted.json == {"imported": 3}
    again = client.post(url + "/accept", headers=JSON)
    assert (again.status_code, again.json["error"]) == (409, "conflict")
    assert count(Item) == 3


def test_the_page_of_a_file_that_waits_asks_for_itself_again(people, sign_in):
    client = sign_in(people.lecturer)
    url = upload(client, "/interchange/bank", bank_file(), module=people.module.public_id).location
    page = client.get(url).text
    assert f'hx-get="{url}/progress"' in page
    assert "http-equiv" in page
    part = client.get(url + "/progress")
    assert "HX-Refresh" not in part.headers
    assert client.post(url + "/accept").status_code == 409
    jobs.run_due()
    assert client.get(url + "/progress").headers["HX-Refresh"] == "true"
    assert "Nguyễn Ái Quốc" in client.get(url).text


def test_a_reading_is_stopped_and_begun_again(people, sign_in):
    client = sign_in(people.lecturer)
    url = upload(client, "/interchange/bank", bank_file(), module=people.module.public_id).location
    assert client.post(url + "/cancel").status_code == 302
    assert client.post(url + "/cancel").status_code == 409
    jobs.run_due()
    assert "Nguyễn Ái Quốc" not in client.get(url).text
    assert client.post(url + "/read", data={"format": "xlsx"}).status_code == 302
    jobs.run_due()
    assert "Nguyễn Ái Quốc" in client.get(url).text


def test_problems_come_first_and_may_be_filtered(people, sign_in):
    client = sign_in(people.lecturer)
    bad = [[at, "", "", f"Câu {at} gì?", "a", "b", "c", "d", "Z"] for at in range(4, 44)]
    url = upload_bank(client, people, make_xlsx([HEADERS, *ROWS, *bad])).location
    page = client.get(url).text
    assert "Câu 4 gì?" in page
    assert "Nguyễn Ái Quốc" not in page
    assert "Nguyễn Ái Quốc" in client.get(url + "?page=2").text
    assert "Nguyễn Ái Quốc" in client.get(url + "?show=accepted").text
    assert client.get(url + "?page=x&show=y").status_code == 200


@pytest.mark.parametrize(
    "body", [b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF", b"a,b\n1,2\n", b"<x><y></x>"]
)
def test_a_file_that_cannot_be_used_is_explained_on_its_page(people, sign_in, body):
    client = sign_in(people.lecturer)
    url = upload_bank(client, people, body).location
    page = client.get(url)
    assert page.status_code == 200
    assert "eb-notice is-refusal" in page.text
    told = client.get(url, headers=JSON).json
    assert (told["state"], bool(told["failure"])) == ("failed", True)
    assert client.post(url + "/accept").status_code == 409
    assert client.post(url + "/discard").status_code == 302
    assert client.get(url).status_code == 200
    assert count(Item) == 0


@pytest.mark.parametrize("body", [b"", b"\0 \n", b"x" * (61 * 1024 * 1024)], ids=["none", "blank", "large"])
def test_a_file_that_is_none_is_explained_beside_the_form(people, sign_in, body):
    client = sign_in(people.lecturer)
    answer = upload(client, "/interchange/bank", body, module=people.module.public_id)
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    assert f'value="{people.module.public_id}"' in answer.text.replace("selected ", "")
    assert count(ImportBatch) == 0


def test_a_file_far_too_large_is_refused_by_the_server(people, sign_in):
    client = sign_in(people.lecturer)
    answer = upload(client, "/interchange/bank", b"x" * (65 * 1024 * 1024), module=people.module.public_id)
    assert answer.status_code == 413
    assert count(ImportBatch) == 0


def test_without_a_file_or_a_bank_of_one_s_own_nothing_happens(people, sign_in):
    client = sign_in(people.lecturer)
    assert client.post("/interchange/bank", data={"module": people.module.public_id}).status_code == 422
    assert client.post("/interchange/bank", headers=JSON).status_code == 422
    assert upload_bank(client, people, module=people.other_module).status_code == 422
    assert count(ImportBatch) == 0


def test_a_batch_is_hidden_from_who_has_no_part_in_the_module(people, sign_in):
    url = upload_bank(sign_in(people.lecturer), people).location
    for user in (people.stranger, people.officer, people.technician, people.learner, people.inspector):
        client = sign_in(user)
        assert client.get(url).status_code == 404
        assert client.post(url + "/accept").status_code == 404
        assert client.post(url + "/discard").status_code == 404
    assert sign_in(people.head).get(url).status_code == 200
    assert count(Item) == 0


def test_a_discarded_batch_answers_conflict(people, sign_in):
    client = sign_in(people.lecturer)
    url = upload_bank(client, people).location
    assert client.post(url + "/discard").status_code == 302
    assert client.get(url).status_code == 200
    assert client.post(url + "/accept").status_code == 409
    assert count(Item) == 0


def test_text_of_a_file_is_escaped_on_the_preview(people, sign_in):
    client = sign_in(people.lecturer)
    evil = "<script>alert(1)</script>"
    url = upload_bank(client, people, make_xlsx([HEADERS, [1, evil, evil, evil, evil, "b", "c", "d", "A"]])).location
    assert evil not in client.get(url).text


def test_a_bank_is_exported_by_post_and_only_for_its_people(people, sign_in):
    client = sign_in(people.lecturer)
    client.post(upload_bank(client, people).location + "/accept")
    url = f"/interchange/modules/{people.module.public_id}/bank.xlsx"
    answer = client.post(url)
    assert answer.headers["Cache-Control"] == "no-store"
    assert load_workbook(io.BytesIO(answer.data)).active.max_row == 4
    assert client.get(url).status_code == 405
    assert sign_in(people.stranger).post(url).status_code == 404
    assert client.get("/interchange/bank/example.xlsx").status_code == 200


def test_people_are_imported_and_their_slips_shown_once(people, sign_in):
    client = sign_in(people.officer)
    assert client.get("/interchange/people").status_code == 200
    body = make_xlsx([["Mã", "Họ và tên", "Dân tộc"], ["HV101", "Vàng Seo Chúng", "Mông"]])
    url = upload(client, "/interchange/people", body, cohort=people.cohort.public_id).location
    page = client.get(url).text
    assert "Vàng Seo Chúng" in page
    assert "Dân tộc" in page
    assert "Mông" not in page
    answer = client.post(url + "/accept")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "HV101" in answer.text
    assert db.session.scalar(select(User).where(User.username == "hv101")) is not None
    assert "HV101" not in client.get(url).text
    assert client.post(url + "/accept").status_code == 409


def test_a_column_of_marked_women_is_told_in_numbers_before_anything_is_taken_over(people, sign_in):
    client = sign_in(people.officer)
    client.post("/accounts/language", data={"language": "en"})
    body = make_xlsx([["Mã", "Họ và tên", "Nữ"], ["HV101", "Lò Thị Inh", "x"], ["HV102", "Siu Thoan", ""]])
    page = client.get(upload(client, "/interchange/people", body).location).text
    assert "marked, so women: 1; not marked, so men: 1" in page


def test_a_list_may_be_put_aside_and_is_forgotten(people, sign_in):
    client = sign_in(people.officer)
    url = upload(client, "/interchange/people", make_xlsx([["Mã", "Họ tên"], ["HV101", "A B"]])).location
    assert client.post(url + "/discard").status_code == 302
    assert db.session.scalar(select(PeopleBatch)).people == []


def test_a_broken_list_is_explained(people, sign_in):
    answer = upload(sign_in(people.officer), "/interchange/people", b"PK broken", cohort="")
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text


def test_only_who_manages_people_imports_them(people, sign_in):
    for user in (people.lecturer, people.head, people.quality, people.learner, people.inspector):
        assert sign_in(user).get("/interchange/people").status_code == 404
    assert sign_in(people.technician).get("/interchange/people").status_code == 200


def test_marks_go_out_and_come_back_by_the_pages(people, sign_in):
    client = sign_in(people.lecturer)
    base = f"/interchange/offerings/{people.offering.public_id}/components"
    sheet = load_workbook(io.BytesIO(client.get(base + ".xlsx").data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    rows[1][3] = "8,5"
    assert client.get(base).status_code == 200
    url = upload(client, base, make_xlsx(rows), "marks.xlsx").location
    assert "8,5" in client.get(url).text
    assert count(ComponentMark) == 0
    assert client.post(url + "/accept").status_code == 302
    assert count(ComponentMark) == 1
    assert client.get(url).status_code == 200
    assert client.post(url + "/accept").status_code == 409


def test_a_sheet_with_strangers_names_them_and_cannot_be_stored(people, sign_in):
    client = sign_in(people.lecturer)
    base = f"/interchange/offerings/{people.offering.public_id}/components"
    url = upload(client, base, make_xlsx([["Mã", "Họ và tên", "Điểm quá trình"], ["HV999", "Người Lạ", "8"]])).location
    page = client.get(url).text
    assert "HV999 Người Lạ" in page
    assert "HV001" in page
    assert client.post(url + "/accept", headers=JSON).status_code == 422


def test_marks_are_edited_by_their_lecturer_and_the_office_only(people, sign_in):
    base = f"/interchange/offerings/{people.offering.public_id}/components"
    assert sign_in(people.stranger).get(base + ".xlsx").status_code == 404
    assert sign_in(people.head).get(base + ".xlsx").status_code == 200
    assert sign_in(people.head).get(base).status_code == 404
    assert sign_in(people.learner).get(base + ".xlsx").status_code == 404


def test_results_and_gradebook_are_workbooks_for_who_may_see_marks(people, sign_in):
    exam = make_listed_exam(people)
    results = f"/interchange/exams/{exam.public_id}/results.xlsx"
    gradebook = f"/interchange/offerings/{people.offering.public_id}/gradebook.xlsx"
    client = sign_in(people.officer)
    sheet = load_workbook(io.BytesIO(client.get(results).data)).active
    assert {cell.value for cell in sheet["D"]} >= {"Nguyễn Thị Thu Hường", "Lò Văn Ưởng"}
    assert load_workbook(io.BytesIO(client.get(gradebook).data)).active.max_row == 6
    for user in (people.learner, people.stranger, people.technician):
        assert sign_in(user).get(results).status_code == 404
        assert sign_in(user).get(gradebook).status_code == 404


def test_unknown_ids_are_not_found(people, sign_in):
    client = sign_in(people.officer)
    for url in ("batches/x", "people/x", "marks/x", "offerings/x/components.xlsx", "exams/x/results.xlsx"):
        assert client.get(f"/interchange/{url}").status_code == 404


def test_the_menu_and_the_people_s_page_lead_to_the_imports(people, sign_in):
    batch = service.preview_import(
        actor=actor_of(people.lecturer),
        now=clock.now(),
        course_module=people.module,
        file_name="a.xlsx",
        body=bank_file(),
    )
    assert 'href="/interchange/"' in sign_in(people.lecturer).get(f"/interchange/batches/{batch.public_id}").text
    assert 'href="/interchange/people"' in sign_in(people.officer).get("/accounts/people").text
