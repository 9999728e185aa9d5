"""Every kind of question in the room: saved by script, by the plain pages, read again, counted, described."""

import json
import re

import pytest
from lxml import html

from exambank import clock
from exambank.bank import service as bank
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import Item
from exambank.db import db
from exambank.permissions import SYSTEM
from exambank.sittings import rules, service, store
from exambank.sittings.models import Response, ResponseEvent
from tests.bank.factories import png
from tests.people import actor_of
from tests.sittings.factories import HEADERS, fresh, move_to, pass_time
from tests.sittings.kinds import GAP_LIST, GAP_TEXT, PARTS, TARGET, KindsCandidate, make_kinds_exam, make_kinds_paper

pytestmark = pytest.mark.usefixtures("any_app", "room_closer")


@pytest.fixture
def candidate(people, room_closer, sign_in):
    """The learner at the first second of an exam that asks every kind."""
    exam = make_kinds_exam(people)
    move_to(exam.opens_at, milliseconds=500)
    return KindsCandidate(sign_in(people.learner), exam, people.learner).entered()


def answers_of(candidate) -> dict[int, dict]:
    """A whole answer to every question, by its number."""
    return {question.number: _answer(question) for question in candidate.questions}


def _answer(question, kind=None, tokens=None) -> dict:
    kind, tokens = kind or question.kind, question.tokens if tokens is None else tokens
    return {
        "single_choice": lambda: {"choice": tokens[0]},
        "true_false": lambda: {"choice": "true"},
        "multiple_choice": lambda: {"choices": sorted(tokens[:2])},
        "true_false_cluster": lambda: {"statements": dict.fromkeys(tokens, True)},
        "short_text": lambda: {"text": "Hà Nội"},
        "oral": lambda: {"text": "ghi chép"},
        "numeric": lambda: {"value": "3,14", "unit": "kg"},
        "matching": lambda: {"pairs": {"cccc1111": TARGET["Đại hội"], "cccc2222": TARGET["Ban Chấp hành"]}},
        "ordering": lambda: {"places": {token: place for place, token in enumerate(tokens, start=1)}},
        "fill_in": lambda: {"gaps": {GAP_TEXT: "tập trung dân chủ", GAP_LIST: "dddd1111"}},
        "essay": lambda: {"parts": {token: f"ý {token}" for token in tokens}} if tokens else {"text": "Bài làm"},
        "case": lambda: {"questions": {one["token"]: _inner(one) for one in question.view["questions"]}},
    }[kind]()


def _inner(view: dict) -> dict:
    return _answer(None, view["kind"], [row["token"] for row in view["options"]])


def payloads(candidate) -> dict[int, dict]:
    """What the server has, by question."""
    return {number: json.loads(row.payload) for number, row in service.stored_of(candidate.sitting()).items()}


def events_of(number: int) -> list[dict]:
    db.session.rollback()
    rows = db.session.query(ResponseEvent).filter_by(question=number).order_by(ResponseEvent.id)
    return [json.loads(row.payload) for row in rows]


def test_every_kind_is_saved_by_script_and_counted_as_answered(candidate):
    wanted = answers_of(candidate)
    told = candidate.save(*[candidate.give(number, payload) for number, payload in wanted.items()])
    assert told.status_code == 200, told.text
    assert payloads(candidate) == wanted
    assert service.count_answered(candidate.sitting()) == len(wanted) == 13


def test_a_blank_of_every_kind_counts_as_unanswered_everywhere(candidate, people, sign_in):
    candidate.save(*[candidate.give(number, payload) for number, payload in answers_of(candidate).items()])
    blank = [candidate.give(number, _emptied(payload)) for number, payload in answers_of(candidate).items()]
    assert candidate.save(*blank).status_code == 200
    assert service.count_answered(candidate.sitting()) == 0
    seats = service.summarise(candidate.sitting().candidacy.room, clock.now()).seats
    assert [seat.answered for seat in seats if seat.public_id == candidate.public_id] == [0]
    review = candidate.client.get(f"{candidate.url}/review").text
    assert review.count("eb-cell is-empty") == 13


def _emptied(payload):
    if isinstance(payload, dict):
        return {name: _emptied(value) for name, value in payload.items()}
    return {str: "", list: []}.get(type(payload)) if payload not in ("true",) and not _is_token(payload) else None


