"""Items in doubt through HTTP: who gets in, what each person reads, asking for a review, settling it."""

import pytest
from sqlalchemy import event

from exambank import clock
from exambank.bank import service
from exambank.db import db
from tests.bank.factories import make_accepted, make_draft
from tests.bank.kinds import content_of, stem_of
from tests.bank.test_concerns import ask, evidence, given, settle, suspect
from tests.bank.test_figures import row_of
from tests.bank.test_review import decide, revise, submit
from tests.people import actor_of

ROLES = (
    "lecturer", "other_lecturer", "stranger", "head", "quality", "leader", "inspector", "officer", "invigilator",
    "marker", "technician", "learner",
)  # fmt: skip
READERS = {"lecturer", "other_lecturer", "head", "quality", "leader", "inspector"}
ASKERS = READERS - {"inspector"}
KEEPERS = {"other_lecturer", "head", "quality"}  # reviewers of the bank who did not write the item
TEXT = "Đảng tổ chức theo nguyên tắc cơ bản nào?"


def url(concern, tail=""):
    return f"/bank/concerns/{concern.public_id}{tail}"


def asking(item):
    return f"/bank/items/{item.public_id}/concern"


@pytest.fixture
def item(people):
    return make_accepted(people)


@pytest.fixture
def read(people, sign_in):
    """A page as one person reads it in English."""

    def page(user, address):
        client = sign_in(user)
        with client.session_transaction() as session:
            session["language"] = "en"
        return client.get(address).text

    return page


# --- rights ---


def test_every_role_finds_the_doors_that_are_its_own_and_no_other(people, sign_in, item):
    concern = suspect(item)
    doors = {
        "/bank/concerns": READERS | {"stranger"},  # a lecturer elsewhere finds an empty list
        url(concern): READERS,
        asking(item): ASKERS,
    }
    for address, who in doors.items():
        found = {role for role in ROLES if sign_in(getattr(people, role)).get(address).status_code == 200}
        assert found == who, address
        shut = {sign_in(getattr(people, role)).get(address).status_code for role in set(ROLES) - who}
        assert shut == {404}, address


def test_only_who_may_gets_an_act_done(people, sign_in, item):
    concern = ask(people.lecturer, item)  # empty forms: whoever gets in is told what is missing
    for tail, who in (("/keep", KEEPERS), ("/withdraw", {"lecturer"})):
        answers = {role: sign_in(getattr(people, role)).post(url(concern, tail)).status_code for role in ROLES}
        assert {role for role, status in answers.items() if status == 422} == who, tail
        assert {status for role, status in answers.items() if role not in who} == {404}, tail
    answers = {role: sign_in(getattr(people, role)).post(asking(item)).status_code for role in ROLES}
    assert {role for role, status in answers.items() if status == 422} == ASKERS
    assert {status for role, status in answers.items() if role not in ASKERS} == {404}
    assert service.get_concern(concern.public_id).is_open


def test_a_granted_right_to_review_opens_the_doors(people, sign_in, item):
    concern, client = suspect(item), sign_in(people.stranger)
    assert client.get(url(concern)).status_code == 404
    for right, may_keep in (("see", False), ("review", True)):
        service.grant_right(**given(people.head), course_module=people.module, user=people.stranger, right=right)
        assert client.get(url(concern)).status_code == 200
        assert (client.post(url(concern, "/keep")).status_code == 422) is may_keep
        assert (client.get(asking(item)).status_code == 200) is may_keep


def test_whoever_edited_the_text_finds_no_door_to_keep_it(people, sign_in):
    item = make_draft(people)
    revise(people, item, who=people.head)
    submit(people, item)
    decide(people.quality, item)
    concern, client = suspect(service.get_item(item.public_id)), sign_in(people.head)
    assert client.post(url(concern, "/keep"), data={"reason": "Câu đúng."}).status_code == 404
    page = client.get(url(concern)).text
    assert "/keep" not in page
    assert f"/items/{item.public_id}/suspend" in page


def test_what_does_not_exist_is_not_found(people, sign_in):
    client = sign_in(people.head)
    for address in ("/bank/concerns/none", "/bank/items/none/concern"):
        assert client.get(address).status_code == 404


# --- what is read ---


def test_the_evidence_stands_in_sentences_with_its_interval_and_n(people, read, item):
    token = service.get_newest_version(item).content["options"][2]["token"]
    rival = evidence(code="key_suspect", value=0.35, low=0.1, high=0.55, options=[token], n=61)
    concern = suspect(item, rival, evidence(run="run-2", n=90, pooled=True))
    page = read(people.head, url(concern))
    assert "Strong learners choose option C more than the right answer" in page
    assert "correlation minus that of the key: 0.35 (95% interval 0.10 to 0.55); n = 61" in page
    assert (
        "Correlation with the rest of the paper: −0.40 (95% interval −0.60 to −0.20); n = 90; all exams together"
        in page
    )
    report = f"/analysis/exams/exam-1/items/{service.get_newest_version(item).public_id}"
    assert report in page
    assert TEXT in page


