r"""PURE. Gaps as people type them into a text, and as they are stored.

``[[Hà Nội]]`` is a gap to type into; ``[[Hà Nội|Thủ đô=50%]]`` takes two words, the second for half of its points;
``{{*1930|1945|1975}}`` is a list to choose from, the star before the right word. A backslash takes a sign literally
(``\|``), and ``\[[`` is no gap at all. Formulae are left alone. Stored, a gap is an empty ``<span data-gap="TOKEN">``
in the stem, and its answers stand apart from it, so that what a candidate sees cannot hold them.
"""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from exambank import text
from exambank.bank.rules.spans import gaps_in, split_gaps
from exambank.bank.rules.texts import editable_text, html_from_typed, looks_like_html, plain_text

MOST_GAPS = 50

_BODY = r"(?:\\.|(?!{close}).){{0,3000}}?"
_TEXT_GAP = r"\[\[(?!\[)(?P<text>" + _BODY.format(close=r"\]\]") + r")\]\]"
_CHOICE_GAP = r"\{\{(?!\{)(?P<choice>" + _BODY.format(close=r"\}\}") + r")\}\}"
_TEX = r"\\\(.+?\\\)"
_LITERAL = r"\\(?P<literal>\[\[|\{\{)"
_TYPED = re.compile(rf"(?P<left>{_TEX})|{_LITERAL}|{_TEXT_GAP}|{_CHOICE_GAP}", re.DOTALL)
_TYPED_HTML = re.compile(rf"(?P<left>{_TEX}|<[^<>]*>)|{_LITERAL}|{_TEXT_GAP}|{_CHOICE_GAP}", re.DOTALL)
_OPENINGS = r"(?P<opening>\[\[|\{\{)"
_PROSE = re.compile(rf"(?P<left>{_TEX})|{_OPENINGS}", re.DOTALL)
_PROSE_HTML = re.compile(rf"(?P<left>{_TEX}|<[^<>]*>)|{_OPENINGS}", re.DOTALL)
_SHARE = re.compile(r"=\s*(\d{1,3}(?:[.,]\d{1,2})?)\s*%$")
_ESCAPED = re.compile(r"\\([\\|\]\[{}*=])")
# a number between two signs of the private area stands for a gap while a text changes its form
_MARK = "\ue000{number}\ue001"
_MARKED = re.compile("\ue000(\\d{1,4})\ue001")


@dataclass(frozen=True)
class TypedGap:
    """A gap as typed: ``variants`` (words, share) of a text, or ``choices`` (words, is right) of a list.

    ``typed`` is its notation in the one form that :func:`notation` gives, so that equal gaps are equal texts.
    """

    kind: str
    variants: tuple[tuple[str, str], ...] = ()
    choices: tuple[tuple[str, bool], ...] = ()
    typed: str = field(default="", compare=False)


def read_gaps(typed: str) -> tuple[str, tuple[TypedGap, ...]]:
    """Part a typed text into HTML whose gaps are numbered marks (see :func:`put_gaps`) and the gaps in order."""
    gaps: list[TypedGap] = []
    typed = typed.replace("\ue000", "").replace("\ue001", "")
    is_html = looks_like_html(_TYPED.sub(lambda found: found["left"] or "", typed))

    def take(found: re.Match) -> str:
        if found["left"] is not None or len(gaps) >= MOST_GAPS:
            return found[0]
        if found["literal"] is not None:
            return found["literal"]
        inner = found["text"] if found["text"] is not None else found["choice"]
        words = plain_text(inner) if is_html else inner
        gaps.append(_text_gap(words) if found["text"] is not None else _choice_gap(words))
        return _MARK.format(number=len(gaps) - 1)

    marked = (_TYPED_HTML if is_html else _TYPED).sub(take, typed)
    return html_from_typed(marked), tuple(gaps)


def put_gaps(marked: str, tokens: Sequence[str]) -> str:
    """Give the stem to store: every mark becomes the gap of that number's token."""

    def span(found: re.Match) -> str:
        number = int(found[1])
        return f'<span data-gap="{html.escape(tokens[number])}"></span>' if number < len(tokens) else ""

    return _MARKED.sub(span, marked)


def typed_stem(stem: str, gap_of: Callable[[str], TypedGap | None]) -> str:
    """Give a stored stem as it is typed: ``gap_of`` tells what a token asks for; an unknown one is an empty gap."""
    tokens = gaps_in(stem)
    pieces = [piece for piece, _token in split_gaps(stem)]
    marked = pieces[0] + "".join(_MARK.format(number=number) + one for number, one in enumerate(pieces[1:]))
    shown = editable_text(marked)
    is_html = looks_like_html(shown)

    def write(found: re.Match) -> str:
        gap = gap_of(tokens[int(found[1])])
        typed = notation(gap) if gap is not None else "[[]]"
        return html.escape(typed, quote=False) if is_html else typed

    literal = (_PROSE_HTML if is_html else _PROSE).sub(lambda found: found["left"] or "\\" + found[0], shown)
    return _MARKED.sub(write, literal)


def notation(gap: TypedGap) -> str:
    """Give the one way in which a gap is written."""
    if gap.kind == "choice":
        return "{{" + "|".join(("*" if is_key else "") + _escape(words) for words, is_key in gap.choices) + "}}"
    return "[[" + "|".join(_escape(words) + _share_mark(words, share) for words, share in gap.variants) + "]]"


def _share_mark(words: str, share: str) -> str:
    percent = Decimal(share) * 100
    if percent == 100 and not _SHARE.search(words):
        return ""
    return f"={percent.normalize():f}%"


def _text_gap(inner: str) -> TypedGap:
    variants = []
    for part in _split(inner):
        found = _SHARE.search(part.rstrip())
        words = _tidy(_unescape(part[: found.start()] if found else part))
        share = min(Decimal(found[1].replace(",", ".")) / 100, Decimal(1)) if found else Decimal(1)
        if words:
            variants.append((words, f"{share.normalize():f}"))
    gap = TypedGap("text", variants=tuple(variants))
    return TypedGap("text", variants=gap.variants, typed=notation(gap))


def _choice_gap(inner: str) -> TypedGap:
    choices = []
    for part in _split(inner):
        is_key = part.lstrip().startswith("*")
        words = _tidy(_unescape(part.lstrip()[1:] if is_key else part))
        if words:
            choices.append((words, is_key))
    gap = TypedGap("choice", choices=tuple(choices))
    return TypedGap("choice", choices=gap.choices, typed=notation(gap))


def _split(inner: str) -> list[str]:
    r"""Part at each bare bar; a pair of backslash and sign stays together."""
    parts = [""]
    for sign in re.findall(r"\\.|[^\\]|\\", inner, re.DOTALL):
        if sign == "|":
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _escape(words: str) -> str:
    escaped = re.sub(r"([\\|\]\[{}])", r"\\\1", words)
    return f"\\{escaped}" if escaped.startswith("*") else escaped


def _unescape(part: str) -> str:
    return _ESCAPED.sub(r"\1", part)


def _tidy(words: str) -> str:
    return " ".join(text.nfc(text.strip_control(words)).split())
