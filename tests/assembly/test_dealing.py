"""From a blueprint to papers on a real database: what a set demands is kept or refused in words, and the worker deals."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from exambank import audit, clock, jobs
from exambank.assembly import service
from exambank.assembly.models import BlueprintItem, PaperSet
from exambank.assembly.rules import CellSpec
from exambank.assembly.rules.demands import Demands
from exambank.assembly.service.pool import engine_pool, know_bank
from exambank.bank import service as bank
from exambank.bank.models import Item
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.marking import service as marking
from exambank.sittings import sweeper
from tests.assembly.factories import fill_bank, make_approved_set, make_blueprint, make_paper_set
from tests.bank.factories import FOUR, make_accepted, make_content
from tests.people import actor_of
from tests.sittings.factories import Candidate, make_room, pass_time

ESSAY = {
    "options": [], "rubric": [{"token": "r1", "html": "<p>Nêu đủ ý</p>", "points": "1", "prompt": ""}], "scoring": {}
}  # fmt: skip


def deal(people, cells, count=2, demands=None, seed="một hạt giống"):
    blueprint = cells if not isinstance(cells, list) else make_blueprint(people, cells)
    return service.deal_papers(
        actor=actor_of(people.quality), now=clock.now(), blueprint=blueprint, count=count, seed=seed, demands=demands
    )


def ask(people, blueprint, count=2, **values):
    return service.ask_for_papers(
        actor=actor_of(people.quality), now=clock.now(), blueprint=blueprint, count=count, **values
    )


def versions_by_code(paper_set):
    layouts = service.layouts_of(paper_set)
    return {code: [question["version"] for question in layouts[code]] for code in layouts}


def reread(paper_set):
    db.session.rollback()
    db.session.expire_all()
    return service.get_paper_set(paper_set.public_id)


def set_figures(figures):
    """What exams told of items: item id -> (answers, share)."""
    with unit_of_work():
        for item_id, (n, share) in figures.items():
            item = db.session.get(Item, item_id)
            item.pooled_n, item.pooled_difficulty = n, share


def test_what_is_asked_for_is_dealt_by_the_worker_and_nothing_secret_is_plain(any_app, people):
    fill_bank(people)
    blueprint = make_blueprint(people)
    paper_set = ask(people, blueprint, 3, seed="bốc trước người chứng kiến")
    assert (paper_set.state, paper_set.wanted, paper_set.papers, paper_set.seed) == ("waiting", 3, [], None)
    assert blueprint.state == "draft"
    jobs.run_due()
    paper_set = reread(paper_set)
    assert (paper_set.state, paper_set.done, len(paper_set.papers)) == ("dealt", 100, 3)
    assert (paper_set.seed, {paper.question_count for paper in paper_set.papers}) == (None, {10})
    assert all(paper.layout == [] for paper in paper_set.papers)
    assert paper_set.blueprint.state == "used"
    assert {event.verb for event in audit.list_for(paper_set)} == {"papers.asked", "papers.dealt"}
    assert not any("chứng kiến" in told for told in db.session.scalars(select(audit.AuditDetail.details)))
    again = deal(people, make_blueprint(people), 3, seed="bốc trước người chứng kiến")
    assert versions_by_code(again) == versions_by_code(paper_set)  # the worker deals what a command would
    service.deal_asked(paper_set.public_id)  # a job that is taken up again changes nothing
    assert reread(paper_set).snapshot_hash == paper_set.snapshot_hash


def test_what_cannot_be_dealt_is_refused_in_words_with_the_least_change_that_would_do(app, people):
    fill_bank(people, 12)  # four of each chapter
    cells = [CellSpec(count=3, topic_id=people.topics[1].id, level_id=people.levels[1].id)]
    blueprint, apart = make_blueprint(people, cells), Demands(papers_per_item=1)
    paper_set = ask(people, blueprint, demands=apart)
    jobs.run_due()
    paper_set = reread(paper_set)
    assert (paper_set.state, paper_set.papers) == ("refused", [])
    for words in (people.topics[1].name, people.levels[1].name, "6", "4"):
        assert words in paper_set.refusal
    assert paper_set.blueprint.state == "draft"  # nothing was dealt: it may be mended
    with pytest.raises(InvalidInput) as refused:
        deal(people, blueprint, demands=apart)
    assert refused.value.message == paper_set.refusal
    service.give_up_papers(actor=actor_of(people.quality), now=clock.now(), paper_set=paper_set)
    assert paper_set.state == "withdrawn"


def test_what_no_bank_of_this_size_can_give_is_refused_before_anybody_waits(app, people):
    fill_bank(people, 12)
    with pytest.raises(InvalidInput, match="6"):
        ask(people, make_blueprint(people, [CellSpec(count=6, topic_id=people.topics[1].id)]))
    assert db.session.scalars(select(PaperSet)).all() == []


def test_a_cap_on_uses_that_the_bank_cannot_meet_names_the_cap_and_the_number_of_papers(app, people):
    fill_bank(people, 12)
    with pytest.raises(InvalidInput) as refused:
        deal(people, [CellSpec(count=3, topic_id=people.topics[0].id)], 3, Demands(papers_per_item=1, overlap=0))
    assert people.topics[0].name in refused.value.message
    assert "9" in refused.value.message  # 3 questions of 3 papers
    assert "4" in refused.value.message


def test_a_set_that_waits_can_be_given_up_and_is_then_left_alone_by_the_worker(app, people):
    fill_bank(people)
    paper_set = ask(people, make_blueprint(people))
    service.give_up_papers(actor=actor_of(people.quality), now=clock.now(), paper_set=paper_set)
    jobs.run_due()
    assert (reread(paper_set).state, paper_set.papers) == ("withdrawn", [])
    with pytest.raises(StateConflict):
        service.give_up_papers(actor=actor_of(people.quality), now=clock.now(), paper_set=make_paper_set(people))


def test_a_worker_that_died_leaves_nothing_waiting_forever(app, people):
    fill_bank(people)
    paper_set = ask(people, make_blueprint(people))
    service.fail_abandoned(paper_set.dealt_at)
    assert reread(paper_set).state == "waiting"
    service.fail_abandoned(paper_set.dealt_at + timedelta(seconds=1))
    assert reread(paper_set).state == "refused"
    assert paper_set.refusal


def test_a_blueprint_changed_after_the_request_is_not_dealt(app, people):
    fill_bank(people)
    blueprint = make_blueprint(people)
    paper_set = ask(people, blueprint)
    service.revise_blueprint(
        actor=actor_of(people.lecturer), now=clock.now(), blueprint=blueprint, name="Khác", cells=[CellSpec(count=1)]
    )
    jobs.run_due()
    assert reread(paper_set).state == "refused"


def test_templates_and_second_clicks_deal_nothing(app, people):
    fill_bank(people)
    blueprint = make_blueprint(people)
    ask(people, blueprint, seed="một")
    with pytest.raises(StateConflict):
        ask(people, blueprint, seed="một")
    service.mark_template(actor=actor_of(people.lecturer), now=clock.now(), blueprint=blueprint, is_template=True)
    with pytest.raises(InvalidInput):
        ask(people, blueprint, seed="hai")
    assert len(db.session.scalars(select(PaperSet)).all()) == 1


def test_every_demand_of_the_blueprint_holds_in_what_is_dealt(app, people):
    fill_bank(people, 60)
    pool = bank.list_pool(people.module.id)
    set_figures({item.item_id: (80, 0.3 + 0.01 * (at % 50)) for at, item in enumerate(pool)})
    blueprint = make_blueprint(people)
    fixed = pool[0]
    with unit_of_work():
        blueprint.fixed_items = [BlueprintItem(item_id=fixed.item_id, place=4)]
    bank.write_enemy_set(
        actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module,
        items=[db.session.get(Item, pool[1].item_id), db.session.get(Item, pool[4].item_id)],
    )  # fmt: skip
    demands = Demands(
        tolerance=0.01, papers_per_item=2, overlap=4, distinct_items=30, code_prefix="K7-", code_start=98, code_step=77
    )
    paper_set = deal(people, blueprint, 5, demands)
    papers = versions_by_code(paper_set)
    assert sorted(papers) == sorted(["K7-98", "K7-175", "K7-252", "K7-329", "K7-406"])
    assert all(paper[3] == fixed.version_id for paper in papers.values())
    free = {code: set(paper) - {fixed.version_id} for code, paper in papers.items()}
    uses = Counter(version for paper in free.values() for version in paper)
    assert max(uses.values()) <= 2
    assert len(uses) <= 30
    assert all(len(one & other) <= 4 for one in free.values() for other in free.values() if one is not other)
    assert not any({pool[1].version_id, pool[4].version_id} <= paper for paper in free.values())
    report = paper_set.report
    assert report["is_releasable"]
    assert {check["name"] for check in report["demands"]} == {
        "tolerance", "overlap", "papers_per_item", "distinct_items", "max_same_key_run"
    }  # fmt: skip
    known = {one.item.version_id: one.estimate.difficulty for one in know_bank(people.module.id)}
    means = [sum(known[version] for version in paper) / 10 for paper in papers.values()]
    middle = sum(means) / 5
    assert max(abs(mean / middle - 1) for mean in means) <= 0.01  # counted here, not read from the report


def test_papers_that_cannot_be_made_alike_are_shown_and_never_approved(app, people):
    fill_bank(people, 6)
    pool = [item for item in bank.list_pool(people.module.id) if item.topic_id == people.topics[0].id]
    set_figures({pool[0].item_id: (500, 0.95), pool[1].item_id: (500, 0.1)})
    cells = [CellSpec(count=1, topic_id=people.topics[0].id)]
    paper_set = deal(people, cells, 2, Demands(tolerance=0.02, papers_per_item=1))
    assert (paper_set.state, paper_set.report["reasons"]) == ("dealt", ["tolerance"])
    assert paper_set.report["gaps"][1] > 5
    with pytest.raises(StateConflict):
        service.refuse_release(paper_set)
    with pytest.raises(StateConflict):
        service.approve_papers(actor=actor_of(people.head), now=clock.now(), paper_set=paper_set)
    assert reread(paper_set).state == "dealt"


def test_items_of_the_last_sittings_stay_out_of_the_next_papers(app, people):
    fill_bank(people, 60)
    cells = [CellSpec(count=8, topic_id=people.topics[0].id)]
    first = make_approved_set(people, 2, blueprint=make_blueprint(people, cells))
    used = {version for paper in versions_by_code(first).values() for version in paper}
    with pytest.raises(InvalidInput):  # sixteen of twenty are used: what is left makes no paper
        deal(people, cells, 1, Demands(sittings_apart=1))
    few = [CellSpec(count=4, topic_id=people.topics[0].id)]
    second = deal(people, few, 1, Demands(sittings_apart=1))
    assert used.isdisjoint(versions_by_code(second)["101"])
    with pytest.raises(InvalidInput):
        deal(people, cells, 1, Demands(days_apart=30))
    assert len(versions_by_code(deal(people, cells, 1, Demands(days_apart=None)))["101"]) == 8


def test_a_cell_without_a_kind_takes_nothing_that_a_person_must_mark(app, people):
    make_accepted(people, kind="essay", stem="Trình bày nguyên tắc", content=ESSAY)
    for number in range(2):
        make_accepted(people, stem=f"Câu {number}?")
    with pytest.raises(InvalidInput):
        deal(people, [CellSpec(count=3)], 1)
    kinds = {item.version_id: item.kind for item in bank.list_pool(people.module.id)}
    dealt = deal(people, [CellSpec(count=2), CellSpec(count=1, kind="essay", part=2)], 1)
    layout = service.layouts_of(dealt)["101"]
    assert [kinds[question["version"]] for question in layout] == ["single_choice", "single_choice", "essay"]
    assert [question.get("part") for question in layout] == [None, None, 2]


def test_keys_are_even_over_the_letters_and_locked_options_stay_last(app, people):
    locked = [*FOUR[:3], ("Tất cả các phương án trên", False)]
    for number in range(12):
        content = make_content(options=locked if number < 6 else FOUR)
        make_accepted(people, stem=f"Câu số {number}?", content=content)
    paper_set = deal(people, [CellSpec(count=12)], 3)
    layouts = service.layouts_of(paper_set)
    versions = bank.get_versions({question["version"] for layout in layouts.values() for question in layout})
    for row, code in zip(paper_set.report["papers"], sorted(layouts), strict=True):
        assert (sorted(row["keys"]), row["run"] <= 3) == ([3, 3, 3, 3], True)
        for question in layouts[code]:
            options = versions[question["version"]].content["options"]
            for at, option in enumerate(options):
                if option["is_locked"]:
                    assert question["options"].index(option["token"]) == at


def test_enemies_of_enemies_are_not_taken_for_enemies(app, people):
    fill_bank(people, 4)
    items = [db.session.get(Item, item.item_id) for item in bank.list_pool(people.module.id)]
    for pair in (items[:2], items[1:3]):
        bank.write_enemy_set(actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, items=pair)
    pool = engine_pool(know_bank(people.module.id), clock.now(), Demands(), {})
    first, second, third, fourth = pool
    assert first.enemies & second.enemies
    assert second.enemies & third.enemies
    assert not first.enemies & third.enemies
    assert not fourth.enemies


@pytest.fixture
def pretested(people, sign_in):
    """An exam of two marked questions and a pretest one that nobody can tell from them, held and marked."""
    for number in range(3):
        tags = ["thử nghiệm"] if number == 2 else []
        make_accepted(people, stem=f"Câu thứ {number}?", tags=tags)
    cells = [
        CellSpec(count=2, points=Decimal(1), not_tag="thử nghiệm"),
        CellSpec(count=1, points=Decimal(1), tag="thử nghiệm", is_scored=False),
    ]
    paper_set = deal(people, cells, 1, Demands())
    service.approve_papers(actor=actor_of(people.head), now=clock.now(), paper_set=paper_set)
    (paper,) = paper_set.papers
    pretest = next(at for at, question in enumerate(paper.layout, 1) if question.get("scored") is False)
    exam = make_room(people, title="Thi có câu thử nghiệm")
    jobs.run_due()
    candidates = [Candidate(sign_in(user), exam, user).entered() for user in (people.learner, people.second_learner)]
    return paper, pretest, exam, candidates


def give(candidate, number, question, is_right):
    options = bank.get_versions([question.version_id])[question.version_id].content["options"]
    token = next(option["token"] for option in options if option["is_key"] is is_right)
    answer = {"q": number, "n": next(candidate.counter), "payload": {"choice": token}, "at": 1}
    assert candidate.save(answer).status_code == 200


def rows_of(exam, people):
    db.session.rollback()
    db.session.expire_all()
    sheet = {row.user_id: row for row in marking.sheet_of(exam)}
    return sheet[people.learner.id], sheet[people.second_learner.id]


def test_a_pretest_question_looks_like_any_other_and_counts_for_its_statistics_alone(people, pretested):
    paper, pretest, exam, (first, second) = pretested
    assert paper.total_points == 2
    seen = first.client.get(first.url).text + first.state().text
    assert "scored" not in seen
    assert "pretest" not in seen.lower()
    assert len({(one.points, one.kind) for one in first.questions}) == 1
    for number, question in enumerate(first.questions, 1):
        give(first, number, question, is_right=number != pretest)
    give(second, pretest, second.questions[pretest - 1], is_right=True)
    pass_time(minutes=45)
    assert [one.submit().status_code for one in (first, second)] == [200, 200]
    pass_time(hours=3)
    sweeper.sweep()
    sweeper.settle()
    jobs.run_due()
    full, none = rows_of(exam, people)
    assert (full.raw, full.max_points, full.scaled) == (2, 2, 10)
    assert (none.raw, none.max_points, none.scaled) == (0, 2, 0)  # the pretest question was right
    rows = {one.user_id: one for one in marking.marks_of(exam) if one.question == pretest}
    assert [(one.points, one.max_points) for one in map(rows.get, (people.learner.id, people.second_learner.id))] == [
        (0, 1), (1, 1)
    ]  # fmt: skip
    version = bank.get_versions([rows[people.learner.id].version_id])[rows[people.learner.id].version_id]
    marking.correct(
        actor=actor_of(people.quality), now=clock.now(), exam=exam, version=version, kind="credit_all", options=[],
        reason="câu thử nghiệm có lỗi",
    )  # fmt: skip
    full, none = rows_of(exam, people)
    assert (full.total, none.total) == (2, 0)
