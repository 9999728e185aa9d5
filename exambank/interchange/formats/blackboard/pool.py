"""PURE. Blackboard's older dialect: ``POOL`` with a ``QUESTION_...`` element for each question."""

import re
from collections.abc import Callable

from lxml import etree

from exambank.bank.interactions import new_token
from exambank.interchange.formats.canvas.choosing import drop_letters, truth_of
from exambank.interchange.formats.canvas.materials import Materials, plain
from exambank.interchange.formats.canvas.parsing import MOST_ITEMS, slices_of
from exambank.interchange.formats.canvas.question import Built, Unplayable, tell_cuts
from exambank.interchange.formats.canvas.scoring import number_in
from exambank.interchange.formats.canvas.typed import decimal_text
from exambank.interchange.neutral import Entry, Gallery, Place, Problem, Raw, UnreadableFile, draft_of
from exambank.interchange.safety.xml import local_name
from exambank.interchange.texts import embedded_picture

FileFinder = Callable[[str, str], tuple[str, bytes] | None]
_NAME = r"QUESTION_[A-Z_]+"


def read_pool(root, markup: str, path: str, gallery: Gallery, file_at: FileFinder) -> tuple[str, list[Entry]]:
    """(title, entries) of a pool; every ``QUESTION_...`` beside the list is one entry."""
    pool = next((one for one in root.iter() if local_name(one) == "POOL"), root)
    questions = [one for one in pool.iterchildren() if local_name(one).startswith("QUESTION_")]
    if len(questions) > MOST_ITEMS:
        raise UnreadableFile("too_many_questions", count=len(questions), limit=MOST_ITEMS)
    points = {one.get("id"): one.get("points") or "" for one in pool.iter() if local_name(one) == "QUESTION"}
    title = next((one.get("value") or "" for one in pool.iterchildren() if local_name(one) == "TITLE"), "")
    slices = slices_of(markup, _NAME)
    exact = slices if len(slices) == len(questions) else [None] * len(questions)

    def picture(address: str, alt: str) -> str | None:
        embedded = embedded_picture(address)
        found = (alt or "picture", embedded) if embedded is not None else file_at(address, path)
        return gallery.add(*found) if found else None

    entries = [
        _entry(question, Materials(picture), path, points.get(question.get("id"), ""), title, raw)
        for question, raw in zip(questions, exact, strict=True)
    ]
    return title, entries


def _entry(question, materials: Materials, path: str, points: str, title: str, exact: str | None) -> Entry:
    line, ident = question.sourceline or 1, question.get("id") or ""
    place = Place("file_line", {"path": path, "line": line}) if path else Place("line", {"line": line})
    shown = _shown(question)
    try:
        built = _build(question, materials)
    except Unplayable as reason:
        whole = etree.tostring(question, with_tail=False, encoding="utf-8")
        body = exact.encode("utf-8", "replace") if exact is not None else whole
        problem = Problem(reason.code, "raw", values=reason.values)
        return Entry(place, ident, None, Raw("blackboard", body, ".xml", "", ident), (problem,), shown)
    explanation = _explanation(question, materials, built)
    content = {**built.content, "explanation": explanation} if explanation else built.content
    if not plain(built.stem) and "<img" not in built.stem:
        built.warn("question_text_empty")
    tell_cuts(built)
    number = number_in(points)
    draft = draft_of(
        built.kind, built.stem, content, identifier=ident, topic_names=(title,) if title else (),
        points=decimal_text(number) if number is not None and number > 0 else "",
    )  # fmt: skip
    return Entry(place, ident, draft, None, (*built.problems, *materials.problems), shown)


# --- parts ---


def _children(element, name: str) -> list:
    return [one for one in element.iterchildren() if local_name(one) == name]


def _text(element, materials: Materials) -> str:
    """The text of a body, an answer or a choice, with the picture that may stand beside it."""
    found = []
    for one in element.iterchildren():
        if local_name(one) == "TEXT" and (one.text or "").strip():
            found.append(_read(one.text, _is_html(element), materials))
        elif local_name(one) in ("IMAGE", "FILE") and (one.get("name") or one.get("value")):
            address = one.get("name") or one.get("value")
            found.append(materials.from_html(f'<img src="{address.replace(chr(34), "%22")}">'))
    return " ".join(part for part in found if part)


def _is_html(element) -> bool:
    """Answers say nothing of it: what looks like markup is such."""
    for one in element.iter():
        if local_name(one) == "ISHTML":
            return (one.get("value") or "true").lower() == "true"
    return True


def _read(words: str, is_html: bool, materials: Materials) -> str:
    return materials.from_html(words) if is_html else materials.from_plain(words)


def _correct(question) -> list:
    return [one for one in question.iter() if local_name(one) == "CORRECTANSWER"]


def _answers(question, materials: Materials, name: str = "ANSWER") -> list[tuple[str, str]]:
    return [(one.get("id") or "", _text(one, materials)) for one in _children(question, name)]


