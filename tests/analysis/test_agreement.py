"""Scripts that agree: honest candidates are not named, copied answers are, and only to whom names may be shown."""

import json
import random
import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from exambank import clock
from exambank.analysis.service import agreement, run_analysis
from exambank.analysis.service.agreement import EXAM, ROOM, Extent
from exambank.analysis.service.agreement_words import agreement_verdict, show_chance, too_large_sentences
from exambank.audit import AuditDetail, AuditEvent
from exambank.bank.models import ItemVersion
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.exams.models import Candidacy, ExamRoom
from exambank.marking import service as marking
from exambank.marking.rules import ACCEPT_OPTION
from exambank.sittings.models import Sitting
from tests.analysis.factories import make_versions
from tests.marking.factories import (
    choice,
    make_essay,
    make_exam,
    make_learner,
    make_paper_set,
    make_sitting,
    make_version,
)
from tests.marking.test_scripts import make_written
from tests.people import actor_of

ITEMS = 18
SOURCE, COPIER = 4, 17
OUTSIDERS = (
    "lecturer", "other_lecturer", "stranger", "head", "officer", "invigilator", "marker", "technician", "learner",
    "second_learner",
)  # fmt: skip


def honest_answers(candidates: int, seed: int = 3) -> list[list[str]]:
    """Letters by candidate and item: "a" is right; the weak more often take one of the others, "b" before the rest."""
    rng = random.Random(seed)
    return [
        ["a" if rng.random() < 0.3 + 0.4 * number / candidates else rng.choice("bbcd") for _item in range(ITEMS)]
        for number in range(candidates)
    ]


def copied_answers(candidates: int = 24) -> list[list[str]]:
    """As the honest ones, but the copier has the source's answers to all items but the last two."""
    answers = honest_answers(candidates)
    answers[COPIER][: ITEMS - 2] = answers[SOURCE][: ITEMS - 2]
    return answers


def hold(people, answers, *, rooms=("P1",), further=()):
    """A closed and marked exam of two papers, the second in reverse order; candidates take papers and rooms in turn."""
    with unit_of_work() as session:
        versions = make_versions(people, ITEMS)
        orders = [list(range(ITEMS)), list(reversed(range(ITEMS)))]
        papers = [[*(versions[at] for at in order), *further] for order in orders]
        paper_set = make_paper_set(people, papers, points="0.5")
        exam = make_exam(people, paper_set)
        places = [ExamRoom(exam_id=exam.id, name=name) for name in rooms]
        session.add_all(places)
        session.flush()
        for number, letters in enumerate(answers):
            order = orders[number % 2]
            payloads = {
                question: choice(f"c{at:02d}{letters[at]}" if letters[at] else None)
                for question, at in enumerate(order, start=1)
            }
            sitting = make_sitting(
                exam, make_learner(number), paper_set.papers[number % 2], payloads, number=f"{number + 1:03d}"
            )
            sitting.room_id = sitting.candidacy.room_id = places[number % len(places)].id
            sitting.candidacy.seat = f"A{number + 1}"
            marking.mark_sitting(sitting.public_id)
    return exam


def compare(people, exam, scope=EXAM):
    return agreement.compare_scripts(actor=actor_of(people.quality), exam=exam, scope=scope)


def names(found) -> list[tuple[str, str]]:
    return [(pair.first.full_name, pair.second.full_name) for pair in found.pairs]


def looks() -> list[dict]:
    rows = select(AuditEvent, AuditDetail.details).join(AuditDetail, AuditDetail.number == AuditEvent.number)
    found = db.session.execute(rows.where(AuditEvent.verb == "analysis.compared").order_by(AuditEvent.number))
    return [{"actor": event.actor, "thing": event.thing, **json.loads(details)} for event, details in found]


def url_of(exam) -> str:
    return f"/analysis/exams/{exam.public_id}/agreement"