def test_an_unknown_code_and_a_missing_figure_are_told_in_words(people, read, item):
    concern = suspect(item, {"code": "moon_phase", "run": "r"}, {"code": "key_suspect", "run": "r", "n": 30})
    page = read(people.head, url(concern))
    assert "The statistics of an exam stand out" in page
    assert "Strong learners choose another option" in page
    assert "moon_phase" not in page
    assert "None" not in page


def test_the_text_is_shown_to_those_only_who_may_read_the_bank(people, read, item):
    concern = suspect(item)
    for who in (people.leader, people.inspector):
        page = read(who, url(concern))
        assert "Its text stays with the bank" in page
        assert TEXT not in page + read(who, "/bank/concerns")
        assert "tập trung dân chủ" not in page
    for who in (people.lecturer, people.other_lecturer, people.quality):
        assert TEXT in read(who, url(concern))
        assert TEXT in read(who, "/bank/concerns")


def test_reading_it_is_noted_as_on_the_items_own_page(people, read, item):
    concern = suspect(item)
    read(people.lecturer, url(concern))
    assert service.list_readings(people.module) == []
    read(people.other_lecturer, url(concern))
    assert [one.code for one in service.list_readings(people.module)] == [item.code]


def test_each_person_is_offered_what_is_open_to_them(people, read, item):
    concern = suspect(item)
    keep, mend, retire = "/keep", f"/items/{item.public_id}/edit", f"/items/{item.public_id}/retire"

    def offered(who):
        page = read(who, url(concern))
        return [link for link in (keep, mend, retire) if link in page]

    assert offered(people.head) == [keep, mend, retire]
    assert offered(people.quality) == [keep, retire]
    assert offered(people.other_lecturer) == [keep]
    assert offered(people.lecturer) == [mend]
    assert offered(people.leader) == offered(people.inspector) == []
    assert "another person decides whether it is sound" in read(people.lecturer, url(concern))


def test_what_people_said_is_shown_with_their_names_and_is_only_text(people, read, item):
    concern = ask(people.other_lecturer, item, "<script>alert(1)</script> B cũng đúng")
    page = read(people.head, url(concern))
    assert people.other_lecturer.full_name in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page + read(people.head, f"/bank/items/{item.public_id}")


# --- the list and the ways to it ---


def test_the_list_is_reached_from_the_menu_the_bank_and_the_reviews(people, read, item):
    suspect(item)
    bank = f"/bank/concerns?module={people.module.public_id}"
    assert bank in read(people.head, f"/bank/modules/{people.module.public_id}")
    assert 'href="/bank/concerns"' in read(people.head, "/bank/reviews")
    assert 'href="/bank/concerns"' in read(people.quality, "/bank/")
    assert "/bank/reviews" in read(people.head, "/bank/concerns")


def test_the_list_is_narrowed_by_bank_and_by_whether_it_is_settled(people, read, item):
    elsewhere = make_accepted(
        people, stem="Dân vận là gì?", course_module=people.other_module, author=people.stranger, topic=None
    )
    first, second = suspect(item), suspect(elsewhere)
    page = read(people.quality, "/bank/concerns")
    assert "2 items in use wait for your decision" in page
    assert url(first) in page
    assert url(second) in page
    narrowed = f"/bank/concerns?module={people.other_module.public_id}"
    assert "1 items in use wait for your decision" in read(people.quality, narrowed)
    assert url(first) not in read(people.quality, narrowed)
    settle(people.quality, second, reason="Đáp án đúng theo giáo trình.")
    assert "Nothing to look at again" in read(people.quality, narrowed)
    settled = read(people.quality, "/bank/concerns?state=settled")
    assert url(first) not in settled
    assert "Sound, stays in use" in settled
    assert "Đáp án đúng theo giáo trình." in settled
    assert url(second) not in read(people.lecturer, "/bank/concerns?state=settled"), "another module's bank"


def test_a_longer_list_asks_the_database_no_more_often(people, sign_in, item):
    client = sign_in(people.quality)

    def asked():
        counted = []
        event.listen(db.engine, "before_cursor_execute", count := lambda _c, _k, sql, *_r: counted.append(sql))
        try:
            assert client.get("/bank/concerns").status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", count)
        return counted

    ask(people.head, item)
    asked()
    one = asked()
    for number in range(4):
        ask(people.head, make_accepted(people, stem=f"Câu thứ {number} hỏi gì?"))
    asked()  # what is kept between requests is read anew
    assert len(more := asked()) <= len(one), "\n".join(more)


def test_an_empty_list_says_what_to_do(people, read):
    assert "You can do so yourself on the page of an item" in read(people.lecturer, "/bank/concerns")
    assert "Nothing settled yet" in read(people.lecturer, "/bank/concerns?state=settled&module=nonsense&page=x")


def test_the_item_says_that_it_is_in_doubt_and_afterwards_how_it_ended(people, read, item):
    page, asked = f"/bank/items/{item.public_id}", asking(item)
    assert "has been in doubt since" not in read(people.lecturer, page)
    assert asked in read(people.lecturer, page)
    concern = suspect(item)
    told = read(people.lecturer, page)
    assert "This item has been in doubt since" in told
    assert url(concern) in told
    assert url(concern) in read(people.lecturer, f"{page}/edit")
    assert "this settles the doubt" in read(people.head, f"{page}/suspend")
    settle(people.head, concern)
    told = read(people.lecturer, page)
    assert "has been in doubt since" not in told
    assert "sound, stays in use" in told


