"""The report on one item on paper: in both languages, for every kind of item, with as many rights as its page."""

import io
import json
from decimal import Decimal

import pytest
from flask_babel import force_locale
from pypdf import PdfReader
from sqlalchemy import select

from exambank import clock
from exambank.analysis import service as analysis
from exambank.audit import AuditDetail, AuditEvent
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import Item, ItemVersion, Media
from exambank.db import db, unit_of_work
from exambank.documents import service
from exambank.documents.typesetting import typeset_papers
from exambank.marking.models import ResponseMark, SittingMark
from tests.analysis.factories import make_sat_exam
from tests.documents.paper_items import CODE, DRAWING, PNG, STEMS, SVG, png
from tests.marking.factories import make_exam, make_learner, make_paper_set, make_sitting
from tests.people import THEN, actor_of

KINDS = list(STEMS)
CANDIDATES = 24


@pytest.fixture
def exam(people):
    with unit_of_work():
        exam = make_sat_exam(people, candidates=44, items=6, miskeyed=2)
        exam.title = '#panic("x") $a$ <b>'
    analysis.run_analysis(exam.public_id)
    return exam


@pytest.fixture
def every_kind(people):
    """An exam with an item of every kind, marked as rows."""
    with unit_of_work() as session:
        about = {"course_module_id": people.module.id, "uploaded_by_id": people.lecturer.id, "uploaded_at": THEN}
        session.add_all(
            [
                Media(public_id=PNG, name="a", media_type="image/png", sha256="a", width=24, height=12, body=png(), **about),
                Media(public_id=SVG, name="b", media_type="image/svg+xml", sha256="b", width=60, height=30, body=DRAWING,
                      **about),
            ]
        )  # fmt: skip
    versions = [make_item(people, kind, *STEMS[kind]) for kind in KINDS]
    return hold(people, versions)


def hold(people, versions: list[ItemVersion], candidates: int = CANDIDATES, first: int = 0):
    """An analysed exam of one paper with these items."""
    exam = make_exam(people, make_paper_set(people, [versions], points="1"))
    for number in range(candidates):
        take(exam, versions, number, make_learner(first + number))
    analysis.run_analysis(exam.public_id)
    return exam


def make_item(people, kind: str, stem: str, content: dict, number: int = 1, item: Item | None = None) -> ItemVersion:
    content = REGISTRY[kind].normalise(content)
    with unit_of_work() as session:
        item = item or Item(
            course_module_id=people.module.id, code=kind.upper()[:12], kind=kind, state="accepted", created_at=THEN,
            author_id=people.lecturer.id, topic_id=people.topics[0].id,
        )  # fmt: skip
        session.add(item)
        session.flush()
        version = ItemVersion(
            item_id=item.id, number=number, state="accepted", stem=stem, content=content, search_key=kind,
            fragment=REGISTRY[kind].fragment(stem, content, None), author_id=people.lecturer.id, created_at=THEN,
            decided_at=THEN, content_hash="0" * 64,
        )  # fmt: skip
        session.add(version)
        session.flush()
        item.current_version_id = item.accepted_version_id = version.id
    return version


def take(exam, versions: list[ItemVersion], number: int, learner) -> None:
    """The strong get more: full points, a half for some, none for the weak."""
    payloads = {place: payload_of(version, number) for place, version in enumerate(versions, start=1)}
    sitting = make_sitting(exam, learner, exam.paper_set.papers[0], payloads, number=f"{number + 1:03d}")
    total = Decimal(0)
    with unit_of_work() as session:
        for place, version in enumerate(versions, start=1):
            strength = number + (number * place) % 7
            points = Decimal("1") if strength > 17 else Decimal("0.5") if strength > 12 else Decimal("0")
            parts = [{"token": "q1", "label": "1", "points": str(points), "max": "1", "outcome": "right"}]
            session.add(
                ResponseMark(
                    sitting_id=sitting.id, question=place, item_version_id=version.id, points=points, max_points=1,
                    outcome="partial", rule={"parts": parts} if version.item.kind == "case" else {},
                )
            )  # fmt: skip
            total += points
        mark = total * 10 / len(versions)
        session.add(
            SittingMark(
                sitting_id=sitting.id, exam_id=exam.id, raw_points=total, max_points=len(versions), total_points=total,
                scaled=mark.quantize(Decimal("0.1")), marked_at=THEN,
            )
        )  # fmt: skip