def _is_token(value) -> bool:
    return isinstance(value, str) and re.fullmatch(r"t?[0-9a-f]{8}", value) is not None


def fields_of(page: str) -> dict[str, list[str]]:
    """What a browser would send back from a plain page, untouched."""
    sent: dict[str, list[str]] = {}
    for field in html.fromstring(page).xpath("//form[@id='answer']//*[self::input or self::select or self::textarea]"):
        name, kind = field.get("name"), field.get("type", "text")
        if field.tag == "select":
            value = next(iter(field.xpath("./option[@selected]/@value")), field.xpath("./option/@value")[0])
        elif field.tag == "textarea":
            value = (field.text or "").removeprefix("\n")
        elif kind in {"radio", "checkbox"} and field.get("checked") is None:
            continue
        else:
            value = field.get("value", "")
        sent.setdefault(name, []).append(value)
    return sent


def as_fields(payload: dict, name: str) -> dict[str, list[str]]:
    """A payload as the plain form names it."""
    if "questions" in payload:
        parts = [as_fields(inner, f"{name}.{token}") for token, inner in payload["questions"].items()]
        return {field: value for part in parts for field, value in part.items()}
    if "choices" in payload:
        return {name: payload["choices"]}
    if {"choice", "text"} & payload.keys():
        return {name: [payload.get("choice") or payload.get("text")]}
    if "value" in payload:
        return {f"{name}-{part}": [value] for part, value in payload.items()}
    (rows,) = payload.values()
    return {f"{name}-{token}": [str(value).lower() if value is True else str(value)] for token, value in rows.items()}


def test_every_kind_is_answered_on_the_plain_pages_and_comes_back_filled_in(candidate):
    wanted = answers_of(candidate)
    for number, payload in wanted.items():
        address = f"{candidate.url}/q/{number}"
        fields = {**fields_of(candidate.client.get(address).text), **as_fields(payload, f"r-{number}"), "go": ["next"]}
        assert candidate.client.post(address, data=fields).status_code == 302
        again = fields_of(candidate.client.get(address).text)
        sent = {name: sorted(values) for name, values in as_fields(payload, f"r-{number}").items()}
        assert {name: sorted(again[name]) for name in sent} == sent
    assert payloads(candidate) == wanted
    before = db.session.query(ResponseEvent).count()
    for number in wanted:  # turning the pages changes nothing
        address = f"{candidate.url}/q/{number}"
        candidate.client.post(address, data={**fields_of(candidate.client.get(address).text), "go": ["next"]})
    assert db.session.query(ResponseEvent).count() == before


def test_an_untouched_plain_page_gives_no_answer_to_any_kind(candidate):
    for question in candidate.questions:
        address = f"{candidate.url}/q/{question.number}"
        candidate.client.post(address, data={**fields_of(candidate.client.get(address).text), "go": ["next"]})
    assert payloads(candidate) == {}


def test_a_refused_plain_form_comes_back_with_what_was_typed(candidate):
    ordering = candidate.number_of("ordering")
    address, tokens = f"{candidate.url}/q/{ordering}", candidate.questions[ordering - 1].tokens
    fields = fields_of(candidate.client.get(address).text) | {f"r-{ordering}-{token}": ["2"] for token in tokens[:2]}
    refused = candidate.client.post(address, data=fields)
    assert refused.status_code == 422
    assert fields_of(refused.text)[f"r-{ordering}-{tokens[0]}"] == ["2"]
    whole, text = whole_essay(candidate), "chữ " * 20_000
    address = f"{candidate.url}/q/{whole}"
    refused = candidate.client.post(address, data={**fields_of(candidate.client.get(address).text), f"r-{whole}": text})
    assert refused.status_code == 422
    assert fields_of(refused.text)[f"r-{whole}"] == [text]
    assert payloads(candidate) == {}


def whole_essay(candidate) -> int:
    return next(one.number for one in candidate.questions if one.kind == "essay" and not one.tokens)


