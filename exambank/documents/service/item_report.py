"""The report on one item of one exam: what its page shows, on paper, in the language of who reads it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import format_date, format_datetime, get_locale
from flask_babel import gettext as _

from exambank import audit, text
from exambank.analysis import service as analysis
from exambank.analysis.models import AnalysisItem
from exambank.analysis.service import reviewing, scales, wording
from exambank.analysis.service.drawings import pictures_of
from exambank.bank import service as bank
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import ItemVersion
from exambank.courses import service as courses
from exambank.db import unit_of_work
from exambank.documents import rules
from exambank.documents.papers import questions
from exambank.documents.papers.collecting import Collector
from exambank.documents.service import item_parts
from exambank.documents.service.drawings import alt_of, on_paper
from exambank.documents.service.paper_setting import load_picture
from exambank.documents.service.printing import Printed, count_printings
from exambank.documents.service.wording import local
from exambank.documents.typesetting import SECONDS, typeset_papers
from exambank.permissions import Actor, Permission, allows

KIND = "item_statistics"
WIDTH = 170.0  # of the page, in millimetres: room for the pictures of the item


def print_item_statistics(*, actor: Actor, now: datetime, item: AnalysisItem) -> Printed:
    """Set the report of an item as the newest run of its exam found it, and record the printing."""
    content, shown = item_contents(actor, item)
    run, version = item.run, item.item_version
    code, copy = rules.check_code(content), 1 + count_printings(run, KIND, version=version.public_id)
    body, _broken = typeset_papers(
        KIND, {**content, **_stamp(actor, content, now, code, copy)}, shown, now, seconds=SECONDS, is_tagged=True
    )
    with unit_of_work():
        audit.record(
            actor, "document.printed", run, kind=KIND, code=code, copy=copy, exam=run.exam.public_id,
            version=version.public_id,
        )  # fmt: skip
    name = text.search_key(_("item report")), version.item.code, f"v{version.number}", run.exam.session_code
    return Printed(body, rules.file_name(*name), code)


def item_contents(actor: Actor, item: AnalysisItem) -> tuple[dict[str, Any], dict[str, str]]:
    """Everything the check code covers, and the pictures of the item; its text only for who may see it in the bank."""
    version, school = item.item_version, courses.school()
    collector = Collector(load_picture, WIDTH)
    may_read = allows(actor, Permission.ITEM_SEE, version)
    question = _question(version, collector) if may_read else None
    texts = _option_texts(version, collector) if may_read else None
    curve = scales.curve_of(item)
    pooled = analysis.pool_versions([one.id for one in version.item.versions], item.course_module_id)
    report = analysis.get_item_report(item)
    drawn = pictures_of(report, pooled.get(version.id))
    content = {
        "kind": KIND,
        "lang": get_locale().language,
        "title": _("REPORT ON AN ITEM"),
        "subtitle": _subtitle(item),
        "header": {"governing_body": school.governing_body.upper(), "school": school.name.upper()},
        "facts": _facts(item, may_read),
        "verdict": _verdict(item),
        "question": question,
        "sections": [
            *item_parts.findings(item), *item_parts.options(item, texts), *item_parts.questions(item),
            *item_parts.indices(item), *item_parts.exams(item, drawn, pooled.get(version.id), report.exams),
            *item_parts.versions([(one, pooled.get(one.id)) for one in _told(version, pooled)], version.id),
            *item_parts.charts(item, drawn, curve), *item_parts.behind_charts(drawn),
        ],
        "drawings": {name: [on_paper(one.svg), alt_of(one.svg)] for name, one in drawn.items()},
        "sources": _sources(item),
        "words": _words(may_read),
        "formulas": collector.formulas,
        "is_damaged": version.id in collector.problems,
        "broken": {"formulas": [], "pictures": []},
    }  # fmt: skip
    return content, collector.pictures


def _told(version: ItemVersion, pooled: Mapping[int, Any]) -> list[ItemVersion]:
    """The versions that exams gave, and this one."""
    return [one for one in version.item.versions if one.id in pooled or one.id == version.id]


# --- what it is about ---


def _subtitle(item: AnalysisItem) -> list[str]:
    exam, version = item.run.exam, item.item_version
    module = f"{exam.course_module.name} ({exam.course_module.code})"
    cohort = f", {exam.offering.cohort.name}" if exam.offering else ""
    named = _("Item %(code)s, version %(number)s", code=version.item.code, number=version.number)
    return [rules.soften(line) for line in (named, exam.title, module + cohort)]


def _facts(item: AnalysisItem, may_read: bool) -> list[list[str]]:
    bank_item = item.item_version.item
    pairs = [
        [_("Exam held on"), format_datetime(item.run.exam.opens_at, "dd/MM/yyyy")],
        [_("Candidates who were given it"), str(item.n)],
        [_("Type"), REGISTRY[bank_item.kind].label()],
    ]
    if may_read:
        outcome = bank_item.outcome
        known = [
            (_("Level"), bank_item.level and bank_item.level.name),
            (_("Topic"), bank_item.topic and bank_item.topic.name),
            (_("Learning outcome"), outcome and f"{outcome.code}. {outcome.text}"),
            (_("State in the bank"), bank.state_label(bank_item.state)),
        ]
        pairs += [[name, rules.soften(words)] for name, words in known if words]
    review = _review(item)
    return [*pairs, [_("Review"), review]] if review else pairs


def _review(item: AnalysisItem) -> str:
    """How the suspicion stands in the bank; nothing where there is none."""
    suspect = next(iter(reviewing.suspects_in([item])), None)
    if suspect is None:
        return ""
    if suspect.concern is not None:
        opened = format_datetime(suspect.concern.opened_at, "dd/MM/yyyy")
        return _("being looked at again since %(date)s", date=opened)
    return _("nobody looks at it yet") if suspect.is_in_force else _("this text is out of use")


def _verdict(item: AnalysisItem) -> list[str]:
    """The findings are told one by one below; without any the verdict says why it is what it is."""
    verdict = wording.item_verdict(item)
    return [verdict.strong, "" if item.figures["flags"] else verdict.text, verdict.note]


def _question(version: ItemVersion, collector: Collector) -> dict[str, Any]:
    """The text as papers print it, in the written order, and its key in words where no table of options shows it."""
    interaction = REGISTRY[version.item.kind]
    fragment = interaction.fragment(version.stem, version.content, version.media)
    arranged = interaction.arrange(fragment, interaction.tokens_of(fragment))
    question = questions.compose("", None, version.id, version.content, arranged, collector)
    has_table = question["sort"] in {"choice", "cluster"}
    key = [] if has_table else [list(pair) for pair in interaction.describe_key(version.content)]
    return {**question, "has_table": has_table, "key": key}


def _option_texts(version: ItemVersion, collector: Collector) -> dict[str, list]:
    rows = version.content.get("options") or []
    return {row["token"]: collector.tree(version.id, row["html"], share=0.4) for row in rows}


# --- words of the page, and what belongs to this printing alone ---


def _words(may_read: bool) -> dict[str, Any]:
    return {
        "text": _("The item"),
        "key": _("Key and marking guide"),
        "hidden": "" if may_read else _("The text of the item is shown to those who may see it in the bank."),
        "damaged": _("Some of the text could not be printed as it is: see the item in the bank."),
        "lists": [_("Column I"), _("Column II")],
        "people": [_("Report prepared by"), _("Head of examinations"), _("Head of department")],
        "sign": _("(signature and full name)"),
    }


def _sources(item: AnalysisItem) -> str:
    run = item.run
    return _(
        "From the answers of %(n)s candidates. Formulas: %(formulas)s. Data: %(data)s. Run: %(run)s, computed %(at)s.",
        n=item.n, formulas=run.formulas, data=run.data_hash[:24], run=run.public_id,
        at=format_datetime(run.finished_at, "HH:mm dd/MM/yyyy"),
    )  # fmt: skip


def _stamp(actor: Actor, content: Mapping[str, Any], now: datetime, code: str, copy: int) -> dict[str, Any]:
    at, place = local(now), courses.school().place
    day = format_date(at.date(), "d MMMM y")
    place_date = rules.place_date(place, at) if content["lang"] == "vi" else ", ".join(filter(None, [place, day]))
    printed = _(
        "exambank, printed by %(name)s at %(time)s on %(date)s, copy %(copy)s.",
        name=actor.full_name, time=f"{at:%H:%M}", date=f"{at:%d/%m/%Y}", copy=copy,
    )  # fmt: skip
    return {
        "header": {**content["header"], "place_date": place_date},
        "foot": {
            "printed": printed,
            "code": rules.show_code(code),
            "head": audit.head().short,
            "mark": _("For internal use: it tells the key of a question."),
            "words": {"code": _("Check code"), "head": _("Head of the audit chain"), "page": _("Page")},
        },
    }
