"""PURE. Items as a Moodle XML file: every kind that Moodle's own question types hold, raw ones unchanged."""

import html

from exambank.bank import rules
from exambank.bank.interactions import new_token
from exambank.interchange.formats.moodle.paths import path_of_topics, topics_of_path
from exambank.interchange.formats.moodle.pen import Pen, own_element, text_element
from exambank.interchange.formats.moodle.write_kinds import body_of
from exambank.interchange.neutral import NOTICE, REFUSED, Bundle, Draft, Loss, Problem, UnreadableFile, Written
from exambank.interchange.safety.xml import local_name, parse_xml

_LONGEST_NAME = 255
_LABELS = ("level", "outcome", "source", "source_chapter", "source_page", "contributors", "licence",
           "expected_seconds", "note", "picture_name")  # fmt: skip


def write(bundle: Bundle) -> Written:
    """One file with all items; a case is written as its questions, each with the shared text."""
    parts = ['<?xml version="1.0" encoding="UTF-8"?>', "<!-- exambank 1 -->", "<quiz>"]
    losses: list[Loss] = []
    topic: tuple[str, ...] = ()
    for index, draft in enumerate(bundle.drafts):
        if draft.topic_names != topic:
            topic = draft.topic_names
            parts.append(_category(topic))
        pen_losses, written = _questions(draft, bundle.media)
        parts += written
        losses += [Loss(index, problem) for problem in pen_losses]
    for index, raw in enumerate(bundle.raws):
        problem = _raw_problem(raw)
        if problem is None:
            parts.append(raw.body.decode("utf-8"))
        else:
            losses.append(Loss(index, problem, is_raw=True))
    parts.append("</quiz>\n")
    return Written("\n".join(parts).encode(), ".xml", "application/xml", tuple(losses))


def _category(topic: tuple[str, ...]) -> str:
    return f'<question type="category">{text_element("category", path_of_topics(topic))}</question>'


def _raw_problem(raw) -> Problem | None:
    """Why a raw item cannot stand in this file, or None."""
    if raw.format != "moodle":
        return Problem("moodle_raw_of_other_format", REFUSED, values={"format": raw.format})
    try:
        raw.body.decode("utf-8")
        if local_name(parse_xml(raw.body)) == "question":
            return None
    except (UnreadableFile, UnicodeDecodeError):
        pass
    return Problem("moodle_raw_broken", REFUSED)


def _questions(draft: Draft, media) -> tuple[list[Problem], list[str]]:
    pen = Pen(media)
    if draft.picture_name and not draft.picture:
        pen.lose("moodle_picture_not_at_hand", "warning", alt=draft.picture_name[:80])
    mark_labels(pen, draft)
    if draft.kind == "case":
        return _case(draft, pen)
    return pen.losses, [_question(pen, draft, draft.kind, draft.stem, dict(draft.content))]


def mark_labels(pen: Pen, draft: Draft) -> None:
    """Leave for our reader what Moodle has no name for."""
    labels = {name: getattr(draft, name) for name in _LABELS if getattr(draft, name)}
    if topics_of_path(path_of_topics(draft.topic_names)) != draft.topic_names:
        labels["topic_names"] = list(draft.topic_names)
    if labels:
        pen.own["labels"] = labels


def _question(pen: Pen, draft: Draft, kind: str, stem: str, content: dict, part: "_Part | None" = None) -> str:
    """One ``<question>``; ``part`` when it belongs to a case."""
    body = body_of(pen, kind, stem, content)
    before = part.before if part else ""
    picture = _picture(pen, draft) if part is None or part.is_first else ""
    stored = [part.shared if part else "", stem, *(row["html"] for row in content.get("prompts", []))]
    if picture:
        stored.append(f'<img data-media="{draft.picture}" alt="">')
    explained = (part.explanation if part else "") + pen.markup(content.get("explanation", ""))
    points = part.weight if part else draft.points
    tags = [*draft.tags, *([f"exambank:{body.tag}"] if body.tag else []), *([part.tag] if part else [])]
    name, identifier = _name(pen, draft, stem, part)
    pieces = [
        text_element("name", name),
        pen.text("questiontext", "".join(stored), markup=before + body.stem + picture),
        pen.text("generalfeedback", (part.explanation_stored if part else "") + content.get("explanation", ""),
                 markup=explained),
        f"<defaultgrade>{html.escape(points)}</defaultgrade>" if points else "",
        "<hidden>0</hidden>",
        f"<idnumber>{html.escape(identifier, quote=False)}</idnumber>" if identifier else "",
        *body.parts,
        f"<tags>{''.join(text_element('tag', tag) for tag in tags)}</tags>" if tags else "",
        own_element(pen.own) if pen.own else "",
    ]  # fmt: skip
    inner = "\n".join(piece for piece in pieces if piece)
    return f'<question type="{body.type}">\n{inner}\n</question>'


def _name(pen: Pen, draft: Draft, stem: str, part: "_Part | None") -> tuple[str, str]:
    """What the question is called, since Moodle wants a name, and its identifier."""
    name = draft.name
    if part:
        name = f"{name or rules.plain_text(draft.stem)[:80] or '?'} ({part.number})"
        return name[:_LONGEST_NAME], f"{draft.identifier}-{part.number}" if draft.identifier else ""
    if not name:
        pen.own["unnamed"] = True
        name = rules.plain_text(stem)[:80] or "?"
    if len(name) > _LONGEST_NAME:
        pen.lose("moodle_name_cut", NOTICE)
    return name[:_LONGEST_NAME], draft.identifier


def _picture(pen: Pen, draft: Draft) -> str:
    """The picture beside the text: it stands below it, marked so that our reader knows."""
    if not draft.picture:
        return ""
    return f'<p class="exambank-picture">{pen.picture(draft.picture, draft.picture_alt)}</p>'


class _Part:
    """What a question of a case has more than another."""

    def __init__(self, pen: Pen, draft: Draft, case: str, number: int, count: int, weight: str):
        self.number, self.is_first, self.weight = number, number == 1, weight
        self.tag = f"exambank:case:{case}:{number}:{count}"
        self.shared = draft.stem
        self.before = f'<div class="exambank-case">{pen.markup(draft.stem)}</div>'
        stored = draft.content.get("explanation", "") if self.is_first else ""
        self.explanation_stored = stored
        self.explanation = f'<div class="exambank-case-explanation">{pen.markup(stored)}</div>' if stored else ""


def _case(draft: Draft, whole: Pen) -> tuple[list[Problem], list[str]]:
    questions = draft.content["questions"]
    case, written = new_token(), []
    labels = {"name": draft.name, "identifier": draft.identifier, "points": draft.points}
    for number, row in enumerate(questions, start=1):
        pen = Pen(whole.media, whole.losses, dict(whole.own))
        if number == 1:
            pen.own["case"] = {name: value for name, value in labels.items() if value}
        part = _Part(pen, draft, case, number, len(questions), row["weight"])
        written.append(_question(pen, draft, row["kind"], row["stem"], row["content"], part))
    if questions:
        whole.lose("moodle_case_as_questions", NOTICE, count=len(questions))
    else:
        whole.lose("moodle_case_empty", REFUSED)
    return whole.losses, written
