"""PURE. One explanation out of what Moodle keeps apart: general feedback, feedback of answers, combined feedback."""

import re
from collections.abc import Iterable, Sequence

from exambank.interchange.texts import read_plain

# what Moodle itself puts there when the author wrote nothing, in the languages met so far
_DEFAULTS = {
    "your answer is correct", "your answer is partially correct", "your answer is incorrect",
    "câu trả lời của bạn đúng", "câu trả lời của bạn đúng một phần", "câu trả lời của bạn sai",
    "câu trả lời của bạn là đúng", "câu trả lời của bạn là sai", "câu trả lời đúng", "câu trả lời sai",
    "die antwort ist richtig", "die antwort ist teilweise richtig", "die antwort ist falsch",
    "ihre antwort ist richtig", "ihre antwort ist teilweise richtig", "ihre antwort ist falsch",
    "votre réponse est correcte", "votre réponse est partiellement correcte", "votre réponse est incorrecte",
    "respuesta correcta", "respuesta parcialmente correcta", "respuesta incorrecta",
    "risposta corretta", "risposta parzialmente esatta", "risposta errata",
    "je antwoord is juist", "je antwoord is gedeeltelijk juist", "je antwoord is onjuist",
    "a sua resposta está correta", "a sua resposta está parcialmente correta", "a sua resposta está incorreta",
}  # fmt: skip
_BLOCK = re.compile(r"^<(?:p|ul|ol|table|pre|blockquote|h3|h4)\b")


def is_default(words: str) -> bool:
    """Whether these words are only what Moodle says where the author said nothing."""
    return words.strip(" .!").casefold() in _DEFAULTS


def explanation_of(general: str, feedback: Sequence[tuple[str, str]], combined: Iterable[str]) -> str:
    """One text: the general feedback, then what belongs to single answers as a list, then the combined feedback."""
    parts = [general] if general else []
    if feedback:
        rows = "".join(f"<li>{read_plain(label).html}: {html}</li>" for label, html in feedback)
        parts.append(f"<ul>{rows}</ul>")
    parts += [html for html in dict.fromkeys(combined) if html and html != general]
    if len(parts) == 1:
        return parts[0]
    return "".join(part if _BLOCK.match(part) else f"<p>{part}</p>" for part in parts)
