"""PURE. The Markdown that people write in questions, as HTML: a modest reader; nothing runs or is fetched."""

import html
import re

_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(\S.*)$")
_ITEM = re.compile(r"^(\s*)(?:([-*+])|(\d{1,4})[.)])\s+(.*)$")
_QUOTE = re.compile(r"^ {0,3}> ?(.*)$")
_ROW = re.compile(r"^\s*\|.*\|\s*$")
_RULE = re.compile(r"^\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?$")
_KEPT = re.compile(
    r"(?P<code>`{1,9})(?P<coded>.{1,2000}?)(?P=code)"
    r"|(?P<tex>\$\$[^$]{1,2000}\$\$|\\\((?:[^\\]|\\(?![()]).){1,2000}?\\\)|\\\[(?:[^\\]|\\(?![\[\]]).){1,2000}?\\\])"
    r"|(?P<tag></?[a-zA-Z][^<>]*>|<!--(?:[^<]|<(?!!--)){0,2000}?-->)"
    r"|!\[(?P<alt>[^\[\]]{0,500})\]\((?P<src>[^()\s]{1,2000})[^()]{0,500}\)"
    r"|\[(?P<label>[^\[\]]{1,500})\]\((?P<href>[^()\s]{1,2000})[^()]{0,500}\)"
    r"|\\(?P<sign>[\\`*_{}\[\]()#+\-.!<>|~])",
    re.DOTALL,
)
_EMPHASIS = (
    (re.compile(r"\*\*(?=\S)((?:[^*]|\*(?!\*)){1,400}?\*?)(?<=\S)\*\*", re.DOTALL), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w_])__(?=[^\s_])(.{1,400}?)(?<=[^\s_])__(?![\w_])", re.DOTALL), r"<strong>\1</strong>"),
    (re.compile(r"\*(?=[^\s*])([^*]{1,400}?)(?<=[^\s*])\*", re.DOTALL), r"<em>\1</em>"),
    (re.compile(r"(?<![\w_])_(?=[^\s_])(.{1,400}?)(?<=[^\s_])_(?![\w_])", re.DOTALL), r"<em>\1</em>"),
    (re.compile(r"~~(?=\S)((?:[^~]|~(?!~)){1,400}?)(?<=\S)~~", re.DOTALL), r"<s>\1</s>"),
)


LONGEST = 50_000
_DEEPEST = 6


def html_of_markdown(source: str) -> str:
    """Markdown as HTML: paragraphs, headings, lists, quotes, code, tables of pipes, emphasis, links, pictures.

    A text longer than a question can be stays as it was typed.
    """
    if len(source) > LONGEST:
        return f"<pre>{html.escape(source, quote=False)}</pre>"
    lines = source.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).strip("\n").split("\n")
    return "".join(_blocks(lines, 0))


def _blocks(lines: list[str], depth: int) -> list[str]:
    if depth > _DEEPEST:
        return [f"<p>{_inline(chr(10).join(lines))}</p>"]
    found, at = [], 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
        elif fence := _FENCE.match(line):
            at, piece = _fenced(lines, at, fence[1])
            found.append(piece)
        elif heading := _HEADING.match(line):
            found.append(
                f"<h{len(heading[1])}>{_inline(heading[2].rstrip().rstrip('#').rstrip())}</h{len(heading[1])}>"
            )
            at += 1
        elif _QUOTE.match(line):
            end = _run(lines, at, lambda one: bool(_QUOTE.match(one)))
            inner = [_QUOTE.match(one)[1] for one in lines[at:end]]
            found.append(f"<blockquote>{''.join(_blocks(inner, depth + 1))}</blockquote>")
            at = end
        elif _ITEM.match(line):
            at, piece = _list(lines, at, depth)
            found.append(piece)
        elif _ROW.match(line) and at + 1 < len(lines) and _RULE.match(lines[at + 1].strip()):
            end = _run(lines, at + 2, lambda one: "|" in one)
            found.append(_table(lines[at:end]))
            at = end
        elif line.startswith("    ") and not found:
            end = _run(lines, at, lambda one: one.startswith("    ") or not one.strip())
            code = "\n".join(one[4:] for one in lines[at:end]).strip("\n")
            found.append(f"<pre><code>{html.escape(code)}</code></pre>")
            at = end
        else:
            end = max(_run(lines, at, _is_prose), at + 1)
            found.append(f"<p>{_inline(chr(10).join(lines[at:end]))}</p>")
            at = end
    return found


