"""A plan out and in again: nothing of a blueprint is lost, no text becomes a formula, sums are live and true."""

import io
import zipfile
from decimal import Decimal

import docx
import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.assembly.rules.demands import Demands
from exambank.bank.interactions import REGISTRY
from exambank.interchange.blueprints import Heading, Plan, PlanCell, differences, read_matrix, write_docx, write_xlsx
from exambank.interchange.neutral import Source

HEADING = Heading("Tỉnh ủy A", "Trường Chính trị B", "Khoa C", "Học phần: Triết học (TH01), 3 tín chỉ")
LEVELS = ["Nhận biết", "Thông hiểu", "Vận dụng"]


def read(body: bytes, name: str = "file.xlsx") -> Plan:
    return Plan.from_data(read_matrix(Source(body, name)).facts["plan"])


def both(plan: Plan) -> list[Plan]:
    """The plan after the way through either format."""
    return [read(write_xlsx(plan, HEADING, LEVELS)), read(write_docx(plan, HEADING, LEVELS), "file.docx")]


def plan_of(*cells: PlanCell, **values) -> Plan:
    return Plan(cells, **{"name": "Ma trận cuối kỳ", "demands": Demands().as_dict(), **values})


word = st.text("aăâđeêôơưắộử AĐ=+-@;,.:/%()'\"1230<&>", min_size=1, max_size=30).map(lambda one: " ".join(one.split()))
words = st.one_of(st.just(""), word)
cells = st.builds(
    PlanCell,
    count=st.integers(1, 300),
    topic=st.one_of(words, st.sampled_from(["Tổng", "Tổng quan", "Cộng đồng", "Điểm mới", "Tỉ lệ thức", "Chương 1"])),
    level=st.sampled_from(["", *LEVELS]),
    kind=st.sampled_from(["", *REGISTRY]),
    tag=words,
    not_tag=words,
    points=st.decimals("0.0001", "1000", places=4).map(lambda one: one.normalize()),
    part=st.integers(1, 9),
    is_scored=st.booleans(),
    requirement=st.lists(word.filter(bool), max_size=3).map("\n".join),
)


@settings(max_examples=12)
@given(st.lists(cells, min_size=1, max_size=8), word, st.integers(1, 600), st.integers(0, 100))
def test_every_cell_comes_back_from_either_file(found, name, minutes, share):
    demands = Demands(
        overlap=share or None, tolerance=share / 100, shuffle_items=bool(share % 2), code_prefix="Đ-"
    ).as_dict()
    plan = plan_of(*found, name=name, duration_minutes=minutes, target_points=Decimal("10.5"), demands=demands,
                   level_targets={"Nhận biết": max(share, 1)})  # fmt: skip
    for again in both(plan):
        assert again.cells == plan.cells
        assert (again.name, again.duration_minutes, again.target_points) == (name, minutes, Decimal("10.5"))
        assert (again.demands, again.level_targets, again.notices) == (demands, plan.level_targets, ())


def test_the_matrix_beside_the_list_is_a_second_opinion():
    plan = plan_of(
        PlanCell(4, "Tổng quan", "Nhận biết", "single_choice", points=Decimal("0.25")),
        PlanCell(1, "Tỉ lệ thức", "Vận dụng", "essay", points=Decimal(3)),
        PlanCell(1, "Tỉ lệ thức", "", "essay", points=Decimal(3)),
    )  # fmt: skip
    for again in both(plan):
        assert (again.cells, len(again.claims), differences(again)) == (plan.cells, 2, [])
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(plan, HEADING, LEVELS)))
    sheet = book["Ma trận"]
    changed = next(cell for row in sheet.iter_rows() for cell in row if cell.value == 4)
    changed.value = 5
    target = io.BytesIO()
    book.save(target)
    (found,) = differences(read(target.getvalue()))
    assert (found.claim.name, found.claim.value, found.found) == ("Nhận biết", 5, 4)