def _explanation(question, materials: Materials, built: Built) -> str:
    lines = []
    for name, mark in (("FEEDBACK_WHEN_CORRECT", "✓"), ("FEEDBACK_WHEN_INCORRECT", "✗")):
        texts = [one.text for one in question.iter() if local_name(one) == name and (one.text or "").strip()]
        lines += [f"<li>{mark} {materials.from_html(words)}</li>" for words in texts]
    if lines:
        built.note("feedback_joined")
    return f"<ul>{''.join(lines)}</ul>" if lines else ""


def _shown(question) -> tuple[tuple[str, str], ...]:
    rows = []
    for one in question.iter():
        if local_name(one) == "TEXT" and (one.text or "").strip():
            holder = one.getparent()
            words = plain(Materials(_none).from_html(one.text))
            rows.append(((holder.get("id") or local_name(holder))[:60], words[:2000]))
    keys = [" ".join(filter(None, (one.get("answer_id"), one.get("choice_id")))) for one in _correct(question)]
    return (*rows[:60], ("CORRECTANSWER", "; ".join(keys))) if keys else tuple(rows[:60])


def _none(address: str, alt: str) -> None:
    """A preview of words needs no pictures."""
    return None


# --- kinds ---


def _build(question, materials: Materials) -> Built:
    name = local_name(question).removeprefix("QUESTION_")
    builder = _BUILDERS.get(name)
    if builder is None:
        codes = {"HOTSPOT": "hotspot_question", "CALCULATED": "formula_question", "OPINIONSCALE": "opinion_question",
                 "FILEUPLOAD": "upload_question"}  # fmt: skip
        raise Unplayable(codes.get(name, "other_interaction"))
    body = _children(question, "BODY")
    return builder(question, _text(body[0], materials) if body else "", materials)


def _truth(question, stem: str, materials: Materials) -> Built:
    rows = []
    right = {one.get("answer_id") for one in _correct(question)}
    for ident, html in _answers(question, materials):
        truth = truth_of(plain(html))
        if truth is None:
            return _choice(question, stem, materials)
        rows.append({"token": "true" if truth else "false", "is_key": ident in right})
    return _keyed(Built("true_false", stem, {"options": rows}), right)


def _choice(question, stem: str, materials: Materials) -> Built:
    right = {one.get("answer_id") for one in _correct(question)}
    answers = _answers(question, materials)
    rows = [{"html": html, "is_key": ident in right} for ident, html in answers]
    is_many = local_name(question) == "QUESTION_MULTIPLEANSWER"
    built = Built("multiple_choice" if is_many else "single_choice", stem, {"options": rows})
    if not is_many and len(right) > 1:
        built.kind = "multiple_choice"
        built.warn("several_right_singly", count=len(right))
    drop_letters(built)
    return _keyed(built, right)


def _keyed(built: Built, right: set) -> Built:
    if not right:
        built.warn("no_right_answer")
    return built


def _match(question, stem: str, materials: Materials) -> Built:
    prompts = {ident: (new_token(), html) for ident, html in _answers(question, materials)}
    targets = {ident: ("t" + new_token(), html) for ident, html in _answers(question, materials, "CHOICE")}
    pairs = {
        prompts[one.get("answer_id")][0]: targets[one.get("choice_id")][0]
        for one in _correct(question)
        if one.get("answer_id") in prompts and one.get("choice_id") in targets
    }
    content = {
        "options": [{"token": token, "html": html} for token, html in prompts.values()],
        "targets": [{"token": token, "html": html} for token, html in targets.values()],
        "pairs": pairs,
    }
    built = Built("matching", stem, content)
    if len(pairs) < len(prompts):
        built.warn("no_right_answer")
    return built


def _essay(question, stem: str, materials: Materials) -> Built:
    model = "".join(html for _ident, html in _answers(question, materials))
    return Built("essay", stem, {"prompts": [], "rubric": [], "model_answer": model})


def _fill(question, stem: str, materials: Materials) -> Built:
    accepted = [{"text": plain(html), "share": "1"} for _ident, html in _answers(question, materials)]
    return _keyed(Built("short_text", stem, {"accepted": accepted}), {row["text"] for row in accepted})


def _order(question, stem: str, materials: Materials) -> Built:
    answers = dict(_answers(question, materials))
    right = _correct(question)
    places = [(one.get("order") or one.get("position") or "", one.get("answer_id")) for one in right]
    if not places or any(ident not in answers for _place, ident in places):
        raise Unplayable("order_unknown")
    if all(re.fullmatch(r"[0-9]{1,6}", place) for place, _ident in places):
        places.sort(key=lambda one: int(one[0]))
    built = Built("ordering", stem, {"options": [{"html": answers[ident]} for _place, ident in places]})
    rest = [plain(html) for ident, html in answers.items() if ident not in {one for _place, one in places}]
    if rest:
        built.content["options"] += [{"html": answers[one]} for one in answers if plain(answers[one]) in rest]
        built.warn("order_partly_unknown", words="; ".join(rest))
    return built


_BUILDERS = {
    "TRUEFALSE": _truth, "EITHEROR": _choice, "MULTIPLECHOICE": _choice, "MULTIPLEANSWER": _choice, "MATCH": _match,
    "ESSAY": _essay, "SHORTRESPONSE": _essay, "FILLINBLANK": _fill, "ORDER": _order, "ORDERING": _order,
}  # fmt: skip