# --- acts ---


def test_a_lecturer_asks_from_the_items_page_and_a_colleague_keeps_it(people, sign_in, item):
    client = sign_in(people.lecturer)
    empty = client.post(asking(item), data={"note": "  "})
    assert empty.status_code == 422
    answer = client.post(asking(item), data={"note": "Văn bản mới đã thay thế."})
    concern = service.open_concern_of(item)
    assert (answer.status_code, answer.location) == (302, url(concern))
    assert client.get(answer.location).status_code == 200
    other = sign_in(people.other_lecturer)
    refused = other.post(url(concern, "/keep"), data={"reason": ""})
    assert refused.status_code == 422
    done = other.post(url(concern, "/keep"), data={"reason": "Văn bản vẫn còn hiệu lực."})
    assert (done.status_code, done.location) == (302, url(concern))
    assert "Văn bản vẫn còn hiệu lực." in other.get(done.location).text
    assert other.post(url(concern, "/keep"), data={"reason": "Lần nữa."}).status_code == 409


def test_the_leadership_asks_from_a_report_that_the_bank_knows(people, sign_in, item):
    version = service.get_newest_version(item)
    exam = "0190a000-0000-7000-8000-000000000001"
    service.record_statistics("run-1", exam, [row_of(version)], clock.now())
    client = sign_in(people.leader)
    assert exam in client.get(f"{asking(item)}?exam={exam}").text
    page = client.post(asking(item), data={"note": "Xem lại đáp án.", "exam": exam}, follow_redirects=True)
    assert page.status_code == 200
    assert f"/analysis/exams/{exam}/items/{version.public_id}" in page.text
    other = make_accepted(people, stem="Câu khác hỏi gì?")
    client.post(asking(other), data={"note": "Xem lại.", "exam": "https://elsewhere.example"})
    assert service.open_concern_of(other).evidence[0]["exam"] == ""


def test_evidence_that_came_in_behind_an_open_page_is_read_before_the_decision(people, sign_in, item):
    concern, client = suspect(item), sign_in(people.quality)
    assert 'name="seen" type="hidden" value="1"' in client.get(url(concern)).text
    suspect(item, evidence(run="run-2", n=80))
    assert client.post(url(concern, "/keep"), data={"reason": "Câu đúng.", "seen": "1"}).status_code == 409
    assert service.get_concern(concern.public_id).is_open
    missing = client.post(url(concern, "/keep"), data={"reason": "", "seen": "1"})
    assert 'name="seen" type="hidden" value="2"' in missing.text
    assert client.post(url(concern, "/keep"), data={"reason": "Câu đúng.", "seen": "2"}).status_code == 302


def test_an_item_that_papers_do_not_use_is_not_asked_about(people, sign_in):
    draft, client = make_draft(people), sign_in(people.head)
    assert client.get(asking(draft)).status_code == 200
    assert client.post(asking(draft), data={"note": "Xem lại."}).status_code == 409
    assert service.open_concern_of(draft) is None


def test_whoever_asked_takes_it_back_and_no_other_than_the_statistics_stays(people, sign_in, item):
    concern, client = ask(people.leader, item), sign_in(people.leader)
    assert "/withdraw" in client.get(url(concern)).text
    assert client.post(url(concern, "/withdraw"), data={"reason": "Nhầm câu."}).status_code == 302
    assert service.get_concern(concern.public_id).outcome == "withdrawn"
    again = suspect(item)
    assert client.post(url(again, "/withdraw"), data={"reason": "Nhầm."}).status_code == 404


@pytest.mark.parametrize("kind", ["essay", "case", "numeric", "true_false_cluster"])
def test_an_item_of_any_kind_is_shown(people, read, kind):
    item = make_accepted(people, kind=kind, content=content_of(kind), stem=stem_of(kind))
    assert "Those who know more earn less here" in read(people.head, url(suspect(item)))


def test_the_desk_tells_reviewers_and_the_author(people, read, item):
    concern = suspect(item)
    for who in (people.head, people.quality, people.other_lecturer):
        page = read(who, "/")
        assert "Decide on 1 questions in doubt of Xây dựng Đảng" in page
        assert f"/bank/concerns?module={people.module.public_id}" in page
    page = read(people.lecturer, "/")
    assert f"Your question {item.code} is in doubt" in page
    assert url(concern) in page
    assert "in doubt" not in read(people.stranger, "/") + read(people.leader, "/")
    assert service.count_concerns(actor_of(people.head)) == 1


def test_several_own_items_in_doubt_are_one_task_of_the_author(people, read, item):
    suspect(item)
    suspect(make_accepted(people, stem="Câu khác hỏi gì?"))
    page = read(people.lecturer, "/")
    assert "2 questions of yours in Xây dựng Đảng are in doubt" in page
    assert f"Your question {item.code}" not in page
    assert f"/bank/concerns?module={people.module.public_id}" in page
