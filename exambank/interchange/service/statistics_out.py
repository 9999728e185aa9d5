"""Item statistics out: the tables of an exam's report."""

from exambank.analysis import service as analysis
from exambank.analysis.service import comparing, tables
from exambank.errors import NotFound
from exambank.exams.models import Exam
from exambank.interchange.workbook import Table
from exambank.permissions import Actor


def statistics_tables(actor: Actor, exam: Exam) -> list[Table]:
    """The whole report of the newest run as sheets; NotFound while there is none."""
    report = _report(exam)
    return [_table(sheet) for sheet in tables.sheets(report, comparing.compare_groups(actor, report.run))]


def statistics_items(exam: Exam) -> Table:
    """A row for each item with its options, as the newest run found it; NotFound while there is none."""
    return _table(tables.flat_items_sheet(_report(exam)))


def _report(exam: Exam) -> analysis.Report:
    report = analysis.get_report(exam)
    if report is None:
        raise NotFound()
    return report


def _table(sheet: tables.Sheet) -> Table:
    return Table(sheet.name, sheet.headers, sheet.rows, sheet.titles, sheet.widths)
