"""Women and men: an item that treats them unequally is found, their marks are compared, and a few are never told of."""

import random
from itertools import product

import numpy as np
import pytest
from flask_babel import force_locale
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.accounts.models import User
from exambank.analysis import rules, service
from exambank.analysis.groups import MINIMUM_SHOWN, Sample, compare, withhold
from exambank.analysis.service import comparing, flags, tables, wording
from exambank.db import db, unit_of_work
from exambank.documents.service.statistics_report import statistics_contents
from exambank.exams.models import Exam
from exambank.marking import service as marking
from exambank.permissions import SYSTEM
from exambank.sittings.models import Sitting
from tests.analysis.factories import make_sat_exam, make_versions
from tests.analysis.test_rules_beyond import two_classes
from tests.analysis.test_service_wording import flag, item
from tests.analysis.test_views_reports import page, url_of
from tests.grades.factories import enrol, make_other_class
from tests.marking.factories import choice, make_exam, make_learner, make_paper_set, make_sitting

PLANTED = 4  # the place of the item that women and men of the same strength do not answer alike


# --- items ---


@pytest.mark.parametrize(("easier_for_women", "is_flagged"), [(3, True), (-3, True), (0, False)])
def test_of_simulated_answers_the_planted_item_is_flagged_and_no_other(easier_for_women, is_flagged):
    matrix, classes = two_classes(easier=easier_for_women)
    labels = ["female" if one == "K1" else "male" for one in classes]
    found = rules.group_flags(matrix, {"gender": labels})
    assert list(found) == ([matrix.version_ids[-1]] if is_flagged else [])
    for [one] in found.values():
        against_women = (one.evidence["value"] < 0) == (one.evidence["group"] == "female")
        assert (one.evidence["grouping"], against_women) == ("gender", easier_for_women < 0)


def test_who_has_no_gender_recorded_is_left_out_and_few_of_one_are_not_compared():
    matrix, classes = two_classes(easier=3, n=240)
    labels = ["female" if one == "K1" else "male" for one in classes]
    [[one]] = rules.group_flags(matrix, {"gender": [*labels[:200], *[None] * 40]}).values()
    assert one.evidence["n"] <= 200
    few = ["female" if at < rules.LEAST_IN_GROUP - 1 else "male" for at in range(240)]
    assert rules.group_flags(matrix, {"gender": few}) == {}


@pytest.mark.parametrize(
    ("group", "value", "said"),
    [
        ("female", -2, "harder for women than for men"),
        ("male", 2, "harder for women than for men"),
        ("female", 2, "harder for men than for women"),
        ("male", -2, "harder for men than for women"),
    ],
)
def test_the_one_for_whom_it_is_harder_is_named_whoever_was_compared(app, group, value, said):
    with force_locale("en"):
        assert said in wording.flag_sentence(item(), flag("dif", grouping="gender", group=group, value=value))


def answers_of(ability: float, gender: str, versions, planted: bool, rng: random.Random) -> dict[int, dict]:
    chances = [ability - 0.05 * at + 0.3 for at in range(len(versions))]
    if planted:
        chances[PLANTED] = 0.9 if gender == "male" else 0.1
    tokens = [[row["token"] for row in version.content["options"]] for version in versions]
    return {
        question: choice(own[0] if rng.random() < chance else own[1])
        for question, (own, chance) in enumerate(zip(tokens, chances, strict=True), start=1)
    }