def _run(lines: list[str], at: int, belongs) -> int:
    while at < len(lines) and belongs(lines[at]):
        at += 1
    return at


def _is_prose(line: str) -> bool:
    is_other = _FENCE.match(line) or _HEADING.match(line) or _QUOTE.match(line) or _ITEM.match(line)
    return bool(line.strip()) and not is_other


def _fenced(lines: list[str], at: int, fence: str) -> tuple[int, str]:
    end = _run(lines, at + 1, lambda one: not one.strip().startswith(fence))
    code = html.escape("\n".join(lines[at + 1 : end]), quote=False)
    return end + 1, f"<pre><code>{code}</code></pre>"


def _list(lines: list[str], at: int, depth: int) -> tuple[int, str]:
    """A list and what is indented below its lines."""
    first = _ITEM.match(lines[at])
    indent, is_numbered = len(first[1]), first[2] is None
    items: list[list[str]] = []
    while at < len(lines):
        line = lines[at]
        item = _ITEM.match(line)
        if item and len(item[1]) <= indent + 1:
            if (item[2] is None) != is_numbered or len(item[1]) < indent:
                break
            items.append([item[4]])
        elif not line.strip():
            following = lines[at + 1] if at + 1 < len(lines) else ""
            if not (following.startswith(" " * (indent + 2)) or _ITEM.match(following)):
                break
            items[-1].append("")
        else:
            items[-1].append(line[indent + 2 :] if line.startswith(" " * (indent + 2)) else line.strip())
        at += 1
    name = "ol" if is_numbered else "ul"
    return at, f"<{name}>{''.join(f'<li>{_item(rows, depth)}</li>' for rows in items)}</{name}>"


def _item(rows: list[str], depth: int) -> str:
    blocks = _blocks([row.removeprefix("  ") if place else row for place, row in enumerate(rows)], depth + 1)
    return "".join(
        block.removeprefix("<p>").removesuffix("</p>") if place == 0 else block for place, block in enumerate(blocks)
    )


def _table(lines: list[str]) -> str:
    rows = [line.strip().strip("|").split("|") for line in (lines[0], *lines[2:])]
    written = []
    for place, row in enumerate(rows):
        cell = "td" if place else "th"
        written.append("<tr>" + "".join(f"<{cell}>{_inline(one.strip())}</{cell}>" for one in row) + "</tr>")
    return f"<table>{''.join(written)}</table>"


def _inline(words: str) -> str:
    """Emphasis, code, links; formulas, tags and escaped signs go through untouched."""
    kept: list[str] = []

    def keep(markup: str) -> str:
        kept.append(markup)
        return f"\ue010{len(kept) - 1}\ue011"

    def aside(found: re.Match) -> str:
        if found["code"]:
            return keep(f"<code>{html.escape(found['coded'].strip(), quote=False)}</code>")
        if found["tex"]:
            return keep(html.escape(found["tex"], quote=False))
        if found["tag"]:
            return keep(found["tag"])
        if found["src"]:
            return keep(f'<img src="{html.escape(found["src"])}" alt="{html.escape(found["alt"])}">')
        if found["href"]:
            return keep(f'<a href="{html.escape(found["href"])}">{html.escape(found["label"], quote=False)}</a>')
        return keep(html.escape(found["sign"], quote=False))

    words = _KEPT.sub(aside, words.replace("\ue010", "").replace("\ue011", ""))
    words = re.sub(r"&(?!#?\w+;)", "&amp;", words).replace("<", "&lt;")
    for pattern, markup in _EMPHASIS:
        words = pattern.sub(markup, words)
    words = re.sub(r" {2,}\n|\\\n", "<br>", words)
    return re.sub(r"\ue010(\d+)\ue011", lambda found: kept[int(found[1])], words)
