"""Minutes of acts about papers (drawing by lot, sealing and opening) and the matrix: what names no question."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from exambank import audit, text
from exambank.accounts.models import User
from exambank.assembly import service as assembly
from exambank.assembly.models import ExamBlueprint, PaperLot, PaperSet
from exambank.courses import service as courses
from exambank.courses.models import CourseModule
from exambank.db import db, unit_of_work
from exambank.documents import rules
from exambank.documents.papers.questions import points_words
from exambank.documents.service import wording
from exambank.documents.service.acceptances import KINDS
from exambank.documents.service.contents import module_word
from exambank.documents.service.printing import Printed, stamp_of
from exambank.documents.typesetting import typeset
from exambank.errors import StateConflict
from exambank.permissions import Actor

GROUP = 8
DRAW_SIGNERS = ("Chủ tịch hội đồng", "Người bốc thăm", "Người chứng kiến", "Thư ký")
SEAL_SIGNERS = ("Người niêm phong", "Người giữ khóa 1", "Người giữ khóa 2", "Người chứng kiến")
SOURCES = {"dealt": "lập từ ma trận", "whole": "soạn nguyên đề", "file": "đề đưa vào bằng tệp"}
MODES = {
    "holders": "hai trong số những người giữ khóa cùng mở",
    "clock": "máy chủ tự mở theo giờ đã định",
    "none": "không niêm phong (đề luyện tập)",
    "desk": "chưa phê duyệt, khóa bằng khóa của máy chủ",
}
FORMULA = (
    "Cách bốc: với mỗi phong bì, chuỗi MÃ BỐC THĂM/SỐ PHONG BÌ được băm bằng SHA-256; phong bì có dãy hệ 16 đứng trước "
    "(0 trước 9, 9 trước a) được dùng, phong bì kế tiếp là đề dự phòng thứ nhất, cứ như vậy. Ai cũng có thể bốc lại "
    "bằng mã bốc thăm và được đúng kết quả này."
)


@dataclass(frozen=True)
class Table:
    """A table of an act: a width of 0 takes the rest of the line."""

    widths: Sequence[int] = ()
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str | list[str]]] = ()


_NO_TABLE = Table()


def print_draw_minutes(*, actor: Actor, now: datetime, lot: PaperLot) -> Printed:
    """Biên bản bốc thăm: seed, envelopes with their fingerprints, witnesses. StateConflict before the draw."""
    if lot.drawn_at is None:
        raise StateConflict(_("This lot has not been drawn yet: its minutes are printed after the draw."))
    return _print(actor, now, "draw_minutes", lot, draw_contents(lot), lot.name)


def print_seal_minutes(*, actor: Actor, now: datetime, paper_set: PaperSet) -> Printed:
    """Biên bản niêm phong, và mở niêm phong once it is opened. StateConflict before approval."""
    if paper_set.seal is None or paper_set.approved_at is None:
        raise StateConflict(_("These papers are not sealed yet: the minutes are printed after approval."))
    return _print(actor, now, "seal_minutes", paper_set, seal_contents(paper_set), paper_set.name)


def print_matrix(*, actor: Actor, now: datetime, blueprint: ExamBlueprint) -> Printed:
    """Ma trận đề and bảng đặc tả of a blueprint."""
    return _print(actor, now, "matrix", blueprint, matrix_contents(blueprint), blueprint.name)


def _print(actor: Actor, now: datetime, kind: str, thing: Any, content: dict, name: str) -> Printed:
    code = rules.check_code(content)
    body = typeset(kind, {**content, **stamp_of(content, now, code, 1)}, now)
    with unit_of_work():
        audit.record(actor, "document.printed", thing, kind=kind, code=code, copy=1)
    return Printed(body, rules.file_name(text.search_key(content["title"]), text.search_key(name)), code)


def draw_contents(lot: PaperLot) -> dict[str, Any]:
    """What the minutes of a draw say; the envelopes are named by number and fingerprint."""
    with force_locale("vi"):
        facts = assembly.minutes_facts(lot)
    held = wording.local(facts.drawn_at)
    used, reserves = facts.used, facts.reserves
    result = [["Đề được sử dụng", f"phong bì số {used.number} ({used.name})" if used else "không có"]]
    result += [
        [f"Đề dự phòng {at}", f"phong bì số {one.number} ({one.name})"] for at, one in enumerate(reserves, start=1)
    ]
    return {
        **_head("draw_minutes", "BIÊN BẢN BỐC THĂM ĐỀ THI", lot.name, lot.course_module),
        "opening": f"Hôm nay, hồi {held:%H:%M} ngày {held:%d/%m/%Y}, việc bốc thăm đề thi "
        f"{rules.soften(facts.module)} được tiến hành trước những người chứng kiến như sau.",
        "parts": [
            _part("I. Thành phần", [["Người bốc thăm", facts.drawn_by], *_witnesses(facts.witnesses)]),
            _part("II. Các phong bì đề trước khi bốc", table=_envelopes(facts.envelopes)),
            _part(
                "III. Bốc thăm",
                [["Mã bốc thăm", facts.seed, "code"],
                 ["Nguồn của mã", "nhập trước người chứng kiến" if facts.is_seed_typed else "máy chủ sinh ngẫu nhiên"]],
                lines=[FORMULA],
            ),
            _part("IV. Kết quả", result, table=_digests(facts.ordered)),
            *_set_asides(facts.envelopes),
        ],
        "closing": "Biên bản đã được đọc cho mọi người có tên trên nghe, thống nhất nội dung và ký tên.",
        "signers": list(DRAW_SIGNERS),
    }  # fmt: skip


def seal_contents(paper_set: PaperSet) -> dict[str, Any]:
    """What the minutes of sealing and opening say: hashes, ways, names, times; nothing of a question."""
    seal, module = paper_set.seal, paper_set.course_module
    held = wording.local(paper_set.approved_at)
    holders = [
        [str(at), one.holder_key.user.full_name, _moment(one.holder_key.rehearsed_at)]
        for at, one in enumerate(seal.holders, start=1)
    ]
    opened = []
    if seal.opened_at is not None and seal.mode != "none":
        facts = [["Mở lúc", _moment(seal.opened_at)], ["Người mở", ", ".join(_people(seal.opened_by))]]
        facts += [["Lý do mở trước giờ", seal.reason]] if seal.reason else []
        facts += [["Mã rút đề (công bố khi mở)", paper_set.seed, "code"]] if paper_set.seed else []
        opened = [_part("IV. Mở niêm phong", facts)]
    planned = [["Giờ mở dự kiến", _moment(seal.opens_at)]] if seal.opens_at else []
    title = "BIÊN BẢN MỞ NIÊM PHONG ĐỀ THI" if opened else "BIÊN BẢN NIÊM PHONG ĐỀ THI"
    return {
        **_head("seal_minutes", title, paper_set.name, module),
        "opening": f"Hồi {held:%H:%M} ngày {held:%d/%m/%Y}, bộ đề thi {rules.soften(module.name)} được phê duyệt và "
        "niêm phong với nội dung sau đây.",
        "parts": [
            _part("I. Bộ đề", [
                ["Tên bộ đề", paper_set.name],
                ["Nguồn", SOURCES.get(paper_set.source, paper_set.source)],
                ["Số mã đề", f"{len(paper_set.papers)} ({', '.join(paper.code for paper in paper_set.papers)})"],
                ["Người lập", paper_set.dealt_by.full_name],
                ["Người phê duyệt", paper_set.approved_by.full_name if paper_set.approved_by else ""],
            ]),
            _part("II. Mã băm (SHA-256)", [
                ["Nội dung đề", _grouped(paper_set.snapshot_hash), "code"],
                *([["Mã rút đề", _grouped(paper_set.seed_hash), "code"]] if paper_set.seed_hash else []),
            ]),
            _part("III. Niêm phong", [["Cách niêm phong", MODES[seal.mode]], *planned],
                  table=_holder_table(holders)),
            *opened,
        ],
        "closing": "Biên bản đã được đọc cho mọi người có tên trên nghe, thống nhất nội dung và ký tên.",
        "signers": list(SEAL_SIGNERS),
    }  # fmt: skip


def _holder_table(holders: list[list[str]]) -> Table:
    return Table((10, 0, 60), ("TT", "Người giữ khóa", "Thử khóa lần cuối"), holders) if holders else _NO_TABLE


def matrix_contents(blueprint: ExamBlueprint) -> dict[str, Any]:
    """The matrix: topics down, levels across, questions and points; below it the table of what each cell asks."""
    cells = sorted(blueprint.cells, key=lambda one: (*_place(one.topic), *_place(one.level), one.position))
    topics = list(dict.fromkeys(one.topic for one in cells))
    levels = list(dict.fromkeys(one.level for one in sorted(cells, key=lambda one: _place(one.level))))
    total = _worth(cells)
    rows = []
    for at, topic in enumerate(topics, start=1):
        own = [one for one in cells if one.topic is topic]
        rows.append([str(at), _named(topic), *_matrix_row(own, levels, total)])
    rows.append(["", "Tổng", *_matrix_row(cells, levels, total)])
    minutes = blueprint.duration_minutes
    return {
        **_head("matrix", "MA TRẬN ĐỀ THI VÀ BẢNG ĐẶC TẢ", blueprint.name, blueprint.course_module),
        "facts": [
            ["Số câu", str(sum(one.count for one in cells))], ["Tổng điểm", points_words(total)],
            *([["Thời gian làm bài", f"{minutes} phút"]] if minutes else []), ["Người lập", blueprint.author.full_name],
        ],
        "levels": [_named(level) for level in levels],
        "matrix": rows,
        "specification": [
            [str(at), _named(one.topic), _named(one.level), rules.soften(one.requirement), _kind(one), str(one.count),
             points_words(one.points) if one.is_scored else "không tính"]
            for at, one in enumerate(cells, start=1)
        ],
        "closing": "",
    }  # fmt: skip


def _matrix_row(cells: Sequence[Any], levels: Iterable[Any], total: Decimal) -> list[str]:
    by_level = [[one for one in cells if one.level is level] for level in levels]
    worth = _worth(cells)
    share = text.format_points((worth * 100 / total).quantize(Decimal("0.1")), "vi", 0) if total else "0"
    counts = [
        f"{sum(one.count for one in some)} câu ({points_words(_worth(some))}đ)" if some else "" for some in by_level
    ]
    return [*counts, str(sum(one.count for one in cells)), points_words(worth), f"{share}\u00a0%"]


def _worth(cells: Iterable[Any]) -> Decimal:
    return sum((one.points * one.count for one in cells if one.is_scored), Decimal("0"))


def _place(named: Any) -> tuple[bool, int]:
    return (named is None, named.position if named else 0)


def _named(thing: Any) -> str:
    return rules.soften(thing.name) if thing else "Bất kỳ"


def _kind(cell: Any) -> str:
    words = KINDS.get(cell.kind, "Câu máy chấm") if cell.kind else "Câu máy chấm"
    tags = [f"nhãn {cell.tag}"] if cell.tag else []
    tags += [f"không có nhãn {cell.not_tag}"] if cell.not_tag else []
    return ", ".join([words, *tags])


def _head(kind: str, title: str, name: str, module: CourseModule) -> dict[str, Any]:
    school = courses.school()
    word = module_word(school)
    return {
        "kind": kind,
        "title": title,
        "subtitle": [rules.soften(name), rules.soften(f"{word.capitalize()}: {module.name} ({module.code})")],
        "header": {"governing_body": school.governing_body.upper(), "school": school.name.upper()},
    }


def _part(
    title: str, facts: Sequence[list[str]] = (), lines: Sequence[str] = (), table: Table = _NO_TABLE
) -> dict[str, Any]:
    return {
        "title": title,
        "facts": [list(one) for one in facts],
        "lines": list(lines),
        "widths": list(table.widths),
        "heads": list(table.heads),
        "rows": [list(row) for row in table.rows],
    }


def _witnesses(witnesses: Iterable[Any]) -> list[list[str]]:
    return [["Người chứng kiến", ", ".join(part for part in (one.name, one.post) if part)] for one in witnesses]


def _envelopes(envelopes: Iterable[Any]) -> Table:
    rows = [
        [str(one.number), rules.soften(one.name), SOURCES.get(one.source, one.source), one.approved_by,
         [_grouped(one.snapshot_hash)]]
        for one in envelopes
    ]  # fmt: skip
    return Table((16, 44, 30, 34, 0), ("Phong bì", "Đề", "Nguồn", "Phê duyệt", "Mã băm SHA-256"), rows)


def _digests(ordered: Iterable[Any]) -> Table:
    rows = [[str(at), str(one.number), [_grouped(one.digest)]] for at, one in enumerate(ordered, start=1)]
    return Table((16, 22, 0), ("Thứ tự", "Phong bì", "Giá trị băm"), rows)


def _set_asides(envelopes: Iterable[Any]) -> list[dict[str, Any]]:
    facts = [
        [f"Phong bì số {one.number}", f"không dùng từ {_moment(one.set_aside_at)}; lý do: {one.set_aside_reason}"]
        for one in envelopes
        if one.set_aside_at
    ]
    return [_part("V. Đề không dùng, thay bằng đề dự phòng", facts)] if facts else []


def _grouped(digest: str) -> str:
    return " ".join(digest[at : at + GROUP] for at in range(0, len(digest), GROUP))


def _moment(moment: datetime | None) -> str:
    return f"{wording.time_of(moment)} ngày {wording.date_of(moment)}" if moment else ""


def _people(public_ids: Sequence[str]) -> list[str]:
    known = dict(db.session.execute(select(User.public_id, User.full_name).where(User.public_id.in_(public_ids))).all())
    return [known.get(one, "máy chủ, theo giờ đã định") for one in public_ids]