def make_mixed_exam(people, *, planted: bool, candidates: int = 120) -> Exam:
    """Women and men by turns, equally strong."""
    rng, versions = random.Random(11), make_versions(people, 8)
    paper_set = make_paper_set(people, [versions], points="1")
    exam = make_exam(people, paper_set)
    for number in range(candidates):
        gender = "female" if number % 2 else "male"
        learner = make_learner(number)
        learner.gender = gender
        payloads = answers_of((number // 2 + 0.5) / (candidates / 2), gender, versions, planted, rng)
        sitting = make_sitting(exam, learner, paper_set.papers[0], payloads, number=f"{number + 1:03d}")
        marking.mark_sitting(sitting.public_id)
    return exam


@pytest.mark.parametrize("planted", [True, False])
def test_a_run_finds_the_item_that_treats_them_unequally_and_no_other(any_app, people, planted):
    with unit_of_work():
        exam = make_mixed_exam(people, planted=planted)
    service.run_analysis(exam.public_id)
    found = {
        one.item_version.item.code: wording.flag_sentence(one, told)
        for one in service.get_report(exam).items
        for told in flags.notices_in(one.figures)
        if told["code"] == "dif"
    }
    assert list(found) == ([f"C{PLANTED:02d}"] if planted else [])
    if planted:
        with force_locale("en"):
            [one] = [one for one in service.get_report(exam).items if one.item_version.item.code in found]
            [told] = [told for told in one.figures["flags"] if told["code"] == "dif"]
            assert "harder for women than for men" in wording.flag_sentence(one, told)


def test_a_run_is_named_by_genders_only_where_some_are_recorded(any_app, people):
    with unit_of_work():
        exam = make_sat_exam(people, candidates=6, items=3)
    before = service.run_analysis(exam.public_id)
    record(exam, ["female", "male", None, None, None, None])
    after = service.run_analysis(exam.public_id)
    assert after.data_hash != before.data_hash
    assert service.run_analysis(exam.public_id).id == after.id
    record(exam, [None] * 6)
    assert service.run_analysis(exam.public_id).data_hash == before.data_hash


def record(exam: Exam, genders: list[str | None]) -> None:
    with unit_of_work() as session:
        learners = session.query(User).join(Sitting, Sitting.user_id == User.id).where(Sitting.exam_id == exam.id)
        for learner, gender in zip(learners.order_by(User.id), genders, strict=True):
            learner.gender = gender


# --- groups ---

SIZES = st.sampled_from([0, 0, 3, 6, 9, 12, 30])


def crossed(table: dict[tuple[str, ...], int]):
    """All ways to group the candidates of a table of numbers: what is found, and the group of each candidate."""
    cells = [cell for cell, n in table.items() for _one in range(n)]
    found = []
    for place in range(len(next(iter(table)))):
        labels = [cell[place] for cell in cells]
        sizes = [(one, labels.count(one)) for one in dict.fromkeys(labels)]
        groups = [(one, Sample.of([4.0 + at % 3 for at in range(n)], 5.0)) for one, n in sizes]
        found.append((compare(groups), labels))
    return found


def tells_of_few(table: dict[tuple[str, ...], int], *shown) -> bool:
    """By brute force: whether sums over the whole and the shown groups add up to that of a few, in some cells."""
    cells = [cell for cell, n in table.items() if n]
    known = [[1.0] * len(cells)]
    for place, found in enumerate(shown):
        for one in found:
            if one.mean is not None:
                known.append([float(cell[place] == one.label) for cell in cells])
    space = np.linalg.pinv(np.array(known)) @ np.array(known)
    for some in product((0.0, 1.0), repeat=len(cells)):
        n = sum(table[cell] for cell, is_in in zip(cells, some, strict=True) if is_in)
        if 0 < n < MINIMUM_SHOWN and np.allclose(np.array(some) @ space, some):
            return True
    return False


@given(st.tuples(*[SIZES] * 9).filter(lambda sizes: sum(sizes) >= MINIMUM_SHOWN))
def test_exactly_what_would_tell_of_a_few_beside_the_classes_is_withheld(sizes):
    table = dict(zip(product(["female", "male", ""], ["K1", "K2", "K3"]), sizes, strict=True))
    (genders, own), (classes, theirs) = crossed(table)
    told = withhold(genders, own, [(classes, theirs)])
    assert [(one.label, one.n) for one in told] == [(one.label, one.n) for one in genders]
    assert not tells_of_few(table, told, classes)
    assert (told != genders) == tells_of_few(table, genders, classes)


def test_the_one_woman_of_a_class_of_men_is_not_told_by_the_class_of_women_beside_it():
    table = {("female", "K1"): 30, ("female", "K2"): 1, ("male", "K2"): 30}
    (genders, own), (classes, theirs) = crossed(table)
    assert [one.mean is not None for one in (*genders, *classes)] == [True] * 4, "each by itself is large enough"
    assert [(one.n, one.mean) for one in withhold(genders, own, [(classes, theirs)])] == [(31, None), (30, None)]
    table[("female", "K2")] = 10
    (genders, own), (classes, theirs) = crossed(table)
    assert withhold(genders, own, [(classes, theirs)]) == genders


@settings(max_examples=60)
@given(st.tuples(*[SIZES] * 8).filter(lambda sizes: sum(sizes) >= MINIMUM_SHOWN))
def test_papers_and_classes_together_beside_the_genders_tell_of_no_few_either(sizes):
    table = dict(zip(product(["female", "male"], ["K1", "K2"], ["101", "102"]), sizes, strict=True))
    (genders, own), *beside = crossed(table)
    told = withhold(genders, own, beside)
    classes, papers = (found for found, _labels in beside)
    assert told == genders or tells_of_few(table, genders, classes, papers)
    assert all(one.mean is None for one in told) or not tells_of_few(table, told, classes, papers)


def test_the_three_women_whom_only_gender_class_and_paper_together_tell_of_are_withheld():
    table = {("female", "K1", "101"): 3, ("female", "K1", "102"): 20, ("female", "K2", "101"): 20}
    table[("male", "K1", "101")] = 20
    (genders, own), classes, papers = crossed(table)
    assert withhold(genders, own, [classes]) == withhold(genders, own, [papers]) == genders
    assert [one.mean for one in withhold(genders, own, [classes, papers])] == [None, None]


@pytest.fixture
def exam(people):
    with unit_of_work():
        exam = make_sat_exam(people, candidates=44)
    service.run_analysis(exam.public_id)
    return exam


def compared(exam: Exam):
    with force_locale("en"):
        return comparing.compare_groups(SYSTEM, service.latest_run(exam))


def test_marks_of_women_and_men_are_compared_and_those_of_no_gender_stand_last(any_app, exam):
    assert compared(exam).genders == []
    record(exam, ["female"] * 20 + ["male"] * 14 + [None] * 10)
    found = compared(exam).genders
    assert [(one.label, one.n) for one in found] == [("Female", 20), ("Male", 14), ("not recorded", 10)]
    rows = comparing.marks_of(exam)
    for one, gender in zip(found, ["female", "male", ""], strict=True):
        assert one.mean == pytest.approx(np.mean([row.mark for row in rows if row.gender == gender]))
    assert [one.verdict for one in found] == ["lower", "few", "few"], "the first twenty are the weakest"


def test_few_without_a_gender_hide_the_smaller_group_too(any_app, exam):
    record(exam, ["female"] * 25 + ["male"] * 16 + [None] * 3)
    assert [one.mean is not None for one in compared(exam).genders] == [True, False, False]
    assert [one.verdict for one in compared(exam).genders[1:]] == ["withheld", "hidden"]
    with force_locale("en"):
        rows = [row for row in tables.groups_sheet(compared(exam)).rows if row[0] == "Gender"]
    assert [row[-1] for row in rows[1:]] == ["not shown: it would tell of a few", "not enough candidates"]


def test_the_reports_hold_the_comparison_where_there_is_one(app, exam):
    report = service.get_report(exam)
    record(exam, ["female"] * 22 + ["male"] * 22)
    with force_locale("en"):
        rows = tables.groups_sheet(compared(exam)).rows
    assert [row[:3] for row in rows if row[0] == "Gender"] == [["Gender", "Female", 22], ["Gender", "Male", 22]]
    with force_locale("vi"):
        printed = statistics_contents(SYSTEM, report)["groups"]
    assert [row[1] for row in printed if row[0].startswith("Giới tính: ")] == ["22", "22"]


def test_the_page_compares_women_and_men_only_where_that_is_recorded(exam, people, sign_in):
    client = sign_in(people.lecturer)
    client.post("/accounts/language", data={"language": "en"})
    heading = "<h2>Women and men in this exam</h2>"
    assert heading not in page(client, url_of(exam, "/comparison"))
    record(exam, ["female"] * 22 + ["male"] * 22)
    shown = page(client, url_of(exam, "/comparison"))
    assert heading in shown
    assert shown.count(">22</td>") == 2
    assert '<th scope="row">Female</th>' in shown
    assert shown.count('<svg class="eb-chart"') == 1
    record(exam, ["female"] * 44)
    assert "All candidates are of one gender" in page(client, url_of(exam, "/comparison"))
    record(exam, ["female"] * 28 + ["male"] * 12 + [None] * 4)
    shown = page(client, url_of(exam, "/comparison"))
    assert "not shown: fewer than 10" in shown
    assert "not shown: it would tell of a few" in shown
    db.session.rollback()


def test_classes_are_withheld_where_a_paper_beside_them_would_tell_of_a_few(any_app, people):
    with unit_of_work():
        exam = make_sat_exam(people, candidates=44, papers=[list(range(8)), list(range(7, -1, -1))])
    service.run_analysis(exam.public_id)
    dealt = db.session.query(Sitting).filter_by(exam_id=exam.id).order_by(Sitting.id).all()
    of_first = {sitting.user_id for sitting in dealt[:38:2]}  # 19 of the 22 with the first paper
    other, _offering = make_other_class(people)
    for sitting in dealt:
        enrol(other if sitting.user_id in of_first else people.cohort, sitting.user)
    found = compared(exam)
    assert all(one.mean is not None for one in found.papers)
    assert [(one.n, one.mean, one.verdict) for one in found.classes] == [(19, None, "withheld"), (25, None, "withheld")]
