"""Papers as Word files. They leave the house with or without keys: every download is recorded by hash."""

import hashlib
import io
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask_babel import force_locale
from flask_babel import gettext as _

from exambank import audit
from exambank.assembly import service as assembly
from exambank.assembly.models import PaperSet
from exambank.bank import service as bank
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import ItemVersion, Media
from exambank.courses import service as courses
from exambank.db import unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.exams import service as exams
from exambank.interchange.formats.word.writing.package import MEDIA_TYPE
from exambank.interchange.neutral import MediaFile
from exambank.interchange.papers import (
    Entry,
    Paper,
    PrintHead,
    arranged,
    write_key,
    write_key_table,
    write_map,
    write_paper,
)
from exambank.interchange.service.blueprints import heading_of
from exambank.interchange.service.bundles import files_of, media_of
from exambank.permissions import Actor

PAPERS, KEYS, KEY_TABLE, CODE_MAP = "papers", "keys", "key_table", "map"
PARTS = (PAPERS, KEYS, KEY_TABLE, CODE_MAP)
MOST_CODES = 200  # 20 ms of CPU each, 40 questions with formulas
CODES_WHILE_OPEN = 24  # no candidate's answer waits behind a download
MOST_PICTURES = 150 * 1024 * 1024  # bytes of pictures in all files of a download: they are in memory together
_MOMENT = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class PapersOut:
    """One Word file, or a zip of several."""

    body: bytes
    suffix: str
    media_type: str
    name: str
    untidy: tuple[str, ...] = ()  # codes of papers in which something (an odd picture) stands in words only


@dataclass(frozen=True)
class Print:
    """What a person chose: for which codes which files, and what stands around the questions."""

    codes: tuple[str, ...]
    parts: frozenset[str]
    title: str
    occasion: tuple[str, ...] = ()
    minutes: int | None = None
    may_use_materials: bool = False
    has_lines: bool = False


def usual_title(paper_set: PaperSet) -> str:
    """What stands over a paper where nobody says otherwise, in the school's word for a module."""
    with force_locale("vi"):
        return f"Đề thi kết thúc {courses.label('course_module')}"


def why_no_word(paper_set: PaperSet) -> str:
    """Why no Word files can be made of this set now; "" when they can."""
    if assembly.is_sealed(paper_set):
        return _("These papers are sealed: nobody sees them before they are opened.")
    if paper_set.state in ("waiting", "refused"):
        return _("These papers are not dealt yet.")
    if paper_set.state == "withdrawn" and not assembly.is_open(paper_set):
        return _("Withdrawn unopened: these papers stay closed for good.")
    if paper_set.source == "file":
        return _("This paper was brought as a file. Print that file.")
    return ""


def papers_as_word(*, actor: Actor, now: datetime, paper_set: PaperSet, wanted: Print) -> PapersOut:
    """The chosen files of the chosen codes. StateConflict while the set is sealed or not dealt; InvalidInput for codes
    that it does not have, more than ``MOST_CODES`` of them, or no part at all. Who took what is recorded.
    """
    reason = why_no_word(paper_set)
    if reason:
        raise StateConflict(reason)
    _check(paper_set, wanted)
    papers, media = _papers(paper_set, wanted.codes)
    if sum(len(one.body) for one in media.values()) * len(papers) > MOST_PICTURES:
        raise InvalidInput(_("The pictures of so many papers are too large for one download. Choose fewer codes."))
    files, untidy = _files(papers, _head(paper_set, wanted), media, wanted.parts)
    found = _packed(files, f"papers-{paper_set.course_module.code}", untidy)
    digest = hashlib.sha256(found.body).hexdigest()
    with unit_of_work():
        audit.record(
            actor, "papers.exported", paper_set, codes=list(wanted.codes), parts=sorted(wanted.parts), sha256=digest
        )  # fmt: skip
    return found


def _check(paper_set: PaperSet, wanted: Print) -> None:
    known = {paper.code for paper in paper_set.papers}
    if not wanted.codes or not set(wanted.codes) <= known:
        raise InvalidInput(_("Choose the paper codes."))
    if len(wanted.codes) > MOST_CODES:
        raise InvalidInput(_("At most %(most)s codes go into one download. Choose fewer.", most=MOST_CODES))
    if len(wanted.codes) > CODES_WHILE_OPEN and exams.is_any_exam_open():
        raise InvalidInput(_("An exam is running now. Until it is closed, choose at most %(most)s codes at once.",
                             most=CODES_WHILE_OPEN))  # fmt: skip
    if not wanted.parts or not wanted.parts <= set(PARTS):
        raise InvalidInput(_("Choose what the download should hold."))


def _head(paper_set: PaperSet, wanted: Print) -> PrintHead:
    heading = heading_of(paper_set.course_module)
    return PrintHead(
        heading.governing_body, heading.school, heading.department, wanted.title, heading.module, wanted.occasion,
        wanted.minutes, wanted.may_use_materials, wanted.has_lines,
    )  # fmt: skip


def _papers(paper_set: PaperSet, codes: Sequence[str]) -> tuple[list[Paper], dict[str, MediaFile]]:
    """The papers of these codes as they are dealt, and the pictures in them."""
    layouts = assembly.layouts_of(paper_set)
    versions = bank.get_versions({one["version"] for code in codes for one in layouts[code]})
    contents = {key: REGISTRY[version.item.kind].normalise(version.content) for key, version in versions.items()}
    media = media_of(versions.values())
    papers = [
        Paper(
            code, tuple(_entry(one, versions[one["version"]], contents[one["version"]], media) for one in layouts[code])
        )
        for code in codes
    ]
    return papers, files_of(media.values())


def _entry(question: Mapping, version: ItemVersion, content: Mapping, media: Mapping[int, Media]) -> Entry:
    beside = media.get(version.media_id)
    return Entry(
        version.item.kind, version.stem, arranged(version.item.kind, content, question.get("options", ())),
        Decimal(question["points"]), question.get("part", 1), version.item.code,
        beside.public_id if beside else "", beside.alt if beside else "",
    )  # fmt: skip


def _files(
    papers: Sequence[Paper], head: PrintHead, media: Mapping[str, MediaFile], parts: Collection[str]
) -> tuple[dict[str, bytes], list[str]]:
    files, untidy = {}, []
    for paper in papers:
        if PAPERS in parts:
            files[f"ma-de-{paper.code}.docx"], losses = write_paper(paper, head, media)
            untidy += [paper.code] if losses else []
        if KEYS in parts:
            files[f"dap-an-{paper.code}.docx"] = write_key(paper, head, media)
    if KEY_TABLE in parts:
        files["bang-dap-an.docx"] = write_key_table(papers, head)
    if CODE_MAP in parts:
        files["doi-chieu-ma-de.docx"] = write_map(papers, head)
    return files, untidy


def _packed(files: Mapping[str, bytes], name: str, untidy: Sequence[str]) -> PapersOut:
    if len(files) == 1:
        ((only, body),) = files.items()
        return PapersOut(body, ".docx", MEDIA_TYPE, f"{name}-{only.removesuffix('.docx')}", tuple(untidy))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path, body in files.items():
            archive.writestr(zipfile.ZipInfo(path.replace("/", "_"), _MOMENT), body)
    return PapersOut(target.getvalue(), ".zip", "application/zip", name, tuple(untidy))
