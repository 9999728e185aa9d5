"""The making of a print in the worker: content of the set, texts of the bank, chunks to the typesetter, one file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from exambank import text
from exambank.assembly import service as assembly
from exambank.assembly.models import PaperSet
from exambank.bank import service as bank
from exambank.courses import service as courses
from exambank.db import db
from exambank.documents import rules
from exambank.documents.models import PaperPrint
from exambank.documents.papers import answer_sheets, binding, composing, keys, orders
from exambank.documents.papers.collecting import Collector
from exambank.documents.papers.composing import Head, Layout, Text
from exambank.documents.papers.orders import PrintOrder
from exambank.documents.papers.pictures import Loaded
from exambank.documents.service.contents import module_word
from exambank.documents.service.printing import stamp_of
from exambank.documents.typesetting import typeset_papers
from exambank.errors import NotFound, StateConflict
from exambank.exams.models import Exam

AT_A_TIME = 10  # papers a child: its memory stays small, and progress is seen
WIDTHS = {1: 170.0, 2: 81.0}  # of a column, in millimetres; as in paper.typ
MOST_PROBLEMS = 60
NAMES = {"papers": "de thi", "answer_sheets": "phieu tra loi", "keys": "dap an"}


@dataclass(frozen=True)
class Made:
    """A finished file. ``problems``: (paper code, question number, "formula" or "picture"), none of them a question's
    name: a set at the desk is secret."""

    body: bytes
    file_name: str
    problems: tuple[tuple[str, int, str], ...] = ()


def make(paper_print: PaperPrint, moment: datetime, tell: Callable[[int], None]) -> Made:
    """Set what was asked for; ``tell`` is told how many papers are done and may stop it by raising."""
    order, paper_set = PrintOrder.parse(paper_print.options), paper_print.paper_set
    maker = {"papers": _papers, "answer_sheets": _answer_sheets, "keys": _keys}[paper_print.kind]
    body, problems = maker(paper_set, order, moment, tell)
    name = rules.file_name(NAMES[paper_print.kind], text.search_key(paper_set.name))
    return Made(body, name, tuple(problems[:MOST_PROBLEMS]))


def _papers(paper_set, order, moment, tell):
    layouts = _layouts(paper_set, order)
    texts, head = _texts(layouts), head_of(paper_set, order)
    collector, layout = Collector(load_picture, WIDTHS[order.columns]), Layout(order.columns, order.is_proof)
    codes, parts, done = list(layouts), [], 0
    for at in range(0, len(codes), AT_A_TIME):
        some = {code: layouts[code] for code in codes[at : at + AT_A_TIME]}
        data = composing.compose_papers(head, some, texts, layout, collector).data
        body, broken = typeset_papers("paper", data, collector.pictures, moment)
        collector.blame(broken.formulas, broken.pictures)
        parts.append(body)
        done += len(some)
        tell(done * order.copies)
    bound = binding.Binding(order.sheet == "a3", order.duplex, order.copies)
    return binding.bind(parts, bound, head.title), _problems(layouts, collector)


def _answer_sheets(paper_set, order, moment, tell):
    head = head_of(paper_set, order)
    if order.form == "plain":
        count = max((paper.question_count for paper in paper_set.papers), default=0)
        wants = {"": answer_sheets.plain_wants(count)}
    else:
        layouts = _layouts(paper_set, order)
        texts = _texts(layouts)
        wants = {code: answer_sheets.wants_of(layout, texts) for code, layout in layouts.items()}
        if order.form == "blank":
            wants = {"": _common(wants)}
    _refuse_long(wants)
    copies = dict.fromkeys(wants, order.copies)
    digits = max((len(paper.code) for paper in paper_set.papers if paper.code.isdigit()), default=3)
    data, pictures = answer_sheets.compose_sheets(
        head, paper_set.public_id, wants, copies, order.number_digits, code_digits=min(digits, 4)
    )
    body, _broken = typeset_papers("answer_sheet", data, pictures, moment)
    tell(sum(copies.values()))
    return body, []


def _keys(paper_set, order, moment, tell):
    layouts = _layouts(paper_set, order)
    head, collector = head_of(paper_set, order), Collector(load_picture, 165.0)
    data = keys.compose_keys(head, layouts, _texts(layouts), collector)
    school = {"governing_body": head.governing_body.upper(), "school": head.school.upper()}
    content = {**data, "header": school, "watermark": composing.WATERMARK if order.is_proof else ""}
    stamped = {**content, **stamp_of(content, moment, rules.check_code(content), 1)}
    body, broken = typeset_papers("paper_keys", stamped, collector.pictures, moment)
    collector.blame(broken.formulas, broken.pictures)
    tell(1)
    return body, _problems(layouts, collector)


def head_of(paper_set: PaperSet, order: PrintOrder) -> Head:
    """What stands above the papers of a set: as the order says, for the rest as the school and the module are named."""
    school, module = courses.school(), paper_set.course_module
    notes = (composing.MATERIALS if order.materials else composing.NO_MATERIALS, composing.NO_HELP)
    return Head(
        title=rules.soften(paper_set.name), school=school.name, governing_body=school.governing_body,
        department=module.department.name,
        heading=order.heading or composing.HEADING.format(module=module_word(school).upper()),
        lines=order.lines or lines_of(paper_set), minutes=order.minutes, notes=notes,
        footer=f"{module.name} ({module.code})",
    )  # fmt: skip


def lines_of(paper_set: PaperSet) -> tuple[str, ...]:
    """The lines below the heading: module with its credits; class and day where an exam uses the set."""
    module, exam = paper_set.course_module, exam_of(paper_set)
    credit = f", {module.credits} tín chỉ" if module.credits else ""
    lines = [f"{module_word(courses.school()).capitalize()}: {module.name} ({module.code}){credit}"]
    if exam is not None and exam.offering is not None:
        lines.append(f"Lớp: {exam.offering.cohort.name}")
    return tuple(rules.soften(line) for line in lines)


def exam_of(paper_set: PaperSet) -> Exam | None:
    """The latest exam that uses the set."""
    query = select(Exam).where(Exam.paper_set_id == paper_set.id, Exam.state != "cancelled")
    return db.session.execute(query.order_by(Exam.opens_at.desc()).limit(1)).scalar_one_or_none()


def _layouts(paper_set: PaperSet, order: PrintOrder) -> dict[str, list]:
    """The chosen papers; StateConflict while the set is sealed."""
    layouts = assembly.layouts_of(paper_set)
    return {code: layouts[code] for code in orders.chosen(order, sorted(layouts))}


def _texts(layouts: dict[str, list]) -> dict[int, Text]:
    versions = bank.get_versions({entry["version"] for layout in layouts.values() for entry in layout})
    return {
        at: Text(at, one.item.kind, one.stem, one.content, one.media) for at, one in versions.items()
    }  # fmt: skip


def load_picture(public_id: str) -> Loaded | None:
    """A picture of the bank; None where there is none."""
    try:
        media = bank.get_media(public_id)
    except NotFound:
        return None
    return Loaded(media.media_type, media.width, media.height, media.body)


def _problems(layouts: dict[str, list], collector: Collector) -> list[tuple[str, int, str]]:
    """Where something was printed otherwise than it is meant: the first place of every item that has a problem."""
    found: dict[tuple[int, str], tuple[str, int, str]] = {}
    for code, layout in layouts.items():
        for number, entry in enumerate(layout, start=1):
            for problem in sorted(collector.problems.get(entry["version"], ())):
                found.setdefault((entry["version"], problem), (code, number, problem))
    return list(found.values())


def _common(wants: dict[str, list]) -> list:
    try:
        return answer_sheets.common_wants(wants.values())
    except answer_sheets.Unlike:
        raise StateConflict(
            _("The papers ask for different kinds of answers under the same number. Print the sheets code by code.")
        ) from None


def _refuse_long(wants: dict[str, list]) -> None:
    if any(len(rows) > answer_sheets.MOST_QUESTIONS for rows in wants.values()):
        raise StateConflict(
            _("An answer sheet holds %(most)s questions at most.", most=answer_sheets.MOST_QUESTIONS)
        )  # fmt: skip
