"""PURE. One walk over a tree of foreign markup, which leaves the bank's tags and tells what was left out."""

import base64
import html
import re
from itertools import groupby

from lxml import etree

from exambank import text
from exambank.bank.rules import PictureProblem
from exambank.interchange.math import MathProblem, latex_of_mathml
from exambank.interchange.neutral import WARNING, Problem
from exambank.interchange.texts.formulas import escaped, split_formulas, tex_span

_DEEPEST = 150
_MOST_PROBLEMS = 100
_INLINE = {
    "b": "b", "strong": "strong", "i": "i", "em": "em", "u": "u", "s": "s", "sub": "sub", "sup": "sup", "code": "code",
    "ins": "u", "del": "s", "strike": "s", "var": "i", "tt": "code", "kbd": "code", "samp": "code", "dfn": "i",
}  # fmt: skip
_PARAGRAPHS = {
    "p", "div", "address", "article", "aside", "section", "main", "header", "footer", "nav", "figure", "center", "dl",
    "dt", "dd", "fieldset", "form", "details", "summary", "figcaption", "legend", "caption", "body", "html", "hgroup",
}  # fmt: skip
_HEADINGS = {"h1": "h3", "h2": "h3", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
_CONTAINERS = {"blockquote": "blockquote", "li": "li", "td": "td", "th": "th"}
_FRAMES = {"ul": "ul", "ol": "ol", "menu": "ul", "dir": "ul", "table": "table", "thead": "thead", "tbody": "tbody",
           "tfoot": "tbody", "tr": "tr"}  # fmt: skip
_DROPPED = {
    "script", "style", "head", "title", "meta", "link", "template", "noscript", "colgroup", "col", "param", "source",
    "track", "datalist", "select", "option", "optgroup", "textarea", "input", "button", "frame", "frameset", "noframes",
    "annotation", "annotation-xml",
}  # fmt: skip
_MEDIA = {"audio", "video", "object", "embed", "iframe", "applet", "canvas"}
_STYLES = tuple(
    (re.compile(pattern, re.IGNORECASE), tag)
    for pattern, tag in (
        (r"font-weight:\s*(?:bold|[6-9]00)", "b"),
        (r"font-style:\s*italic", "i"),
        (r"text-decoration[\w-]*:[^;]*underline", "u"),
        (r"text-decoration[\w-]*:[^;]*line-through", "s"),
        (r"vertical-align:\s*sub\b", "sub"),
        (r"vertical-align:\s*super\b", "sup"),
    )
)
_MOST_STYLE = 1_000  # letters
_PICTURE_CODES = {"too_large": "picture_too_large", "too_many_pixels": "picture_too_large", "broken": "picture_broken"}
_FORMULA_CLASSES = re.compile(r"\b(?:equation_image|texrender|latex|math-tex|mathquill|wirisformula)\b", re.IGNORECASE)
_RENDERED = re.compile(r"\b(?:katex-html|MathJax_Preview|MathJax(?:_Display|_CHTML|_SVG)?|MJX_Assistive_MathML)\b")
_OWN_PICTURE = re.compile(r"[0-9a-f-]{36}")
_WIRIS = str.maketrans({"«": "<", "»": ">", "¨": '"', "§": "&", "`": "'"})
_SVG_NAMES = ("viewBox", "preserveAspectRatio", "linearGradient", "radialGradient", "gradientUnits", "clipPath",
              "gradientTransform", "markerWidth", "markerHeight", "refX", "refY", "textLength")  # fmt: skip


class Block(str):
    """Markup that stands on lines of its own; ``inner`` is what a paragraph holds."""

    inner: str | None = None


def paragraph(words: str) -> Block:
    block = Block(f"<p>{words}</p>")
    block.inner = words
    return block


class Walker:
    """Walks once; ``problems`` collects what was left out."""

    def __init__(self, picture, delimiters, special):
        self._picture, self._delimiters, self._special = picture, delimiters, special
        self.problems: list[Problem] = []

    def read(self, element, *, unwrap: bool) -> str:
        """The markup of what the element holds."""
        pieces = _assembled(self._content(element, 0, False))
        if unwrap and len(pieces) == 1 and isinstance(pieces[0], Block) and pieces[0].inner is not None:
            return pieces[0].inner
        return "".join(pieces)

    def _tell(self, code: str, **values: str) -> None:
        """Note what was left out; nobody reads more of it than there is room for."""
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(Problem(code, WARNING, values=values))

    def _content(self, element, depth: int, is_exact: bool) -> list[str]:
        """The pieces of the content: words and inline markup as ``str``, the rest as ``Block``."""
        out: list[str] = []
        self._words(out, element.text, is_exact)
        for child in element:
            if depth > _DEEPEST:
                self._words(out, " ".join(child.itertext()), is_exact)
            elif isinstance(child.tag, str):
                self._element(out, child, depth + 1, is_exact)
            elif child.tag is etree.Entity:
                self._words(out, html.unescape(child.text or ""), is_exact)
            self._words(out, child.tail, is_exact)
        return out

    def _words(self, out: list[str], words: str | None, is_exact: bool) -> None:
        if not words:
            return
        words = text.nfc(text.strip_control(words))
        if is_exact:
            out.append(html.escape(words.replace("\xa0", " "), quote=False))
            return
        for piece, is_tex in split_formulas(words, self._delimiters):
            if is_tex:
                out.append(tex_span(piece))
                continue
            tidy = escaped(piece)
            if out and out[-1].endswith(" ") and not isinstance(out[-1], Block):
                tidy = tidy.removeprefix(" ")
            out.append(tidy)

    # --- one element ---

    def _element(self, out: list[str], element, depth: int, is_exact: bool) -> None:
        name = element.tag.rpartition("}")[2].rpartition(":")[2].lower()
        if name in self._special:
            out.append(self._special[name](element))
        elif name == "br":
            out.append("\n" if is_exact else "<br>")
        elif name in _INLINE:
            out.extend(_wrapped(_INLINE[name], self._content(element, depth, is_exact or name == "code")))
        elif name in _PARAGRAPHS:
            out.extend(_paragraphs(self._content(element, depth, is_exact)))
        elif name == "span":
            self._span(out, element, depth, is_exact)
        elif name in _HEADINGS:
            out.extend(_line_block(_HEADINGS[name], self._content(element, depth, False)))
        elif name in _FRAMES or name in _CONTAINERS:
            out.append(self._frame(name, element, depth))
        elif name == "pre":
            out.extend(_exact_blocks(self._content(element, depth, True)))
        elif name in ("img", "image"):
            self._image(out, element)
        elif name == "math":
            self._formula(out, element)
        elif name == "a":
            self._link(out, element, depth, is_exact)
        elif name == "q":
            out.extend(["“", *self._content(element, depth, is_exact), "”"])
        elif name == "hr":
            out.append(Block(""))
        elif name == "svg":
            self._drawing(out, element)
        elif name in _MEDIA:
            self._media(out, name, element, depth, is_exact)
        elif name == "script":
            self._script(out, element)
        elif name not in _DROPPED:
            out.extend(self._content(element, depth, is_exact))

    def _frame(self, name: str, element, depth: int) -> Block:
        """A list, a table, or one of their parts; words between the parts of a table belong to none and are white."""
        tag = _FRAMES.get(name) or _CONTAINERS[name]
        attributes = "".join(
            f' {key}="{html.escape(element.get(key))}"'
            for key in ("colspan", "rowspan", "scope")
            if name in ("td", "th") and element.get(key) and (key != "scope" or name == "th")
        )
        if name == "table" and "eb-grid" in (element.get("class") or "").split():
            attributes = ' class="eb-grid"'
        pieces = _assembled(self._content(element, depth, False))
        return Block(f"<{tag}{attributes}>{''.join(pieces)}</{tag}>")

    def _span(self, out: list[str], element, depth: int, is_exact: bool) -> None:
        own = element.get("data-tex"), element.get("data-gap")
        if own[0]:
            out.append(tex_span(own[0]))
            return
        if own[1]:
            out.append(f'<span data-gap="{html.escape(own[1])}"></span>')
            return
        classes = element.get("class") or ""
        if classes and _RENDERED.search(classes):
            self._rendered(out, element)
            return
        content = self._content(element, depth, is_exact)
        style = (element.get("style") or "")[:_MOST_STYLE]
        for pattern, tag in _STYLES if style else ():
            if pattern.search(style):
                content = _wrapped(tag, content)
        if "eb-blank" in classes.split():
            content = ['<span class="eb-blank">', *content, "</span>"]
        out.extend(content)

    def _rendered(self, out: list[str], element) -> None:
        """What a formula program drew: its MathML stands beside or within, the drawing itself is thrown away."""
        source = element.get("data-mathml")
        if source:
            self._mathml_text(out, source, "")

    def _script(self, out: list[str], element) -> None:
        kind = element.get("type") or ""
        if kind.startswith("math/tex") and (element.text or "").strip():
            out.append(tex_span(element.text))
        elif kind.startswith("math/mml") and element.text:
            self._mathml_text(out, element.text, "")

    # --- formulas, pictures, links ---

    def _formula(self, out: list[str], element) -> None:
        try:
            out.append(tex_span(latex_of_mathml(element)))
        except MathProblem:
            given = " ".join((element.get("alttext") or "").split())
            words = " ".join(" ".join(element.itertext()).split())
            if given:
                out.append(tex_span(given))
            elif words:
                self._tell("formula_unread", formula=words[:200])
                out.append(escaped(words))

    def _mathml_text(self, out: list[str], source: str, otherwise: str) -> None:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
        try:
            element = etree.fromstring(html.unescape(source).encode(), parser)
        except (etree.XMLSyntaxError, ValueError):
            element = None
        if element is not None:
            self._formula(out, element)
        elif otherwise:
            out.append(escaped(otherwise))

    def _image(self, out: list[str], element) -> None:
        alt = " ".join((element.get("alt") or "").split())
        own = element.get("data-media") or ""
        if _OWN_PICTURE.fullmatch(own):
            out.append(_picture_tag(own, alt))
            return
        equation = element.get("data-equation-content")
        if equation and equation.strip():
            out.append(tex_span(html.unescape(equation)))
            return
        wiris = element.get("data-mathml")
        if wiris:
            self._mathml_text(out, wiris.translate(_WIRIS), alt)
            return
        if alt and _FORMULA_CLASSES.search(element.get("class") or ""):
            out.append(tex_span(alt.removeprefix("$$").removesuffix("$$").strip("$") or alt))
            return
        self._fetched(out, element.get("src") or element.get("href") or "", alt)

    def _fetched(self, out: list[str], address: str, alt: str) -> None:
        name = "data:" if address.startswith("data:") else address.replace("\\", "/").rpartition("/")[2] or alt
        try:
            found = self._picture(address, alt)
        except PictureProblem as problem:
            code = _PICTURE_CODES.get(str(problem), "picture_kind")
            self._tell(code, name=name[:200])
            found = ""
        if found is None:
            self._tell("picture_missing", name=name[:200])
        out.append(_picture_tag(found, alt) if found else escaped(f"[{alt}]" if alt else ""))

    def _drawing(self, out: list[str], element) -> None:
        title = next((one.text or "" for one in element if str(one.tag).rpartition("}")[2] == "title"), "")
        source = etree.tostring(element, encoding="unicode", with_tail=False)
        if not isinstance(element.tag, str) or not element.tag.startswith("{"):
            for name in _SVG_NAMES:
                source = re.sub(rf"\b{name.lower()}\b", name, source)
            if "xmlns=" not in source:
                source = source.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
        address = "data:image/svg+xml;base64," + base64.b64encode(source.encode()).decode()
        self._fetched(out, address, " ".join((element.get("aria-label") or title).split()))

    def _media(self, out: list[str], name: str, element, depth: int, is_exact: bool) -> None:
        address = element.get("data") or element.get("src") or ""
        kind = element.get("type") or ""
        source = next((one.get("src") for one in element.iter() if one is not element and one.get("src")), "")
        words = self._content(element, depth, is_exact)
        is_drawn = kind.startswith("image/") or re.search(r"\.(?:png|jpe?g|gif|svg|webp|bmp)$", address, re.IGNORECASE)
        if name in ("object", "embed") and is_drawn:
            self._fetched(out, address, rules_plain(words))
            return
        called = (address or source).replace("\\", "/").rpartition("/")[2] or element.get("title") or name
        self._tell("media_left_out", name=called[:200])
        if name in ("object", "applet", "canvas"):
            out.extend(words)

    def _link(self, out: list[str], element, depth: int, is_exact: bool) -> None:
        content = self._content(element, depth, is_exact)
        out.extend(content)
        address = " ".join((element.get("href") or "").split())
        shown = html.unescape("".join(content))
        if not re.match(r"(?:https?|ftp|mailto):", address, re.IGNORECASE):
            if "PLUGINFILE" in address or re.search(r"\.\w{2,4}$", address.split("?")[0]):
                called = address.rpartition("/")[2]
                self._tell("media_left_out", name=called[:200])
            return
        if address.removeprefix("mailto:").rstrip("/") not in shown:
            blank = "" if out and out[-1].endswith(" ") else " "
            out.append(escaped(f"{blank}({address})") if shown.strip() else escaped(address))


# --- pieces ---


def _assembled(pieces: list[str]) -> list[str]:
    """The pieces with each run of inline ones joined and tidied; what is empty falls away."""
    found: list[str] = []
    run: list[str] = []
    for piece in [*pieces, Block("")]:
        if not isinstance(piece, Block):
            run.append(piece)
            continue
        line = _joined_line(run)
        run = []
        found.extend(one for one in (line, piece) if one)
    return found


_BREAKS = re.compile(r"[ \n]*<br>[ \n]*")
_EDGE_BREAKS = re.compile(r"^(?:<br>)+|(?:<br>)+$")


def _joined_line(run: list[str]) -> str:
    line = _BREAKS.sub("<br>", "".join(run)).strip()
    return _EDGE_BREAKS.sub("", line) if "<br>" in line else line


def _paragraphs(pieces: list[str]) -> list[Block]:
    found = _assembled(pieces)
    return [one if isinstance(one, Block) else paragraph(one) for one in found] or [Block("")]


def _line_block(tag: str, pieces: list[str]) -> list[Block]:
    """A heading; one that holds blocks is none."""
    if any(isinstance(piece, Block) for piece in pieces):
        return _paragraphs(pieces)
    line = _joined_line(pieces)
    return [Block(f"<{tag}>{line}</{tag}>" if line else "")]


def _exact_blocks(pieces: list[str]) -> list[Block]:
    """Text whose blanks count; paragraphs within it are lines of the same kind, other blocks stand for themselves."""
    found: list[Block] = []
    for is_block, run in groupby(pieces, lambda piece: isinstance(piece, Block)):
        for one in run if is_block else ["".join(run)]:
            words = one.inner if isinstance(one, Block) else one
            if words is None:
                found.append(one)
            elif words.strip():
                found.append(Block(f"<pre>{words}</pre>"))
    return found or [Block("")]


def _wrapped(tag: str, pieces: list[str]) -> list[str]:
    """Inline markup around its content; around blocks it goes into each; underlined blanks are a line to write on."""
    if any(isinstance(piece, Block) for piece in pieces):
        return [_inside(tag, one) if isinstance(one, Block) else f"<{tag}>{one}</{tag}>" for one in _assembled(pieces)]
    content = "".join(pieces)
    if not content.strip():
        return ["____"] if tag == "u" and content else [" "] if content else []
    return [f"<{tag}>", *pieces, f"</{tag}>"]


def _inside(tag: str, block: Block) -> Block:
    return paragraph(f"<{tag}>{block.inner}</{tag}>") if block.inner is not None else block


def _picture_tag(media: str, alt: str) -> str:
    return f'<img data-media="{media}" alt="{html.escape(alt)}">'


def rules_plain(pieces: list[str]) -> str:
    """The words of some pieces, without markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", "".join(pieces))).split())