def test_a_long_essay_is_taken_and_one_over_the_limit_is_told_by_how_much(candidate):
    number = whole_essay(candidate)
    long = "Đảng ta là đạo đức, là văn minh. " * 1200
    assert candidate.save(candidate.give(number, {"text": long})).status_code == 200
    assert payloads(candidate)[number] == {"text": long}
    refused = candidate.save(candidate.give(number, {"text": long + "ố" * 20_000}))
    assert (refused.status_code, refused.json["error"], refused.json["question"]) == (422, "invalid", number)
    over = (
        len(json.dumps({"text": long + "ố" * 20_000}, ensure_ascii=False, separators=(",", ":")).encode()) - 64 * 1024
    )
    assert str(over) in re.sub(r"[.,]", "", refused.json["message"])
    assert payloads(candidate)[number] == {"text": long}


def test_typed_text_is_logged_once_in_fifteen_seconds_and_its_last_value_at_the_close(candidate):
    number, choice = whole_essay(candidate), candidate.number_of("single_choice")
    tokens = candidate.questions[choice - 1].tokens
    for second in range(40):
        sent = [candidate.give(number, {"text": f"bài sau {second} giây"})]
        if second < 5:
            sent.append(candidate.give(choice, {"choice": tokens[second % 4]}))
        assert candidate.save(*sent).status_code == 200
        pass_time(seconds=1)
    assert 2 <= len(events_of(number)) <= 4
    assert events_of(number)[0] == {"text": "bài sau 0 giây"}
    assert len(events_of(choice)) == 5
    pass_time(minutes=50)
    assert candidate.submit(candidate.give(number, {"text": "bài cuối cùng"})).status_code == 200
    assert events_of(number)[-1] == {"text": "bài cuối cùng"}
    assert service.verify_history(fresh(candidate.sitting()))


def test_a_typed_value_that_stood_between_two_steps_is_in_the_history_after_a_close_by_the_clock(candidate):
    number = whole_essay(candidate)
    candidate.save(candidate.give(number, {"text": "một"}))
    candidate.save(candidate.give(number, {"text": "một hai"}))
    assert events_of(number) == [{"text": "một"}]
    deadline = candidate.sitting().deadline_at
    move_to(deadline, seconds=1)
    service.start_collecting(clock.now())
    move_to(deadline, seconds=200)
    service.close_overdue(clock.now())
    assert events_of(number) == [{"text": "một"}, {"text": "một hai"}]
    assert service.verify_history(fresh(candidate.sitting()))


def test_the_last_typed_value_is_in_the_history_though_the_servers_clock_was_set_back(candidate):
    number = whole_essay(candidate)
    pass_time(minutes=10)
    candidate.save(candidate.give(number, {"text": "một"}))
    pass_time(minutes=-5)
    for words in ("một hai", "một hai ba"):
        candidate.save(candidate.give(number, {"text": words}))
    assert events_of(number)[1:] == [{"text": "một hai"}]  # not silent until the clock is where it was
    service.close_sitting(actor=SYSTEM, now=clock.now(), sitting=candidate.sitting(), reason="hết giờ")
    assert events_of(number) == [{"text": "một"}, {"text": "một hai"}, {"text": "một hai ba"}]
    assert service.verify_history(fresh(candidate.sitting()))


def test_what_was_typed_before_an_entry_is_in_the_history_when_the_next_epoch_writes_over_it(candidate):
    number = whole_essay(candidate)
    candidate.save(candidate.give(number, {"text": "một"}))
    candidate.save(candidate.give(number, {"text": "một hai, còn trên máy cũ"}))
    candidate.enter("")
    candidate.save(candidate.give(number, {"text": "xoá nhầm"}))
    assert {"text": "một hai, còn trên máy cũ"} in events_of(number)


def test_a_typed_value_the_history_skipped_is_still_told_as_stored_when_sent_again_too_late(candidate):
    number = whole_essay(candidate)
    candidate.save(candidate.give(number, {"text": "một"}))
    skipped = candidate.give(number, {"text": "một hai"})
    candidate.save(skipped)
    deadline = candidate.sitting().deadline_at
    move_to(deadline, seconds=-2)
    candidate.state()
    move_to(deadline, seconds=60)
    again = candidate.save(skipped)
    assert (again.status_code, again.json["saved"]) == (200, {str(number): candidate.epoch << 32 | skipped["n"]})


def test_saving_typed_text_takes_no_further_statement(candidate):
    number = whole_essay(candidate)
    candidate.save(candidate.give(number, {"text": "một"}))
    counters = store.store().counters
    before = counters["statements"]
    candidate.save(*[candidate.give(one, payload) for one, payload in answers_of(candidate).items()])
    assert counters["statements"] - before <= 3