def payload_of(version: ItemVersion, number: int) -> dict:
    tokens = [row["token"] for row in version.content.get("options") or []]
    return {
        "single_choice": lambda: {"choice": tokens[number % 2]},
        "true_false": lambda: {"choice": tokens[number % 2]},
        "multiple_choice": lambda: {"choices": tokens[: number % 3]},
        "true_false_cluster": lambda: {"statements": dict.fromkeys(tokens, number % 2 == 0)},
    }.get(version.item.kind, dict)()


def item_of(exam, code: str):
    [found] = [one for one in analysis.get_report(exam).items if one.item_version.item.code == code]
    return found


def url_of(item) -> str:
    return f"/documents/exams/{item.run.exam.public_id}/items/{item.item_version.public_id}/statistics"


def words_of(body: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages).split())


def printed(people, item, language: str = "en", person: str = "quality") -> str:
    with force_locale(language):
        return words_of(
            service.print_item_statistics(actor=actor_of(getattr(people, person)), now=clock.now(), item=item).body
        )


def contents(people, item, language: str = "en", person: str = "quality") -> dict:
    with force_locale(language):
        return service.item_contents(actor_of(getattr(people, person)), item)[0]


def section(content: dict, title: str) -> dict:
    [found] = [one for one in content["sections"] if one["title"] == title]
    return found


def test_the_report_tells_what_the_page_tells_of_an_item_in_doubt(exam, people):
    told = printed(people, item_of(exam, "C02"))
    for words in (
        "REPORT ON AN ITEM", "Item C02, version 1", "Review before using it again.", "C02?", "key in doubt",
        "Check whether the key was mistyped", "Correlation with the rest", "Every index with its interval",
        "44 candidates", "Alpha without it", "Exam by exam", "Check code", "Page 1 / ", "classical",
    ):  # fmt: skip
        assert words in told, words
    assert '#panic("x") $a$ <b>' in told, "what people typed is text and nothing else"
    assert f"printed by {people.quality.full_name}" in told
    assert "For internal use" in told


def test_it_speaks_the_language_of_its_reader(exam, people, sign_in):
    told = printed(people, item_of(exam, "C02"), "vi")
    assert "BÁO CÁO PHÂN TÍCH CÂU HỎI" in told
    assert "Cần xem xét lại trước khi dùng tiếp." in told
    assert "nghi sai đáp án" in told
    assert "Trang 1 / " in told
    assert "candidates" not in told
    answer = sign_in(people.lecturer).post(url_of(item_of(exam, "C02")))
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "BÁO CÁO PHÂN TÍCH CÂU HỎI" in words_of(answer.data)


def test_options_carry_counts_shares_correlations_and_the_key(exam, people):
    item = item_of(exam, "C02")
    table = section(contents(people, item), "Options")["parts"][0]
    letters = [row[0]["text"] for row in table[3] if row[0]]
    assert letters == ["A", "B", "C", "D"]
    assert [row[1]["small"] for row in table[3][:4]] == ["key", "", "", ""]
    assert [int(row[2]) for row in table[3]] == [row["count"] for row in item.options]
    assert all(row[3]["small"] for row in table[3]), "every share with its interval"
    assert section(contents(people, item), "Options")["remark"] == "44 candidates"


