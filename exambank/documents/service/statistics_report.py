"""The report on an exam and its items for the office: what the page shows, on paper, in Vietnamese."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from exambank import audit
from exambank.analysis import service as analysis
from exambank.analysis.models import AnalysisItem
from exambank.analysis.service import comparing, flags, tables, wording
from exambank.analysis.service.drawings import drawings_of
from exambank.courses import service as courses
from exambank.db import unit_of_work
from exambank.documents import rules
from exambank.documents.service.contents import module_word
from exambank.documents.service.drawings import on_paper
from exambank.documents.service.printing import Printed, count_printings, stamp_of
from exambank.documents.service.wording import date_of
from exambank.documents.typesetting import typeset
from exambank.errors import StateConflict
from exambank.exams.models import Exam
from exambank.permissions import Actor

KIND = "statistics_report"
TITLE = "BÁO CÁO PHÂN TÍCH BÀI THI VÀ CÂU HỎI"


def print_statistics(*, actor: Actor, now: datetime, exam: Exam) -> Printed:
    """Set the report of the newest run and record the printing; StateConflict while there is no run."""
    report = analysis.get_report(exam)
    if report is None:
        raise StateConflict(_("This exam is not analysed yet. The analysis runs by itself after the exam is marked."))
    with force_locale("vi"):
        content = statistics_contents(actor, report)
    code, copy = rules.check_code(content), 1 + count_printings(report.run, KIND)
    body = typeset(KIND, {**content, **stamp_of(content, now, code, copy)}, now)
    with unit_of_work():
        audit.record(actor, "document.printed", report.run, kind=KIND, code=code, copy=copy, exam=exam.public_id)
    return Printed(body, rules.file_name("bao-cao-phan-tich", exam.course_module.code, exam.session_code), code)


def statistics_contents(actor: Actor, report: analysis.Report) -> dict[str, Any]:
    """Everything the check code covers; to be asked for in Vietnamese, whatever the reader's language is."""
    run, school = report.run, courses.school()
    exam, found = run.exam, comparing.compare_groups(actor, report.run)
    marks = [row.mark for row in comparing.marks_of(exam)]
    verdict = wording.exam_verdict(run, report.items)
    return {
        "kind": KIND,
        "title": TITLE,
        "subtitle": _subtitle(exam, module_word(school)),
        "header": {"governing_body": school.governing_body.upper(), "school": school.name.upper()},
        "facts": _facts(report),
        "verdict": [verdict.strong, verdict.text, verdict.note],
        "bands": _bands(report),
        "drawings": {name: on_paper(svg) for name, svg in drawings_of(report, marks).items()},
        "reliability": [
            line for line in (wording.reliability_sentence(run.summary), wording.speed_sentence(run.summary)) if line
        ],
        "further": [
            [one.name, wording.show_number(value)]
            for one, value, _reason in tables.further_rows(run.summary)
            if value is not None
        ],
        "reviews": [_said(item) for item in report.items if flags.reviews_in(item.figures)],
        "items": [_item(item) for item in report.items],
        "groups": _groups(found),
        "warning": _warning(found),
        "explained": tables.explanations_sheet().rows,
        "sources": f"Lần tính {run.public_id}; công thức: {run.formulas}; mã băm dữ liệu: {run.data_hash[:24]}.",
    }  # fmt: skip


def _subtitle(exam: Exam, word: str) -> list[str]:
    cohort = f", {exam.offering.cohort.name}" if exam.offering else ""
    module = f"{word.capitalize()}: {exam.course_module.name} ({exam.course_module.code}){cohort}"
    return [rules.soften(exam.title), rules.soften(module)]


def _facts(report: analysis.Report) -> list[list[str]]:
    run, summary, show = report.run, report.run.summary, wording.show_number
    marked = sum(summary["bands"])
    passed = f"{summary['passing']} ({wording.show_percent(summary['passing'] / marked)})" if marked else "0"
    return [
        ["Ngày thi", date_of(run.exam.opens_at)],
        ["Số thí sinh có điểm", str(marked)],
        ["Số câu hỏi", str(summary["n_items"])],
        [f"Đạt từ {show(float(summary['pass_mark']), 1)} điểm", passed],
        ["Điểm trung bình", show(summary["mean"])],
        ["Độ lệch chuẩn", show(summary["sd"])],
        ["Trung vị", show(summary["median"])],
        ["Thấp nhất, cao nhất", f"{show(summary['min'])}; {show(summary['max'])}"],
    ]


def _bands(report: analysis.Report) -> list[list[str]]:
    summary = report.run.summary
    total = sum(summary["bands"])
    return [
        [label, str(count), wording.show_percent(count / total if total else None)]
        for label, count in zip(wording.band_labels(summary), summary["bands"], strict=True)
    ]


def _said(item: AnalysisItem) -> list[str]:
    reasons = [wording.flag_sentence(item, flag) for flag in flags.reviews_in(item.figures)]
    return [rules.soften(item.item_version.item.code), *(rules.soften(reason) for reason in reasons)]


def _item(item: AnalysisItem) -> list[str]:
    figures, show = item.figures, wording.show_number
    return [
        rules.soften(item.item_version.item.code), str(item.n),
        show(figures["difficulty"]), _ends(figures["difficulty_ci"]), wording.difficulty_label(figures["difficulty"]),
        show(figures["d27"]), wording.discrimination_label(figures["d27"]),
        show(figures["item_rest"]), _ends(figures["item_rest_ci"]),
        "; ".join(wording.flag_label(flag["code"]) for flag in figures["flags"]),
    ]  # fmt: skip


def _ends(ends: Sequence[float] | None) -> str:
    return f"{wording.show_number(ends[0])} – {wording.show_number(ends[1])}" if ends else ""


def _groups(found: comparing.Comparison) -> list[list[str]]:
    """Papers, classes and genders where there are several; of a small group only how many it has."""
    parts = [("Mã đề", found.papers), ("Lớp", found.classes), ("Giới tính:", found.genders)]
    return [_group(kind, group) for kind, groups in parts if len(groups) > 1 for group in groups]


def _group(kind: str, group: comparing.Compared) -> list[str]:
    show = wording.show_number
    name = rules.soften(f"{kind} {group.label}" if group.label else "Không thuộc lớp nào")
    difference = group.difference
    return [
        name, str(group.n), show(group.mean), _ends(group.mean_ci), wording.show_percent(group.pass_share),
        ("+" if difference is not None and difference > 0 else "") + show(difference),
        tables.verdict_label(group.verdict),
    ]  # fmt: skip


def _warning(found: comparing.Comparison) -> str:
    said = "Nhóm dưới 10 thí sinh chỉ ghi số lượng; dưới 20 thí sinh không kết luận."
    if found.do_papers_differ:
        said += " Các đề gồm những câu hỏi khác nhau: điểm chênh lệch có thể do đề, không phải do thí sinh."
    return said
