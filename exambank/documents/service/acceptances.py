"""Minutes of an act of acceptance (biên bản nghiệm thu ngân hàng câu hỏi), from what the act itself keeps.

Nothing is read from the bank as it stands now: the minutes of an old act come out the same whenever they are printed.
"""

import json
from collections import Counter
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import select

from exambank import audit
from exambank.audit import AuditDetail, AuditEvent
from exambank.bank import rules as bank_rules
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import BankAcceptance
from exambank.courses import service as courses
from exambank.db import db, unit_of_work
from exambank.documents import rules
from exambank.documents.service import wording
from exambank.documents.service.contents import module_word
from exambank.documents.service.printing import VERB, Printed, stamp_of
from exambank.documents.typesetting import typeset
from exambank.permissions import Actor

KIND = "acceptance_minutes"
TITLE = "BIÊN BẢN NGHIỆM THU NGÂN HÀNG CÂU HỎI"
COLUMNS = 3
KINDS = {
    "single_choice": "Một lựa chọn đúng", "multiple_choice": "Nhiều lựa chọn đúng", "true_false": "Đúng/sai",
    "true_false_cluster": "Chùm đúng/sai", "short_text": "Trả lời ngắn", "numeric": "Điền số",
    "matching": "Ghép đôi", "ordering": "Sắp xếp thứ tự", "fill_in": "Điền khuyết", "essay": "Tự luận",
    "oral": "Vấn đáp", "case": "Tình huống",
}  # fmt: skip


def acceptance_contents(act: BankAcceptance) -> dict[str, Any]:
    """Everything the check code covers: the minutes without the time of their printing."""
    school, module = courses.school(), act.course_module
    held = wording.local(act.held_at)
    word = module_word(school)
    return {
        "kind": KIND,
        "title": TITLE,
        "subtitle": [rules.soften(f"{word.capitalize()}: {module.name} ({module.code})"), f"Lần thứ {act.number}"],
        "header": {"governing_body": school.governing_body.upper(), "school": school.name.upper()},
        "opening": f"Hôm nay, hồi {held:%H:%M} ngày {held:%d/%m/%Y}, hội đồng nghiệm thu ngân hàng câu hỏi {word} "
        f"{rules.soften(module.name)} họp và lập biên bản với nội dung sau đây.",
        "council": [
            ["Chủ tịch hội đồng", rules.soften(act.chair)],
            ["Thư ký", rules.soften(act.secretary)],
            *(["Ủy viên", rules.soften(name)] for name in act.members),
        ],
        "counts": _counts(act),
        "ratio": _ratio(act),
        **_table(act),
        "total": str(act.counts["total"]),
        "conclusion": [rules.soften(line) for line in act.conclusion.splitlines() if line.strip()],
        "items": _item_rows(act),
        "seal": rules.show_code(_seal(act)),
        "changes": _changes(act),
    }


def _kind(kind: str) -> str:
    return KINDS.get(kind) or (REGISTRY[kind].label() if kind in REGISTRY else kind)


def _counts(act: BankAcceptance) -> list[list[str]]:
    counts = act.counts
    found = [["Tổng số câu được nghiệm thu", str(counts["total"])]]
    if act.change_ratio is None:
        return [*found, ["Lần nghiệm thu", "đầu tiên"]]
    return [
        *found,
        ["Giữ nguyên", str(counts["kept"])],
        ["Câu mới", str(counts["new"])],
        ["Câu sửa nội dung", str(counts["changed"])],
        ["Câu đưa ra khỏi ngân hàng", str(counts["retired"])],
        ["Số câu lần nghiệm thu trước", str(counts["before"])],
    ]


def _table(act: BankAcceptance) -> dict[str, Any]:
    """Counts with a row for each kind of each topic and a column for each level."""
    cells = [(topic, kind, level or "Chưa xếp", count) for topic, level, kind, count in act.counts.get("table", [])]
    known = dict.fromkeys(level for level in act.counts.get("levels", []))
    levels = [*known, *(level for level in dict.fromkeys(cell[2] for cell in cells) if level not in known)]
    rows: dict[tuple[str, str], Counter] = {}
    for topic, kind, level, count in cells:
        rows.setdefault((topic, kind), Counter())[level] += count
    topics: dict[str, list[list[str]]] = {}
    for (topic, kind), counts in rows.items():
        line = [_kind(kind), *(str(counts[level] or "") for level in levels), str(counts.total())]
        topics.setdefault(topic, []).append(line)
    sums = Counter()
    for counts in rows.values():
        sums.update(counts)
    return {
        "levels": [rules.soften(level) for level in levels],
        "topics": [
            {"name": rules.soften(topic or "Chưa xếp nội dung"), "rows": lines} for topic, lines in topics.items()
        ],
        "sums": [str(sums[level]) for level in levels],
    }


def _ratio(act: BankAcceptance) -> str:
    if act.change_ratio is None:
        return ""
    share = f"{act.change_ratio * 100:.1f}".replace(".", ",").removesuffix(",0")
    limit = act.counts.get("limit", 30)
    over = act.change_ratio * 100 > limit
    verdict = "vượt" if over else "không vượt"
    due = "; phải thực hiện lại toàn bộ quy trình nghiệm thu" if over else ""
    return f"Tỷ lệ thay đổi so với lần nghiệm thu trước: {share} %, {verdict} mức {limit} %{due}."


def _item_rows(act: BankAcceptance) -> list[list[str]]:
    cells = [[rules.soften(code), str(number), digest[:8]] for _key, code, number, digest in act.items]
    cells += [["", "", ""]] * (-len(cells) % COLUMNS)
    return [list(chain.from_iterable(cells[at : at + COLUMNS])) for at in range(0, len(cells), COLUMNS)]


def _seal(act: BankAcceptance) -> str:
    """The fingerprint of the whole list, as the audit chain has it."""
    return bank_rules.content_hash("bank", {"items": act.items})[: rules.CODE_LENGTH].upper()


def _changes(act: BankAcceptance) -> list[list[str]]:
    if act.change_ratio is None:
        return []
    names = {"new": "Câu mới", "changed": "Câu sửa nội dung", "gone": "Câu đưa ra khỏi ngân hàng"}
    changes = act.counts.get("changes", {})
    return [[label, ", ".join(changes[name])] for name, label in names.items() if changes.get(name)]


def print_acceptance(*, actor: Actor, now: datetime, act: BankAcceptance) -> Printed:
    """Set the minutes of an act and record the printing."""
    content = acceptance_contents(act)
    code, copy = rules.check_code(content), 1 + _count_printings(act)
    body = typeset(KIND, {**content, **stamp_of(content, now, code, copy)}, now)
    with unit_of_work():
        audit.record(actor, "document.printed", act, kind=KIND, code=code, copy=copy)
    return Printed(body, rules.file_name("bien-ban-nghiem-thu", act.course_module.code, str(act.number)), code)


def _count_printings(act: BankAcceptance) -> int:
    query = (
        select(AuditDetail.details)
        .join(AuditEvent, AuditEvent.number == AuditDetail.number)
        .where(AuditEvent.verb == VERB, AuditEvent.thing == f"{act.__tablename__}:{act.public_id}")
    )
    return sum(json.loads(details)["kind"] == KIND for details in db.session.scalars(query))