def test_charts_are_those_of_the_page_and_say_in_words_what_they_show(exam, people):
    item = item_of(exam, "C02")
    drawings = contents(people, item)["drawings"]
    assert {"options", "key", "map", "difficulty", "rest"} == set(drawings)
    for svg, alt in drawings.values():
        assert svg.startswith('<svg font-family="Be Vietnam Pro"')
        assert alt
    assert "Who chose which option. A, key:" in drawings["options"][1]
    with force_locale("en"):
        body = service.print_item_statistics(actor=actor_of(people.quality), now=clock.now(), item=item).body
    told = list(alternatives(PdfReader(io.BytesIO(body)).trailer["/Root"]["/StructTreeRoot"]))
    assert sorted(told) == sorted(alt for _svg, alt in drawings.values())


def alternatives(node):
    """Every alternative text in the tags of a document."""
    node = node.get_object()
    if isinstance(node, list):
        for inner in node:
            yield from alternatives(inner)
    elif isinstance(node, dict):
        if "/Alt" in node:
            yield str(node["/Alt"])
        if "/K" in node:
            yield from alternatives(node["/K"])


def test_few_candidates_give_no_judgement_and_the_reason(people):
    with unit_of_work():
        exam = make_sat_exam(people, candidates=9, items=4)
    analysis.run_analysis(exam.public_id)
    item = item_of(exam, "C01")
    told = printed(people, item)
    assert "Not enough data to judge." in told
    assert "Only 9 candidates were given it; it can be judged from 20 on." in told
    assert "Not enough data: the curves are drawn from 20 candidates on." in told
    assert not {"options", "key", "response"} & set(contents(people, item)["drawings"])


def test_a_figure_that_lacks_data_says_so_and_why(people):
    with unit_of_work():
        exam = make_sat_exam(people, candidates=2, items=2)
    analysis.run_analysis(exam.public_id)
    content = contents(people, item_of(exam, "C01"))
    rows = section(content, "Every index with its interval")["parts"][0][3]
    values = [row[1] for row in rows]
    assert any(value.startswith("not enough data: ") for value in values), values
    assert "None" not in json.dumps(content)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_item_is_printed_whatever_stands_in_it(every_kind, people, kind):
    item = item_of(every_kind, kind.upper()[:12])
    content = contents(people, item)
    assert content["question"]["sort"]
    assert not content["is_damaged"]
    with force_locale("vi"):
        told = words_of(service.print_item_statistics(actor=actor_of(people.lecturer), now=clock.now(), item=item).body)
    seen = {
        "single_choice": ["Vật chất là gì?", "Thực tại"],
        "multiple_choice": ["".join(CODE.split()), "đậm"],
        "true_false_cluster": ["Xét các mệnh đề:", "Bốn"],
        "short_text": ["Nguyễn Ái Quốc"],
        "matching": ["Đường Kách mệnh", "1927"],
        "ordering": ["Bắc Sơn", "Điện Biên"],
        "fill_in": ["pháp quyền xã hội chủ nghĩa"],
        "essay": ["Ý thứ nhất", "Nêu khái niệm", "Bài làm mẫu"],
        "case": ["Ai có thẩm quyền?", "Tỉnh", "Giải quyết thế nào?"],
    }
    tight = "".join(told.split())
    for words in seen.get(kind, []):
        assert "".join(words.split()) in tight, (words, told)


def test_formulas_and_pictures_of_the_item_are_set(every_kind, people):
    item = item_of(every_kind, "MULTIPLE_CHO")
    with force_locale("en"):
        content, pictures = service.item_contents(actor_of(people.quality), item)
    assert [one["tex"] for one in content["formulas"]] == [r"\frac{1}{2}"]
    assert len(pictures) == 1
    assert "left blank" in json.dumps(content["sections"])


def test_a_formula_that_cannot_be_set_is_shown_as_typed_and_told(people):
    stem = '<p>Tính <span data-tex="\\input{x}"></span></p>'
    item = item_of(hold(people, [make_item(people, "essay", stem, STEMS["essay"][1])]), "ESSAY")
    assert contents(people, item)["is_damaged"]
    told = printed(people, item)
    assert r"\input{x}" in told
    assert "Some of the text could not be printed as it is: see the item in the bank." in told


