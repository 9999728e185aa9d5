"""Abuse and faults 31-37 and 41: what a candidate's browser must never be able to learn."""

import re
from collections import Counter

import pytest

from exambank import clock
from exambank.analysis import service as analysis
from exambank.bank.models import ItemVersion, Media
from exambank.db import db, unit_of_work
from exambank.errors import StateConflict
from exambank.exams import service as exams
from exambank.permissions import Role
from exambank.sittings import store
from tests.exams.factories import make_exam
from tests.people import actor_of, make_user
from tests.sittings.factories import HEADERS, pass_time

pytestmark = pytest.mark.usefixtures("app")
TOLD = ("is_key", "is_correct", "correct", "explanation", "scoring", "weight", "difficulty", "discrimination", "points")


def test_31_no_byte_and_no_header_of_any_answer_tells_a_key(at_work):
    answers = [at_work.client.get(at_work.url + path, headers=HEADERS) for path in ("", "/q/1", "/review", "/state")]
    answers += [at_work.save_one(1, 0), at_work.post("flags", {"epoch": at_work.epoch, "flags": [1]})]
    everything = "".join(f"{answer.headers}{answer.text}" for answer in answers)
    assert not [word for word in TOLD if word in everything]
    assert "ETag" not in everything
    ids = {row.public_id for row in db.session.query(ItemVersion)}
    assert not any(one in everything for one in ids)


def test_32_the_key_stands_at_every_place_alike_and_fixed_options_stay(people, exam):
    places = Counter()
    for candidacy in exams.list_candidates(exam):
        layout = candidacy.paper.layout
        rows = {row.id: row for row in db.session.query(ItemVersion).filter(ItemVersion.id.in_(_versions(layout)))}
        for entry in layout:
            keys = [one["token"] for one in rows[entry["version"]].content["options"] if one["is_key"]]
            places[entry["options"].index(keys[0])] += 1
    assert len(places) >= 3  # as written in Word the key stood first everywhere
    assert max(places.values()) < sum(places.values()) / 2


def _versions(layout) -> list[int]:
    return [entry["version"] for entry in layout]


def test_33_and_34_neither_mark_nor_key_is_shown_before_its_release(at_work, people, sign_in):
    at_work.save_one(1, 0)
    pass_time(minutes=41)
    told = at_work.submit()
    assert not {"mark", "score", "points", "correct"} & set(told.json)
    receipt = at_work.client.get(at_work.url).text
    assert not [word for word in TOLD if word in receipt]
    assert at_work.client.get(f"/results/{at_work.public_id}").status_code == 404
    assert at_work.client.get(f"/marking/result/{at_work.public_id}").status_code == 404


def test_34_handing_in_tells_no_mark_when_marks_come_later(at_work):
    pass_time(minutes=41)
    body = at_work.submit(at_work.answer(1, 0)).text
    assert not re.search(r"mark|score|correct|\bđiểm\b", body)


def test_35_a_right_and_a_wrong_answer_get_the_same_answer_by_the_same_work(at_work):
    version = at_work.questions[0].version_id
    options = db.session.get(ItemVersion, version).content["options"]
    counted, lengths = [], set()
    counters = store.store().counters
    for option in options:
        before = counters["statements"]
        sent = {"q": 1, "n": len(counted) + 1001, "payload": {"choice": option["token"]}}
        answer = at_work.save(sent)
        counted.append(counters["statements"] - before)
        lengths.add((answer.status_code, len(re.sub(r"\d{4,}", "", answer.text)), frozenset(answer.json)))
    assert len(set(counted)) == 1
    assert len(lengths) == 1


def test_36_other_questions_pictures_and_papers_are_not_found_by_guessing(at_work, people, exam):
    with unit_of_work() as session:
        media = session.query(Media).first()
        guess = media.public_id if media else "01930000-0000-7000-8000-000000000000"
    for path in (f"/media/1/{guess}", "/media/99", "/q/99", f"/media/1/{at_work.public_id}"):
        assert at_work.client.get(at_work.url + path).status_code == 404
    paper = exams.list_candidates(exam)[1].paper.public_id
    for path in (f"/papers/{paper}", f"/bank/media/{guess}", f"/items/{guess}"):
        assert at_work.client.get(path).status_code == 404


def test_37_no_page_of_the_room_may_be_kept_by_the_browser(at_work):
    """What the page itself keeps is sealed and wiped at the close: tests/browser/test_journal.py."""
    for path in ("", "/q/1", "/review", "/state", "/door"):
        assert at_work.client.get(at_work.url + path, headers=HEADERS).headers["Cache-Control"] == "no-store"
    pass_time(minutes=41)
    assert at_work.submit().headers["Cache-Control"] == "no-store"
    assert at_work.client.get(at_work.url).headers["Cache-Control"] == "no-store"


def test_41_who_knows_the_items_is_not_admitted_as_a_candidate(people):
    knower = make_user("gvhv", "Trần Văn Giảng", Role.LEARNER, Role.QUALITY_OFFICE)
    exam = make_exam(people)
    added = exams.add_candidates(
        actor=actor_of(people.officer), now=clock.now(), exam=exam, users=[knower, people.learner]
    )  # fmt: skip
    (barred,) = added.ineligible
    assert barred.user_id == knower.id
    assert [reason["code"] for reason in barred.ineligible_reasons] == ["knows_items"]


def test_41_no_statistics_of_an_exam_are_made_while_it_runs(at_work, exam, people):
    with pytest.raises(StateConflict):
        analysis.request_run(actor=actor_of(people.quality), now=clock.now(), exam=exam)
