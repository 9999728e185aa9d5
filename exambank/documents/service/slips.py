"""Phiếu thi: the papers of a set with oral questions, one a slip, two a sheet. They are secret until they are drawn."""

import re
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from exambank import audit, text
from exambank.assembly.models import ExamPaper, PaperSet
from exambank.bank import rules as bank_rules
from exambank.bank import service as bank
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import Item, ItemVersion
from exambank.courses import service as courses
from exambank.db import db, unit_of_work
from exambank.documents import rules
from exambank.documents.service import wording
from exambank.documents.service.printing import Printed
from exambank.documents.typesetting import typeset
from exambank.errors import StateConflict
from exambank.permissions import Actor, Permission, allows

_LINE_ENDS = re.compile(r"</(?:p|li|tr|h3|h4|blockquote)>|<br ?/?>")


def _spoken_versions(course_module_id: int | None = None) -> dict[int, int]:
    """Versions of items that are answered aloud, with their course modules."""
    spoken = [kind for kind, interaction in REGISTRY.items() if interaction.family == "spoken"]
    query = select(ItemVersion.id, Item.course_module_id).join(Item, Item.id == ItemVersion.item_id)
    query = query.where(Item.kind.in_(spoken))
    if course_module_id is not None:
        query = query.where(Item.course_module_id == course_module_id)
    return dict(db.session.execute(query).all())


def has_slips(paper_set: PaperSet) -> bool:
    """Whether the papers of this set hold a question that is answered aloud."""
    return _holds(paper_set, _spoken_versions(paper_set.course_module_id))


def _holds(paper_set: PaperSet, spoken: dict[int, int]) -> bool:
    return any(entry["version"] in spoken for paper in paper_set.papers for entry in paper.layout)


def list_slip_sets(actor: Actor) -> list[PaperSet]:
    """Approved sets with oral questions whose papers this person may see, the newest first."""
    spoken = _spoken_versions()
    query = (
        select(PaperSet)
        .where(PaperSet.state == "approved", PaperSet.course_module_id.in_(set(spoken.values())))
        .options(selectinload(PaperSet.papers), joinedload(PaperSet.course_module))
        .order_by(PaperSet.id.desc())
        .limit(100)
    )
    found = db.session.execute(query).scalars() if spoken else ()
    return [one for one in found if allows(actor, Permission.PAPERS_SEE, one) and _holds(one, spoken)]


def print_slips(*, actor: Actor, now: datetime, paper_set: PaperSet) -> Printed:
    """All slips of an approved set as one PDF; the act is recorded, for it shows every paper."""
    if paper_set.state != "approved":
        raise StateConflict(_("These papers are not approved. Choose an approved set."))
    if not has_slips(paper_set):
        raise StateConflict(_("No question of these papers is answered aloud: there are no slips to print."))
    content = content_of(paper_set)
    code = rules.check_code(content)
    printed = f"exambank, in lúc {wording.local(now):%H:%M} ngày {wording.local(now):%d/%m/%Y}."
    body = typeset("slips", {**content, "printed": printed, "code": rules.show_code(code)}, now)
    with unit_of_work():
        audit.record(
            actor, "document.printed", paper_set, kind="slips", code=code, copy=1, papers=len(paper_set.papers)
        )
    return Printed(body, rules.file_name("phieu thi", text.search_key(paper_set.name)), code)


def content_of(paper_set: PaperSet) -> dict:
    """What stands on the slips of a set."""
    module = paper_set.course_module
    versions = bank.get_versions({entry["version"] for paper in paper_set.papers for entry in paper.layout})
    return {
        "title": f"Phiếu thi {module.name}",
        "school": courses.school().name,
        "module": f"{module.name} ({module.code})",
        "minutes": _minutes(versions),
        "slips": [_slip(paper, versions) for paper in paper_set.papers],
    }


def _slip(paper: ExamPaper, versions: dict[int, ItemVersion]) -> dict:
    """The questions that are answered aloud, and nothing else of them: no expected points, no further questions."""
    return {
        "code": paper.code,
        "questions": [
            {
                "number": str(number),
                "points": text.format_points(bank_rules.read_number(str(entry["points"])), "vi", 0),
                "lines": [rules.soften(line) for line in _lines(versions[entry["version"]].stem) if line],
            }
            for number, entry in enumerate(paper.layout, start=1)
            if REGISTRY[versions[entry["version"]].item.kind].family == "spoken"
        ],
    }


def _lines(stem: str) -> list[str]:
    return [bank_rules.plain_text(piece).strip() for piece in _LINE_ENDS.split(stem)]


def _minutes(versions: dict[int, ItemVersion]) -> str:
    """The longest time that a question of the set allows to prepare, and to answer."""
    hints = [version.content.get("hints") or {} for version in versions.values()]
    prepare = max((hint.get("preparation_minutes") or 0 for hint in hints), default=0)
    answer = max((hint.get("answer_minutes") or 0 for hint in hints), default=0)
    said = [f"chuẩn bị {prepare} phút"] if prepare else []
    said += [f"trả lời {answer} phút"] if answer else []
    return f"Thời gian: {', '.join(said)}." if said else ""
