"""One exam with an item of each kind, from the bank to published grades; every expected mark is worked out by hand."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from exambank import clock, jobs
from exambank.analysis import service as analysis
from exambank.assembly import service as assembly
from exambank.assembly.rules import CellSpec
from exambank.bank import service as bank
from exambank.bank.interactions import REGISTRY
from exambank.courses import service as courses
from exambank.db import db
from exambank.documents import service as documents
from exambank.errors import StateConflict
from exambank.exams import service as exams
from exambank.grades import service as grades
from exambank.interchange import service as interchange
from exambank.marking import service as marking
from exambank.marking.models import ResponseMark
from exambank.sittings import sweeper
from tests.bank.factories import make_accepted
from tests.exams.factories import enrol
from tests.people import actor_of
from tests.sittings.factories import Candidate, make_room, pass_time

D = Decimal


def option(token: str, is_key: bool = False) -> dict:
    return {"token": token, "html": f"<p>{token}</p>", "is_key": is_key, "is_locked": False}


def rubric(**points: str) -> list[dict]:
    return [{"token": token, "html": f"<p>Ý {token}</p>", "points": one, "prompt": ""} for token, one in points.items()]


SINGLE = {"options": [option("sa", True), option("sb"), option("sc"), option("sd")], "scoring": {}}

# kind -> points on the paper, content, stem
ITEMS = {
    "single_choice": ("1", SINGLE, "Chọn một"),
    "multiple_choice": (
        "1",
        {"options": [option("ma", True), option("mb", True), option("mc"), option("md")], "scoring": {"rule": "false"}},
        "Chọn nhiều",
    ),
    "true_false": ("1", {"options": [option("true", True), option("false")], "scoring": {}}, "Đúng hay sai"),
    "true_false_cluster": (
        "1",
        {
            "options": [option("ca", True), option("cb"), option("cc", True), option("cd")],
            "scoring": {"table": ["0", "0.1", "0.25", "0.5", "1"]},
        },
        "Bốn mệnh đề",
    ),
    "short_text": (
        "1",
        {
            "options": [],
            "accepted": [
                {"token": "ta", "text": "Điện Biên Phủ", "share": "1"},
                {"token": "tb", "text": "Điện Biên", "share": "0.5"},
            ],
            "scoring": {"ignore_case": True},
        },
        "Chiến thắng nào?",
    ),
    "numeric": (
        "1",
        {
            "options": [],
            "answers": [{"token": "na", "value": "3.14", "tolerance": "0.01", "is_relative": False, "share": "1"}],
            "units": [],
            "scoring": {},
        },
        "Số pi là bao nhiêu?",
    ),
    "matching": (
        "1",
        {
            "options": [option("p1"), option("p2"), option("p3")],
            "targets": [{"token": token, "html": f"<p>đích {token}</p>"} for token in ("t1", "t2", "t3")],
            "pairs": {"p1": "t1", "p2": "t2", "p3": "t3"},
            "scoring": {"rule": "per_pair"},
        },
        "Ghép đôi",
    ),
    "ordering": (
        "1",
        {"options": [option("o1"), option("o2"), option("o3")], "scoring": {"rule": "per_place"}},
        "Sắp xếp",
    ),
    "fill_in": (
        "1",
        {
            "options": [],
            "gaps": [
                {"token": "g1", "kind": "text", "accepted": [{"text": "Đảng", "share": "1"}], "choices": []},
                {
                    "token": "g2",
                    "kind": "choice",
                    "accepted": [],
                    "choices": [
                        {"token": "x1", "text": "một", "is_key": True},
                        {"token": "x2", "text": "hai", "is_key": False},
                    ],
                },
            ],
            "scoring": {},
        },
        '<p>Điền <span data-gap="g1"></span> và <span data-gap="g2"></span></p>',
    ),
    "essay": (
        "4",
        {"options": [], "prompts": [], "rubric": rubric(e1="1", e2="0.5", e3="0.5"), "model_answer": "<p>Mẫu</p>"},
        "Phân tích nguyên tắc tập trung dân chủ",
    ),
    "oral": (
        "2",
        {"options": [], "rubric": rubric(v1="1", v2="1"), "model_answer": "", "follow_ups": "<p>Hỏi thêm</p>"},
        "Trình bày vai trò của chi bộ",
    ),
    "case": (
        "4",
        {
            "options": [],
            "questions": [
                {"token": "q1", "kind": "single_choice", "stem": "<p>Chọn</p>", "content": SINGLE, "weight": "1"},
                {
                    "token": "q2",
                    "kind": "essay",
                    "stem": "<p>Xử lý thế nào?</p>",
                    "content": {"prompts": [], "rubric": rubric(w1="1", w2="1"), "model_answer": ""},
                    "weight": "3",
                },
            ],
        },
        "Tình huống ở một xã",
    ),
}

# what each candidate gives: all right, all wrong or blank, some of it
RIGHT = {
    "single_choice": {"choice": "sa"},
    "multiple_choice": {"choices": ["ma", "mb"]},
    "true_false": {"choice": "true"},
    "true_false_cluster": {"statements": {"ca": True, "cb": False, "cc": True, "cd": False}},
    "short_text": {"text": " điện biên  phủ"},
    "numeric": {"value": "3,14"},
    "matching": {"pairs": {"p1": "t1", "p2": "t2", "p3": "t3"}},
    "ordering": {"places": {"o1": 1, "o2": 2, "o3": 3}},
    "fill_in": {"gaps": {"g1": "Đảng", "g2": "x1"}},
    "essay": {"text": "Bài làm đầy đủ"},
    "oral": {"text": "Ghi chú"},
    "case": {"questions": {"q1": {"choice": "sa"}, "q2": {"text": "Xử lý tốt"}}},
}
WRONG = {
    "single_choice": {"choice": "sb"},
    "multiple_choice": {"choices": ["ma", "mc"]},  # 1/2 - 1/2
    "true_false": {"choice": "false"},
    "true_false_cluster": {"statements": {"ca": True, "cb": True, "cc": False, "cd": True}},  # one of four: 0.1
    "short_text": {"text": "Hà Nội"},
    "numeric": {"value": "4"},
    "matching": {"pairs": {"p1": "t2", "p2": "t3", "p3": "t1"}},
    "ordering": {"places": {"o1": 2, "o2": 3, "o3": 1}},
    "fill_in": {"gaps": {"g1": "Nhà nước", "g2": "x2"}},
    "case": {"questions": {"q1": {"choice": "sb"}, "q2": None}},
}  # no essay: nothing without a marker; no notes: the oral answer is heard all the same
SOME = RIGHT | {
    "multiple_choice": {"choices": ["ma"]},  # 1/2
    "true_false_cluster": {"statements": {"ca": True, "cb": False, "cc": True, "cd": None}},  # three of four: 0.5
    "short_text": {"text": "Điện Biên"},  # 0.5
    "numeric": {"value": "3.15"},  # within the tolerance
    "matching": {"pairs": {"p1": "t1", "p2": "t3", "p3": "t2"}},  # 1/3
    "ordering": {"places": {"o1": 1, "o2": 3, "o3": 2}},  # 1/3
    "fill_in": {"gaps": {"g1": "Đảng", "g2": None}},  # 1/2
}
EXPECTED = {
    "single_choice": ("1", "0", "1"),
    "multiple_choice": ("1", "0", "0.5"),
    "true_false": ("1", "0", "1"),
    "true_false_cluster": ("1", "0.1", "0.5"),
    "short_text": ("1", "0", "0.5"),
    "numeric": ("1", "0", "1"),
    "matching": ("1", "0", "0.3333"),
    "ordering": ("1", "0", "0.3333"),
    "fill_in": ("1", "0", "0.5"),
    "essay": ("4", "0", "2"),  # 2 of 2 in the guide; nothing written; 1 of 2: scaled to the paper's 4
    "oral": ("2", "0.5", "1.25"),
    "case": ("4", "0", "2.5"),  # 1 + 3; 0; 1 + half of 3
}
# what the marker gives, by what was written (an oral answer by the candidate)
GIVEN = {
    ("essay", 0): {"e1": "1", "e2": "0.5", "e3": "0.5"},
    ("essay", 2): {"e1": "0.75", "e2": "0.25", "e3": "0"},
    ("case", 0): {"w1": "1", "w2": "1"},
    ("case", 2): {"w1": "1", "w2": "0"},
    ("oral", 0): {"v1": "1", "v2": "1"},
    ("oral", 1): {"v1": "0.5", "v2": "0"},
    ("oral", 2): {"v1": "1", "v2": "0.25"},
}
TOTALS = ("19", "0.6", "11.4166")
MARKS = ("10.0", "0.3", "6.0")  # of 19 points, on the scale of ten, half up to a tenth
GRADES = ("9.2", "3.4", "6.8")  # 0.4 x 8 + 0.6 x the mark


@pytest.fixture
def held(people, sign_in):
    """The exam is over: everything that a machine can mark is in, seven answers wait for a person."""
    for kind, (_points, content, stem) in ITEMS.items():
        make_accepted(people, kind=kind, stem=stem, content=REGISTRY[kind].normalise(content))
    blueprint = assembly.write_blueprint(
        actor=actor_of(people.lecturer), now=clock.now(), course_module=people.module, name="Mỗi dạng một câu",
        cells=[CellSpec(count=1, points=D(points), kind=kind) for kind, (points, *_rest) in ITEMS.items()],
    )  # fmt: skip
    dealt = assembly.deal_papers(
        actor=actor_of(people.quality), now=clock.now(), blueprint=blueprint, count=2, seed="mọi dạng"
    )
    assembly.approve_papers(actor=actor_of(people.head), now=clock.now(), paper_set=dealt)
    learners = [people.learner, people.second_learner, *enrol(people, 1)]
    courses.set_component_marks(
        actor=actor_of(people.lecturer), now=clock.now(), offering=people.offering,
        marks={user.id: {"process": D(8)} for user in learners}, absences={},
    )  # fmt: skip
    exam = make_room(people, title="Thi mọi dạng câu hỏi")
    jobs.run_due()
    candidates = [Candidate(sign_in(user), exam, user).entered() for user in learners]
    for candidate, given in zip(candidates, (RIGHT, WRONG, SOME), strict=True):
        for at, question in enumerate(candidate.questions, start=1):
            if question.kind in given:
                answer = {"q": at, "n": next(candidate.counter), "payload": given[question.kind], "at": 1}
                assert candidate.save(answer).status_code == 200, question.kind
    pass_time(minutes=45)
    assert all(candidate.submit().status_code == 200 for candidate in candidates)
    pass_time(hours=3)
    sweeper.sweep()
    sweeper.settle()
    jobs.run_due()
    db.session.rollback()
    db.session.expire_all()
    return exams.get_exam(exam.public_id), learners


def mark_everything(people, exam, learners) -> None:
    """One marker works through the written answers, then opens the oral ones by the codes of the draw list."""
    marking.name_markers(actor=actor_of(people.officer), now=clock.now(), exam=exam, users=[people.marker])
    marker, places = actor_of(people.marker), {user.id: at for at, user in enumerate(learners)}

    def finish(script):
        kind = script.item_version.item.kind
        marking.finish(
            actor=marker, now=clock.now(), script=script, given=GIVEN[kind, places[script.sitting.user_id]],
            comment="", revision=script.revision,
        )  # fmt: skip

    while (script := marking.take_next(actor=marker, now=clock.now(), exam=exam)) is not None:
        finish(script)
    for row in marking.list_scripts(exam):
        if row.script.item_version.item.kind == "oral":
            marking.take(actor=marker, now=clock.now(), script=row.script)
            finish(row.script)


def points_of(exam, learners) -> dict[str, tuple[Decimal, ...]]:
    """Raw points by kind, in the order of the learners."""
    rows = marking.marks_of(exam)
    kinds = {key: version.item.kind for key, version in bank.get_versions({row.version_id for row in rows}).items()}
    found = {(kinds[row.version_id], row.user_id): row.points for row in rows}
    return {kind: tuple(found[kind, user.id] for user in learners) for kind in ITEMS}


def test_an_exam_with_every_kind_goes_from_the_bank_to_published_grades(people, held):
    exam, learners = held
    officer = actor_of(people.officer)
    waiting = marking.open_scripts(exam)
    assert (waiting.scripts, waiting.sittings) == (len(GIVEN), 3)
    assert db.session.execute(select(ResponseMark)).all() == []  # nothing provisional
    assert {row.state for row in marking.sheet_of(exam)} == {"marking"}
    assert analysis.latest_run(exam) is None
    grades.compute_grades(exam, actor=officer, now=clock.now())
    with pytest.raises(StateConflict):
        grades.publish(actor=officer, now=clock.now(), exam=exam)
    with pytest.raises(StateConflict):
        documents.print_document(actor=officer, now=clock.now(), kind="mark_sheet", exam=exam)

    mark_everything(people, exam, learners)
    assert marking.open_scripts(exam).scripts == 0
    assert points_of(exam, learners) == {kind: tuple(map(D, points)) for kind, points in EXPECTED.items()}
    sheet = {row.user_id: row for row in marking.sheet_of(exam)}
    assert tuple(sheet[user.id].total for user in learners) == tuple(map(D, TOTALS))
    assert tuple(sheet[user.id].scaled for user in learners) == tuple(map(D, MARKS))

    jobs.run_due()
    db.session.expire_all()
    report = {item.item_version.item.kind: item for item in analysis.get_report(exam).items}
    assert report.keys() == ITEMS.keys()
    assert round(report["single_choice"].figures["difficulty"], 4) == round(2 / 3, 4)
    assert round(report["essay"].figures["difficulty"], 4) == 0.5
    assert [bool(report[kind].options) for kind in ("single_choice", "matching", "essay", "case")] == [1, 0, 0, 0]
    assert [round(row["earned"], 4) for row in report["case"].figures["parts"]] == [round(2 / 3, 4), 0.5]

    grades.publish(actor=officer, now=clock.now(), exam=exam)
    values = {grade.user_id: grade.value for grade in grades.list_grades(exam)}
    assert tuple(values[user.id] for user in learners) == tuple(map(D, GRADES))


def test_its_files_documents_and_pages_show_every_kind(people, held, sign_in):
    exam, learners = held
    mark_everything(people, exam, learners)
    jobs.run_due()
    officer = actor_of(people.officer)
    grades.publish(actor=officer, now=clock.now(), exam=exam)
    assert sorted(row[8] for row in interchange.results_table(exam).rows) == sorted(map(D, MARKS))
    assert len(interchange.gradebook_table(people.offering).rows) == 3
    bank_table = interchange.export_items(actor=actor_of(people.quality), now=clock.now(), course_module=people.module)
    of_case = bank_table.headers.index("Thuộc tình huống")
    assert sum(not row[of_case] for row in bank_table.rows) == len(ITEMS)  # the others are questions of a case
    for kind in ("mark_sheet", "grade_sheet"):
        assert documents.print_document(actor=officer, now=clock.now(), kind=kind, exam=exam).body.startswith(b"%PDF")
    for row in marking.sheet_of(exam):
        page = sign_in(people.head).get(f"/marking/sittings/{row.sitting}")
        assert "Điện Biên Phủ / Điện Biên" in page.text  # the key of the short text, and so the questions
    own = {row.user_id: row.sitting for row in marking.sheet_of(exam)}[learners[0].id]
    assert "10,0" in sign_in(learners[0]).get(f"/marking/my/{own}").text
    for version in bank.get_versions({row.version_id for row in marking.marks_of(exam)}).values():
        kind = version.item.kind
        url = f"/marking/{exam.public_id}/items/{version.public_id}"
        assert sign_in(people.head).get(url).status_code == 200, kind
        url = f"/analysis/exams/{exam.public_id}/items/{version.public_id}"
        assert sign_in(people.head).get(url).status_code == 200, kind


@pytest.mark.parametrize(
    ("kind", "options", "points"),
    [
        ("short_text", ["Hà Nội"], ("1", "1", "0.5")),
        ("numeric", ["4"], ("1", "1", "1")),
        ("fill_in", ["g1:Nhà nước"], ("1", "0.5", "0.5")),
        ("fill_in", ["g2:x2"], ("1", "0.5", "0.5")),
    ],
)
def test_a_further_answer_is_accepted_and_moves_who_gave_it(people, held, kind, options, points):
    exam, learners = held
    mark_everything(people, exam, learners)
    versions = bank.get_versions({row.version_id for row in marking.marks_of(exam)}).values()
    version = next(one for one in versions if one.item.kind == kind)
    act = {
        "actor": actor_of(people.quality), "now": clock.now(), "exam": exam, "version": version,
        "kind": "accept_answer", "options": options,
    }  # fmt: skip
    before = {row.user_id: row.total for row in marking.sheet_of(exam)}
    preview = marking.preview_correction(**act)
    correction = marking.correct(**act, reason="Giáo trình cũng nói như vậy")
    after = {row.user_id: row.total for row in marking.sheet_of(exam)}
    wanted = {user.id: D(one) - D(old) for user, one, old in zip(learners, points, EXPECTED[kind], strict=True)}
    assert {user_id: after[user_id] - before[user_id] for user_id in before} == wanted
    assert {move.user_id for move in preview.moved} == {user_id for user_id, more in wanted.items() if more}
    marking.undo_correction(actor=act["actor"], now=clock.now(), correction=correction, reason="Nhầm câu hỏi")
    assert {row.user_id: row.total for row in marking.sheet_of(exam)} == before


@pytest.mark.parametrize("kind", sorted(ITEMS))
def test_a_faulty_item_of_any_kind_is_credited_to_everybody(people, held, kind):
    exam, learners = held
    mark_everything(people, exam, learners)
    versions = bank.get_versions({row.version_id for row in marking.marks_of(exam)}).values()
    version = next(one for one in versions if one.item.kind == kind)
    before = {row.user_id: row.total for row in marking.sheet_of(exam)}
    marking.correct(
        actor=actor_of(people.quality), now=clock.now(), exam=exam, version=version, kind="credit_all", options=[],
        reason="Câu dẫn in thiếu một dòng",
    )  # fmt: skip
    after = {row.user_id: row.total for row in marking.sheet_of(exam)}
    largest = D(ITEMS[kind][0])
    for user, points in zip(learners, EXPECTED[kind], strict=True):
        assert after[user.id] - before[user.id] == largest - D(points)
