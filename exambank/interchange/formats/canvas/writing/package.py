"""PURE. The zip that Canvas imports: a manifest, one quiz with its settings, and the pictures."""

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from lxml import etree

from exambank.bank import rules as bank_rules
from exambank.interchange.formats.canvas.choosing import share_text
from exambank.interchange.formats.canvas.parsing import read_document
from exambank.interchange.formats.canvas.writing import parts
from exambank.interchange.formats.canvas.writing.kinds import Writing, write_kind
from exambank.interchange.formats.canvas.writing.parts import NAMESPACE, Texts, element
from exambank.interchange.neutral import (
    NOTICE,
    REFUSED,
    WARNING,
    Bundle,
    Draft,
    Loss,
    Problem,
    Raw,
    UnreadableFile,
    Written,
)

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_CP = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
_META_TYPE = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
_SAFE = re.compile(r"[A-Za-z_][\w.-]{0,119}", re.ASCII)
_TOO_EARLY = (1980, 1, 1, 0, 0, 0)


@dataclass
class _Quiz:
    """The quiz while it is written."""

    texts: Texts
    items: list = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    points: Fraction = Fraction(0)
    idents: set[str] = field(default_factory=set)

    def name(self, wanted: str) -> str:
        """An ident of its own for an item: the wanted one when it may be had."""
        given = wanted if _SAFE.fullmatch(wanted) and wanted not in self.idents else ""
        number = len(self.idents) + 1
        while not given or given in self.idents:
            given, number = f"exambank_{number}", number + 1
        self.idents.add(given)
        return given


def write(bundle: Bundle) -> Written:
    """The items as a package for Canvas, and what QTI 1.2 cannot hold of them."""
    quiz = _Quiz(Texts(bundle.media))
    for index, draft in enumerate(bundle.drafts):
        _add(quiz, index, draft)
    for index, raw in enumerate(bundle.raws):
        _add_raw(quiz, index, raw)
    ident = "g" + hashlib.sha256(bundle.title.encode()).hexdigest()[:32]
    title = parts.writable(" ".join(bundle.title.split())) or "Quiz"
    files = {
        "imsmanifest.xml": _manifest(ident, title, quiz),
        f"{ident}/{ident}.xml": _assessment(ident, title, quiz),
        f"{ident}/assessment_meta.xml": _settings(ident, title, quiz),
    }
    for media_id, file in quiz.texts.used.items():
        files[f"web_resources/{parts.FOLDER}/{parts.file_name(media_id, file)}"] = file.body
    return Written(_zip(files), ".zip", "application/zip", tuple(quiz.losses))


# --- items ---


def _add(quiz: _Quiz, index: int, draft: Draft) -> None:
    missing = len(quiz.texts.missing)
    if draft.kind == "case":
        problems = _add_case(quiz, draft)
    else:
        problems = _add_one(quiz, draft, draft.stem, draft.content, quiz.name(draft.identifier), draft.points)
    problems += [Problem("picture_missing", WARNING, values={"name": name}) for name in quiz.texts.missing[missing:]]
    if draft.tags or draft.level or draft.outcome or draft.note or len(draft.topic_names) > 1:
        problems.append(Problem("canvas_labels_lost", NOTICE))
    quiz.losses.extend(Loss(index, problem) for problem in problems)


def _add_one(
    quiz: _Quiz, draft: Draft, stem: str, content: Mapping[str, Any], ident: str, points: str, kind: str = "",
    parent: str = "",
) -> list[Problem]:  # fmt: skip
    writing = Writing(quiz.texts, kind or draft.kind, content, _with_picture(draft, stem) if not kind else stem)
    if not write_kind(writing):
        return [Problem("canvas_kind_lost", REFUSED)]
    explanation = content.get("explanation", "")
    if explanation:
        writing.rules.insert(0, parts.rule(element("other"), score=None, show="general_fb", goes_on=True))
        writing.feedback.append(parts.feedback("general_fb", quiz.texts.html(explanation)))
    fields = {
        "question_type": writing.type, "points_possible": points, "parent_stimulus_item_ident": parent,
        "question_bank": draft.topic_names[0] if draft.topic_names else "", **writing.fields,
    }  # fmt: skip
    presentation = element(
        "presentation", parts.material(writing.markup or writing.html(writing.stem)), *writing.responses
    )
    quiz.items.append(
        element(
            "item",
            parts.metadata(fields),
            presentation,
            parts.processing(*writing.rules),
            *writing.feedback,
            ident=ident,
            title=parts.writable(draft.name),
        )
    )
    quiz.points += Fraction(bank_rules.read_number(points) or 1)
    return writing.losses


def _with_picture(draft: Draft, stem: str) -> str:
    """A picture that stands beside the text stands in it here."""
    if not draft.picture:
        return stem
    alt = draft.picture_alt.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return f'{stem}<p><img data-media="{draft.picture}" alt="{alt}"></p>'