def page(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


@pytest.fixture
def honest(people):
    return hold(people, honest_answers(24))


@pytest.fixture
def copied(people):
    return hold(people, copied_answers())


def test_honest_candidates_are_not_named(honest, people, sign_in):
    found = compare(people, honest)
    assert (found.n_candidates, found.n_items, found.n_pairs) == (24, ITEMS, 24 * 23 // 2)
    assert (found.n_found, found.pairs, found.reason) == (0, (), None)
    shown = page(sign_in(people.quality).post(url_of(honest)))
    assert "Nguyễn Văn" not in shown
    assert "is-caution" not in shown
    assert agreement_verdict(found).strong in shown


def test_copied_answers_are_found_with_the_right_people_and_questions(copied, people):
    found = compare(people, copied)
    [pair] = found.pairs
    assert names(found) == [(f"Nguyễn Văn {SOURCE}", f"Nguyễn Văn {COPIER}")]
    assert (pair.first.number, pair.first.room, pair.first.seat) == (f"{SOURCE + 1:03d}", "P1", f"A{SOURCE + 1}")
    assert pair.first.code == f"LX{SOURCE:03d}"
    assert pair.n_common == ITEMS
    assert pair.n_same >= ITEMS - 2 > pair.expected
    assert pair.p_adjusted < agreement.SURPRISING
    answers = copied_answers()
    alike = {
        f"C{at:02d}": letter.upper()
        for at, (letter, other) in enumerate(zip(answers[SOURCE], answers[COPIER], strict=True))
        if letter == other != "a"
    }
    assert {one.code: one.letter for one in pair.errors} == alike
    assert len(pair.errors) == pair.n_same_wrong > pair.expected_wrong


def test_questions_bear_the_numbers_of_each_ones_own_paper_and_the_rarest_comes_first(copied, people):
    [pair] = compare(people, copied).pairs
    answers = copied_answers()
    for one in pair.errors:
        at = int(one.code[1:])
        assert one.questions == (at + 1, ITEMS - at), "the source had the first paper, the copier the second"
        assert (one.n_chose, one.n_answered) == (sum(row[at] == one.letter.lower() for row in answers), len(answers))
    shares = [one.n_chose / one.n_answered for one in pair.errors]
    assert shares == sorted(shares)


def test_within_rooms_only_neighbours_are_compared(people):
    exam = hold(people, copied_answers(), rooms=("P1", "P2"))  # the source sits in P1, the copier in P2
    within, whole = compare(people, exam, ROOM), compare(people, exam, EXAM)
    assert (within.n_pairs, within.pairs) == (2 * (12 * 11 // 2), ())
    assert [(pair.first.room, pair.second.room) for pair in whole.pairs] == [("P1", "P2")]


def test_an_option_accepted_later_is_no_shared_error(copied, people):
    [before] = compare(people, copied).pairs
    error = before.errors[0]
    version = db.session.execute(select(ItemVersion).where(ItemVersion.public_id == error.version)).scalar_one()
    marking.correct(
        actor=actor_of(people.quality), now=clock.now(), exam=copied, version=version, kind=ACCEPT_OPTION,
        options=[f"{error.code.lower()}{error.letter.lower()}"], reason="Hai phương án đều đúng",
    )  # fmt: skip
    [after] = compare(people, copied).pairs
    assert after.n_same_wrong == before.n_same_wrong - 1
    assert {one.code for one in before.errors} - {one.code for one in after.errors} == {error.code}


def test_only_questions_with_one_option_to_choose_are_compared(people):
    further = [make_version(people, "M1", "multiple_choice", (True, True, False, False)), make_essay(people)]
    exam = hold(people, honest_answers(20), further=further)
    assert compare(people, exam).n_items == ITEMS


def test_who_marks_without_names_sees_no_names_here_either(people):
    exam = make_written(people)["exam"]
    compare(people, exam)
    marker = replace(actor_of(people.quality), marked_exam_ids=frozenset({exam.id}))
    with pytest.raises(StateConflict):
        agreement.compare_scripts(actor=marker, exam=exam, scope=EXAM)
    assert len(looks()) == 1


def test_what_was_left_blank_is_not_agreement(people):
    answers = copied_answers()
    answers[SOURCE][:4] = answers[COPIER][:4] = [""] * 4
    answers[0] = [""] * ITEMS
    found = compare(people, hold(people, answers))
    assert (found.n_candidates, found.n_pairs) == (23, 253)
    [pair] = found.pairs
    assert pair.n_common == ITEMS - 4
    assert not {one.code for one in pair.errors} & {"C00", "C01", "C02", "C03"}
    assert all(one.n_answered == (23 if int(one.code[1:]) > 3 else 21) for one in pair.errors)


@pytest.mark.parametrize("candidates", [19, 0])
def test_few_candidates_are_too_little_data(people, sign_in, candidates):
    exam = hold(people, honest_answers(candidates))
    found = compare(people, exam)
    assert (found.n_candidates, found.pairs, found.reason) == (candidates, (), "too_few_candidates")
    shown = page(sign_in(people.quality).post(url_of(exam)))
    assert agreement_verdict(found).strong in shown
    assert "20" in agreement_verdict(found).text


def test_where_nobody_has_a_neighbour_the_whole_exam_is_left(people):
    exam = hold(people, honest_answers(20), rooms=tuple(f"P{at}" for at in range(20)))
    alone = compare(people, exam, ROOM)
    assert (alone.n_candidates, alone.reason) == (20, "too_few_candidates")
    assert agreement_verdict(alone).text != agreement_verdict(compare(people, exam, EXAM)).text
    assert compare(people, exam, EXAM).n_pairs == 190


def test_too_many_pairs_are_refused_plainly_and_within_rooms_allowed(honest, people, sign_in):
    with unit_of_work() as session:
        first = session.scalars(select(Sitting).where(Sitting.exam_id == honest.id)).first()
        room = ExamRoom(exam_id=honest.id, name="Hội trường")
        rows = [Candidacy(exam_id=honest.id, user_id=first.user_id, attempt_no=at) for at in range(2, 432)]
        session.add_all([room, *rows])
        session.flush()
        session.add_all(
            Sitting(
                candidacy_id=row.id, exam_id=honest.id, user_id=first.user_id, paper_id=first.paper_id,
                room_id=room.id, question_count=ITEMS, state="closed", journal_key="k",
            )
            for row in rows
        )  # fmt: skip
    client = sign_in(people.quality)
    assert agreement.extent_of(honest) == Extent(True, (24, 430))
    shown = page(client.get(url_of(honest)))
    assert too_large_sentences(agreement.extent_of(honest))[0] in shown
    assert re.findall(r'name="scope" value="(\w+)"', shown) == [ROOM]
    assert client.post(url_of(honest), data={"scope": EXAM}).status_code == 409
    assert client.post(url_of(honest), data={"scope": ROOM}).status_code == 200
    with pytest.raises(StateConflict):
        compare(people, honest, EXAM)


def test_an_exam_that_is_not_over_is_not_compared(people, sign_in):
    exam = make_exam(people, make_paper_set(people, [[make_version(people, "X")]]), state="open")
    client = sign_in(people.quality)
    assert "<form" not in page(client.get(url_of(exam))).split("<main", 1)[1]
    assert client.post(url_of(exam)).status_code == 409
    with pytest.raises(StateConflict):
        compare(people, exam)
    assert looks() == []


def test_rooms_are_asked_for_only_where_there_are_several(honest, people, sign_in):
    shown = page(sign_in(people.leader).get(url_of(honest)))
    assert re.findall(r'name="scope" value="(\w+)"', shown) == [EXAM]
    for scope in (ROOM, "class"):
        with pytest.raises(InvalidInput):
            compare(people, honest, scope)
    assert sign_in(people.leader).post(url_of(honest), data={"scope": "class"}).status_code == 422


def test_every_comparison_goes_on_record_and_opening_the_page_does_not(copied, people, sign_in):
    client = sign_in(people.inspector)
    opened = page(client.get(url_of(copied)))
    assert "Nguyễn Văn" not in opened
    assert looks() == []
    shown = page(client.post(url_of(copied)))
    assert all(f"Nguyễn Văn {at}" in shown for at in (SOURCE, COPIER))
    [look] = looks()
    assert (look["actor"], look["thing"]) == (people.inspector.public_id, f"exam:{copied.public_id}")
    assert (look["scope"], look["candidates"], look["pairs"], look["found"]) == (EXAM, 24, 276, 1)
    client.post(url_of(copied))
    assert len(looks()) == 2


def test_names_are_shown_to_quality_office_leadership_and_inspector_only(copied, people, sign_in):
    for name in OUTSIDERS:
        client = sign_in(getattr(people, name))
        assert (client.get(url_of(copied)).status_code, client.post(url_of(copied)).status_code) == (404, 404), name
    assert looks() == []
    for name in ("quality", "leader", "inspector"):
        client = sign_in(getattr(people, name))
        assert (client.get(url_of(copied)).status_code, client.post(url_of(copied)).status_code) == (200, 200), name
    assert sign_in(people.quality).get("/analysis/exams/none/agreement").status_code == 404


def test_the_page_shows_seats_questions_and_how_rare_a_shared_error_is(copied, people, sign_in):
    shown = page(sign_in(people.quality).post(url_of(copied)))
    [pair] = compare(people, copied).pairs
    row = shown[shown.index("<tbody>") : shown.index("</tbody>")]
    assert f"A{SOURCE + 1}" in row
    assert f"A{COPIER + 1}" in row
    assert all(f"{one.code}:" in row for one in pair.errors)
    assert f"/room/seat/{pair.first.sitting}/replay" in row
    assert show_chance(pair.p_adjusted) in row
    assert "is-caution" in shown


def test_the_report_of_the_exam_leads_here_only_who_may_see_names(copied, people, sign_in):
    run_analysis(copied.public_id)
    report = f"/analysis/exams/{copied.public_id}"
    for user in (people.quality, people.leader, people.inspector):
        assert f'href="{url_of(copied)}"' in page(sign_in(user).get(report))
    for user in (people.lecturer, people.head):
        assert url_of(copied) not in page(sign_in(user).get(report))
    [pair] = compare(people, copied).pairs
    shown = page(sign_in(people.inspector).post(url_of(copied)))
    assert f'href="{report}/items/{pair.errors[0].version}"' in shown


def test_a_small_chance_is_not_written_as_none_at_all(app):
    with app.test_request_context():
        assert show_chance(0.0123) == "0,012"
        assert "0,001" in show_chance(1e-12)
        assert show_chance(0.0) == show_chance(1e-12) != show_chance(0.001)
