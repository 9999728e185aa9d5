"""PURE. Categories: Moodle's paths and the names of our topics."""

import html
import re

_DEFAULT = re.compile(r"^(?:default for|mặc định cho|mặc định trong|standard für|défaut pour|por defecto en)\s+", re.I)
_SEPARATOR = " / "


def topics_of_path(path: str) -> tuple[str, ...]:
    r"""The names of a topic, the fullest first: "$course$/top/Chương 1/Bài 2" gives "Chương 1 / Bài 2", "Bài 2".

    A category that Moodle made by itself ("Default for X") counts only where it stands alone; "//" is a slash.
    """
    parts = [" ".join(html.unescape(part).replace("\0", "/").split()) for part in path.replace("//", "\0").split("/")]
    parts = [part for part in parts if part]
    if parts and re.fullmatch(r"\$\w+\$", parts[0]):
        parts = parts[1:]
    if parts and parts[0].casefold() == "top":
        parts = parts[1:]
    named = [part for part in parts if not _DEFAULT.match(part)] or [_DEFAULT.sub("", part) for part in parts[-1:]]
    return names_of(named)


def names_of(parts: list[str]) -> tuple[str, ...]:
    """The names under which a topic of these parts may be known."""
    if not parts:
        return ()
    return tuple(dict.fromkeys((_SEPARATOR.join(parts), parts[-1])))


def path_of_topics(names: tuple[str, ...]) -> str:
    """The path of a topic as Moodle writes it."""
    if not names:
        return "$course$/top"
    parts = names[0].split(_SEPARATOR)
    if names_of(parts) != tuple(names):
        parts = [names[0]]
    return "/".join(["$course$", "top", *(part.replace("/", "//") for part in parts)])
