"""How many items a file holds, told without our readers: by plain patterns over its text. For ``bench.corpus``.

``supported`` counts those whose way of answering we can play (the others may be kept as they are); None where a pattern
cannot tell.
"""

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook

_PLAYED = {
    "choiceinteraction", "textentryinteraction", "extendedtextinteraction", "inlinechoiceinteraction",
    "matchinteraction", "orderinteraction", "gapmatchinteraction",
}  # fmt: skip
_MOODLE_PLAYED = {
    "multichoice",
    "truefalse",
    "shortanswer",
    "numerical",
    "matching",
    "essay",
    "gapselect",
    "ddwtos",
    "cloze",
}
_CANVAS_PLAYED = {
    "multiple_choice_question", "true_false_question", "multiple_answers_question", "short_answer_question",
    "fill_in_multiple_blanks_question", "multiple_dropdowns_question", "matching_question", "numerical_question",
    "essay_question",
}  # fmt: skip
_RENDERED = ("render_choice", "render_fib", "render_extension")


@dataclass(frozen=True)
class Count:
    """Items in the source, and how many of them have an interaction that we play."""

    items: int
    supported: int


def count(path: Path) -> Count | None:
    """What a person would count; None for a file that is no question file."""
    body = path.read_bytes()
    if body.startswith(b"PK"):
        return _archive(path, body)
    if path.suffix == ".json":
        return _rows(len(re.findall(rb'"(?:answer|correct\w*|key)"\s*:', body)))
    words = _words(body)
    return _gift(words) if path.suffix == ".gift" else _markup(words, path.parent)


def _words(body: bytes) -> str:
    encoding = "utf-16" if body[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return re.sub(r"<!--.*?-->", "", body.decode(encoding, "replace"), flags=re.DOTALL)


def _rows(items: int) -> Count:
    return Count(items, items)


def _tags(words: str) -> list[tuple[str, str]]:
    """Every opening tag: its name without prefix, dashes and capitals, and its attributes."""
    found = re.findall(
        r"<(?:[\w.]+:)?([\w-]+)((?:\s[^<>]*)?)/?>", re.sub(r"<!\[CDATA\[.*?\]\]>", "", words, flags=re.DOTALL)
    )
    return [(re.sub(r"^qti-", "", name).replace("-", "").lower(), rest) for name, rest in found]


def _markup(words: str, folder: Path) -> Count | None:
    tags = _tags(words)
    names = [name for name, _rest in tags]
    if "assessmentitem" in names:
        return Count(1, int(_is_played(tags)))
    if "assessmenttest" in names:
        return _references(tags, folder)
    if "questestinterop" in names:
        return _canvas(words)
    if names[:1] == ["quiz"]:
        kinds = re.findall(r'<question\s+type="([^"]*)"', words)
        kinds = [kind for kind in kinds if kind != "category"]
        return Count(len(kinds), sum(kind in _MOODLE_PLAYED for kind in kinds))
    return None


def _is_played(tags: list[tuple[str, str]]) -> bool:
    used = {
        name for name, _rest in tags if name.endswith("interaction") or name in ("endattemptinteraction", "hottext")
    }
    is_fixed = not any(name in ("templatedeclaration", "templateprocessing") for name, _rest in tags)
    is_plain = not any(name == "assessmentitem" and re.search(r'adaptive\s*=\s*"true"', rest) for name, rest in tags)
    return bool(used) and used <= _PLAYED and is_fixed and is_plain


def _references(tags: list[tuple[str, str]], folder: Path) -> Count:
    hrefs = [re.search(r'href\s*=\s*"([^"]*)"', rest) for name, rest in tags if name == "assessmentitemref"]
    played = 0
    for href in hrefs:
        target = folder / href[1] if href else folder / "none"
        played += bool(target.is_file() and _is_played(_tags(_words(target.read_bytes()))))
    return Count(len(hrefs), played)


def _canvas(words: str) -> Count:
    items = re.findall(r"<(?:\w+:)?item[\s>].*?</(?:\w+:)?item>", words, flags=re.DOTALL)
    return Count(len(items), sum(_is_canvas_played(one) for one in items))


def _is_canvas_played(item: str) -> bool:
    told = re.search(r"<fieldlabel>\s*question_type\s*</fieldlabel>\s*<fieldentry>\s*(\w+)", item)
    if told:
        return told[1] in _CANVAS_PLAYED
    return "<response_" in item and any(f"<{name}" in item for name in _RENDERED) and "render_hotspot" not in item


def _gift(words: str) -> Count:
    """Blocks by blank lines outside braces; comments and category lines are none."""
    lines = [line for line in words.lstrip("\ufeff").splitlines() if not re.match(r"\s*(//|\$CATEGORY)", line)]
    blocks, current, depth = [], [], 0
    for line in [*lines, ""]:
        if not line.strip() and depth <= 0:
            if current:
                blocks.append("\n".join(current))
            current, depth = [], 0
            continue
        current.append(line)
        bare = re.sub(r"\\.", "", line)
        depth += bare.count("{") - bare.count("}")
    asked = [block for block in blocks if re.search(r"(?<!\\)\{", block)]
    return Count(len(blocks), len(asked))


def _archive(path: Path, body: bytes) -> Count | None:
    if path.suffix == ".xlsx":
        sheet = load_workbook(io.BytesIO(body), read_only=True).worksheets[0]
        rows = [row for row in sheet.iter_rows(values_only=True) if sum(cell not in (None, "") for cell in row) > 2]
        return _rows(len(rows) - 1)
    archive = zipfile.ZipFile(io.BytesIO(body))
    if path.suffix == ".docx":
        return _word(archive.read("word/document.xml").decode())
    counts = []
    for name in archive.namelist():
        if name.endswith((".xml", ".qti")) and "MACOSX" not in name:
            words = _words(archive.read(name))
            names = [tag for tag, _rest in _tags(words)]
            if "assessmentitem" in names or "questestinterop" in names:
                counts.append(_markup(words, path.parent))
    return Count(sum(one.items for one in counts), sum(one.supported for one in counts))


def _word(document: str) -> Count:
    paragraphs = re.findall(r"<w:p[ >].*?</w:p>", document, flags=re.DOTALL)
    lines = ["".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", one)) for one in paragraphs]
    numbered = sum(bool(re.match(r"\s*(?:Câu|CÂU|Bài)\s*\d+", line)) for line in lines)
    return _rows(numbered or sum(bool(re.match(r"\s*A\s*[.)]", line)) for line in lines))