def test_an_essay_has_figures_and_no_options(every_kind, people):
    content = contents(people, item_of(every_kind, "ESSAY"))
    titles = [one["title"] for one in content["sections"]]
    assert "Options" not in titles
    assert "Every index with its interval" in titles
    assert "key" not in content["drawings"]


def test_a_case_tells_of_its_questions(every_kind, people):
    rows = section(contents(people, item_of(every_kind, "CASE")), "Question by question")["parts"][0][3]
    assert [(row[0], row[3]) for row in rows] == [("1", str(CANDIDATES))]


def test_every_version_that_exams_gave_has_its_line(every_kind, people):
    item = item_of(every_kind, "TRUE_FALSE")
    assert "The versions of this item" not in [one["title"] for one in contents(people, item)["sections"]]
    stem, content = STEMS["true_false"]
    second = make_item(people, "true_false", stem, content, 2, item.item_version.item)
    exam = hold(people, [second], candidates=20, first=500)
    [later] = analysis.get_report(exam).items
    rows = section(contents(people, later), "The versions of this item")["parts"][0][3]
    assert [(row[0]["text"], row[0]["is_strong"], row[3], row[4]) for row in rows] == [
        ("1", False, "1", str(CANDIDATES)), ("2", True, "1", "20"),
    ]  # fmt: skip


def test_who_may_not_see_the_item_sees_its_figures_without_its_text(exam, people):
    item = item_of(exam, "C02")
    content = contents(people, item, person="inspector")
    assert content["question"] is None
    told = printed(people, item, person="inspector")
    assert "C02?" not in told
    assert "C02b" not in told
    assert "The text of the item is shown to those who may see it in the bank." in told
    assert "Correlation with the rest" in told


def test_its_page_leads_to_it_and_everybody_else_finds_nothing(exam, people, sign_in):
    item = item_of(exam, "C02")
    page = f"/analysis/exams/{exam.public_id}/items/{item.item_version.public_id}"
    for person in (people.quality, people.inspector, people.lecturer):
        assert f'action="{url_of(item)}"' in sign_in(person).get(page).text
        assert sign_in(person).post(url_of(item)).status_code == 200
    for person in (people.stranger, people.officer, people.invigilator, people.learner, people.technician):
        assert sign_in(person).post(url_of(item)).status_code == 404
    unknown = url_of(item).replace(item.item_version.public_id, exam.public_id)
    assert sign_in(people.quality).post(unknown).status_code == 404
    assert sign_in(people.quality).get(url_of(item)).status_code == 405


def test_every_printing_is_recorded_and_counted_for_its_item_alone(exam, people):
    for code in ("C02", "C02", "C03"):
        printed(people, item_of(exam, code))
    told = [
        json.loads(details)
        for details in db.session.scalars(
            select(AuditDetail.details)
            .join(AuditEvent, AuditEvent.number == AuditDetail.number)
            .where(AuditEvent.verb == "document.printed")
            .order_by(AuditEvent.number)
        )
    ]
    assert [(one["kind"], one["copy"]) for one in told] == [("item_statistics", copy) for copy in (1, 2, 1)]
    assert told[0]["code"] == told[1]["code"]
    assert told[0]["version"] == item_of(exam, "C02").item_version.public_id
    assert told[0]["exam"] == exam.public_id


def test_the_same_content_at_the_same_moment_gives_the_same_bytes(every_kind, people):
    item = item_of(every_kind, "SINGLE_CHOIC")
    foot = {"printed": "in", "code": "0", "head": "0", "mark": "m", "words": {"code": "c", "head": "h", "page": "p"}}
    bodies = []
    for _time in range(2):
        with force_locale("vi"):
            content, pictures = service.item_contents(actor_of(people.quality), item)
        stamped = {**content, "header": {**content["header"], "place_date": ""}, "foot": foot}
        bodies.append(typeset_papers("item_statistics", stamped, pictures, THEN, is_tagged=True)[0])
    assert bodies[0] == bodies[1]