def _add_case(quiz: _Quiz, draft: Draft) -> list[Problem]:
    """A text for all and its questions one by one, each with its part of the points."""
    ident = quiz.name(draft.identifier)
    fields = {"question_type": "text_only_question", "points_possible": "0"}
    text = element("presentation", parts.material(quiz.texts.html(_with_picture(draft, draft.stem))))
    questions = draft.content["questions"]
    weights = [Fraction(bank_rules.read_number(row["weight"]) or 1) for row in questions]
    whole, points = sum(weights, Fraction(0)) or Fraction(1), bank_rules.read_number(draft.points)
    quiz.items.append(element("item", parts.metadata(fields), text, ident=ident, title=parts.writable(draft.name)))
    problems = [Problem("canvas_case_split", NOTICE)]
    for row, weight in zip(questions, weights, strict=True):
        part = share_text(Fraction(points) * weight / whole) if points else share_text(weight)
        problems += _add_one(quiz, draft, row["stem"], row["content"], quiz.name(""), part, row["kind"], ident)
    if draft.content.get("explanation"):
        problems.append(Problem("canvas_case_explanation", WARNING))
    return [one for place, one in enumerate(problems) if one not in problems[:place]]


def _add_raw(quiz: _Quiz, index: int, raw: Raw) -> None:
    """An item that was kept as it came goes out as it came, when it came from this format."""
    problem = Problem("canvas_raw_lost", REFUSED)
    if raw.format == "qti12":
        try:
            document = read_document(
                b"<questestinterop xmlns='" + NAMESPACE.encode() + b"'>" + raw.body + b"</questestinterop>"
            )
        except UnreadableFile:
            document = None
        if document is not None and len(document.items) == 1 and not document.is_mended:
            quiz.items.append(document.items[0])
            quiz.idents.add(raw.identifier)
            return
    quiz.losses.append(Loss(index, problem, is_raw=True))


# --- files ---


def _assessment(ident: str, title: str, quiz: _Quiz) -> bytes:
    section = element("section", *quiz.items, ident="root_section")
    fields = element(
        "qtimetadata",
        element("qtimetadatafield", element("fieldlabel", words="cc_maxattempts"), element("fieldentry", words="1")),
    )
    assessment = element("assessment", fields, section, ident=ident, title=title)
    root = etree.Element(f"{{{NAMESPACE}}}questestinterop", nsmap={None: NAMESPACE, "xsi": _XSI})
    root.set(f"{{{_XSI}}}schemaLocation", f"{NAMESPACE} http://www.imsglobal.org/xsd/ims_qtiasiv1p2p1.xsd")
    root.append(assessment)
    etree.cleanup_namespaces(root, keep_ns_prefixes=["xsi"])
    return _bytes(root)


def _settings(ident: str, title: str, quiz: _Quiz) -> bytes:
    root = etree.Element(f"{{{_CANVAS}}}quiz", {"identifier": ident}, nsmap={None: _CANVAS})
    for name, value in (
        ("title", title), ("shuffle_answers", "false"), ("quiz_type", "assignment"),
        ("points_possible", share_text(quiz.points)), ("allowed_attempts", "1"),
    ):  # fmt: skip
        etree.SubElement(root, f"{{{_CANVAS}}}{name}").text = value
    return _bytes(root)


def _manifest(ident: str, title: str, quiz: _Quiz) -> bytes:
    root = etree.Element(f"{{{_CP}}}manifest", {"identifier": f"manifest_{ident}"}, nsmap={None: _CP})
    described = etree.SubElement(root, f"{{{_CP}}}metadata")
    etree.SubElement(described, f"{{{_CP}}}schema").text = "IMS Content"
    etree.SubElement(described, f"{{{_CP}}}schemaversion").text = "1.1.3"
    etree.SubElement(root, f"{{{_CP}}}organizations")
    resources = etree.SubElement(root, f"{{{_CP}}}resources")
    asked = _resource(resources, ident, "imsqti_xmlv1p2", f"{ident}/{ident}.xml")
    etree.SubElement(asked, f"{{{_CP}}}dependency", {"identifierref": f"{ident}_meta"})
    _resource(resources, f"{ident}_meta", _META_TYPE, f"{ident}/assessment_meta.xml")
    for media_id, file in quiz.texts.used.items():
        path = f"web_resources/{parts.FOLDER}/{parts.file_name(media_id, file)}"
        _resource(resources, f"media_{media_id.replace('-', '')}", "webcontent", path)
    return _bytes(root)


def _resource(resources, ident: str, kind: str, path: str):
    one = etree.SubElement(resources, f"{{{_CP}}}resource", {"identifier": ident, "type": kind, "href": path})
    etree.SubElement(one, f"{{{_CP}}}file", {"href": path})
    return one


def _bytes(root) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=False)


def _zip(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, body in files.items():
            archive.writestr(zipfile.ZipInfo(path, _TOO_EARLY), body, zipfile.ZIP_DEFLATED)
    return made.getvalue()