def test_equal_plans_give_equal_bytes():
    plan = plan_of(PlanCell(3, "Chương 1", "Nhận biết", points=Decimal("0.25")))
    body = write_xlsx(plan, HEADING)
    assert body == write_xlsx(plan, HEADING)
    properties = openpyxl.load_workbook(io.BytesIO(body)).properties
    assert properties.modified == properties.created  # neither tells when this test ran
    assert write_docx(plan, HEADING) == write_docx(plan, HEADING)


def test_sums_of_the_matrix_are_live_and_carry_their_value():
    plan = plan_of(
        PlanCell(4, "Chương 1", "Nhận biết", "single_choice", points=Decimal("0.25")),
        PlanCell(1, "Chương 2", "Vận dụng", "essay", points=Decimal(3)),
        PlanCell(2, "Chương 2", "Nhận biết", "single_choice", points=Decimal("0.5"), is_scored=False),
    )
    body = write_xlsx(plan, HEADING, LEVELS)
    live, known = (openpyxl.load_workbook(io.BytesIO(body), data_only=one)["Ma trận"] for one in (False, True))
    row = next(at for at in range(1, 30) if live.cell(at, 2).value == "Tổng")
    assert [live.cell(row, column).value[:5] for column in range(3, 10)] == ["=SUM("] * 7
    assert [known.cell(row, column).value for column in range(3, 10)] == [6, 1, 1, 3, 7, 4, 100]
    assert [known.cell(row + 1, column).value for column in (4, 6)] == [25, 75]
    assert [known.cell(at, 9).value for at in (row - 2, row - 1)] == [25, 75]
    assert live.cell(1, 1).value == "TỈNH ỦY A"


def test_no_text_becomes_a_formula():
    bad = '=HYPERLINK("http://a","b")'
    plan = plan_of(PlanCell(1, bad, "+1", tag="@x", not_tag="-y", points=Decimal(1), requirement="=1+1"), name="=1")
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(plan, HEADING)))
    texts = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    said = [cell for cell in texts if cell.value in (bad, "+1", "@x", "-y", "=1+1", "=1")]
    assert len(said) >= 12
    assert {cell.data_type for cell in said} == {"s"}
    assert all(cell.quotePrefix for cell in said)
    assert {cell.parent.title for cell in texts if cell.data_type == "f"} == {"Ma trận"}


def test_the_word_file_is_in_the_form_of_schools():
    plan = plan_of(
        PlanCell(4, "Chương 1", "Nhận biết", "single_choice", points=Decimal("0.25")),
        PlanCell(1, "Chương 2", "Vận dụng", "essay", points=Decimal(3)), duration_minutes=60,
    )  # fmt: skip
    body = write_docx(plan, HEADING, LEVELS)
    document = docx.Document(io.BytesIO(body))
    assert document.sections[0].page_width > document.sections[0].page_height
    head, matrix, signatures, specification, rules = document.tables
    assert [line.text for line in head.cell(0, 0).paragraphs] == ["TỈNH ỦY A", "TRƯỜNG CHÍNH TRỊ B", "Khoa C"]
    assert "Thời gian làm bài: 60 phút; Số câu: 5; Tổng điểm: 4" in head.cell(0, 1).text
    assert [cell.text for cell in matrix.rows[2].cells] == ["1", "Chương 1", "4 (1)", "", "4", "1", "25"]
    assert [cell.text for cell in matrix.rows[4].cells] == ["", "Tổng", "4 (1)", "1 (3)", "5", "4", "100"]
    assert "TRƯỞNG KHOA" in signatures.cell(0, 1).text
    assert [cell.text for cell in specification.rows[0].cells][:4] == ["STT", "Chủ đề", "Mức độ", "Yêu cầu cần đạt"]
    assert rules.cell(0, 2).text == "Mã"
    footer = zipfile.ZipFile(io.BytesIO(body)).read("word/footer1.xml").decode()
    assert "PAGE" in footer
    assert "NUMPAGES" in footer