def test_the_spacing_is_that_of_the_rule():
    assert rules.TYPED_SPACING.total_seconds() == 15


def test_every_answer_is_described_without_a_text_of_the_paper(candidate):
    wanted = answers_of(candidate)
    candidate.save(*[candidate.give(number, payload) for number, payload in wanted.items()])
    for question in candidate.questions:
        row = db.session.get(Response, (candidate.sitting().id, question.number))
        words = service.describe_answer(question, row.payload)
        assert words
        assert words != service.describe_answer(question, None)
    case = candidate.number_of("case")
    described = service.describe_answer(candidate.questions[case - 1], json.dumps(wanted[case]))
    assert described == "a) A; b) Hà Nội; c) 1 A, 2 B, 3 C, 4 D"
    assert PARTS["first"] not in described


def test_no_secret_of_any_kind_stands_in_the_page(candidate):
    page = candidate.client.get(candidate.url).text
    for secret in ("Hà Nội", "Nêu đúng khái niệm", "Trả lời đủ ý", "is_key", "weight", "scoring", "3.14"):
        assert secret not in page, secret


def make_picture(people, width: int):
    return bank.add_picture(
        actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, name="so-do.png", body=png(width),
        alt="Sơ đồ tổ chức",
    )  # fmt: skip


def test_a_picture_in_a_text_is_served_to_its_question_and_to_nothing_else(people, sign_in):
    picture, other = make_picture(people, 4).public_id, make_picture(people, 5).public_id
    exam = make_kinds_exam(people, pictures=[picture])
    move_to(exam.opens_at, milliseconds=500)
    candidate = KindsCandidate(sign_in(people.learner), exam, people.learner)
    number = candidate.number_of("essay")
    (name,) = candidate.questions[number - 1].pictures
    address = f"{candidate.url}/media/{number}/{name}"
    assert candidate.client.get(address).status_code == 404  # not entered yet
    candidate.entered()
    assert f'src="{address}"' in candidate.client.get(candidate.url).text
    assert f'src="{address}"' in candidate.client.get(f"{candidate.url}/q/{number}").text
    served = candidate.client.get(address)
    assert (served.status_code, served.mimetype, served.data) == (200, "image/png", png())
    assert candidate.client.get(f"{candidate.url}/media/{number}/{other}").status_code == 404
    assert candidate.client.get(f"{candidate.url}/media/{candidate.number_of('oral')}/{name}").status_code == 404
    # the picture's own id tells when it was put in: the first line's before the second's
    pages = [candidate.client.get(candidate.url), candidate.client.get(f"{candidate.url}/q/{number}"), served]
    assert all(picture not in f"{page.headers}{page.text if page is not served else ''}" for page in pages)
    assert candidate.client.get(f"{candidate.url}/media/{number}/{picture}").status_code == 404
    assert sign_in(people.second_learner).get(address).status_code == 404
    pass_time(minutes=50)
    candidate.submit()
    assert candidate.client.get(address, headers=HEADERS).status_code == 404


def test_staff_preview_every_kind_with_the_candidates_own_fields(people, sign_in):
    make_kinds_paper(people)
    client = sign_in(people.lecturer)
    for item in db.session.query(Item).filter(Item.kind.in_(REGISTRY)):
        for width in ("", "?width=phone"):
            page = client.get(f"/bank/items/{item.public_id}/preview{width}")
            assert page.status_code == 200
            form = html.fromstring(page.text).xpath("//form[@data-preview]")[0]
            assert form.xpath(f".//*[@data-kind='{item.kind}'][@data-name='r-1']")
            assert form.xpath(".//input | .//select | .//textarea")


def test_an_endless_number_in_a_refused_form_is_told_and_never_fails(candidate):
    number = candidate.number_of("ordering")
    tokens = candidate.questions[number - 1].tokens
    page = candidate.client.get(f"{candidate.url}/q/{number}").text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    answer = candidate.client.post(
        f"{candidate.url}/q/{number}", data={**hidden, f"r-{number}-{tokens[0]}": "9" * 5000, "go": "stay"}
    )
    assert answer.status_code == 422
