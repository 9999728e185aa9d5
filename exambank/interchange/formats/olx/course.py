"""PURE. The problems of an OLX file, course or library, each with the titles that stand over it."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from exambank.interchange.formats.canvas.parsing import decoded, slices_of
from exambank.interchange.formats.olx.problem import Around, read_problem
from exambank.interchange.formats.olx.tarball import open_tarball
from exambank.interchange.neutral import Entry, Gallery, Place, Problem, Raw, Reading, Source, UnreadableFile
from exambank.interchange.safety.archives import Archive
from exambank.interchange.safety.xml import local_name, parse_xml
from exambank.interchange.texts import embedded_picture

MOST_PROBLEMS = 20_000
_EVERY = 20
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")
_STRUCTURE = {"course", "chapter", "sequential", "vertical", "library", "library_content", "problembank", "itembank",
              "split_test", "wrapper"}  # fmt: skip
_BLOCKS = {"video", "discussion", "lti", "lti_consumer", "poll", "survey", "word_cloud", "openassessment",
           "drag-and-drop-v2", "annotatable", "poll_question", "conditional", "randomize"}  # fmt: skip


@dataclass(frozen=True)
class _File:
    """One XML file: ``root`` is None where it is broken beyond mending."""

    path: str
    body: bytes
    markup: str
    root: object
    line: int = 1

    @cached_property
    def slices(self) -> list[str]:
        """The text of every problem that holds something."""
        return [one for one in slices_of(self.markup, "problem") if not re.match(r"<[^>]*/>$", one)]


def read(source: Source) -> Reading:
    """Every problem of the file. UnreadableFile when it cannot be used."""
    files = _files(source)
    parsed = [_parsed(path, body) for path, body in files.items() if path.lower().endswith(".xml")]
    titles = _Titles(parsed)
    gallery = Gallery()
    found = [(file, element, number) for file in parsed for number, element in enumerate(_problems(file))]
    if not found:
        broken = next((file for file in parsed if file.root is None), None)
        if broken is not None and len(parsed) == 1:
            parse_xml(broken.markup.encode("utf-8", "replace"))
        raise UnreadableFile("no_questions")
    if len(found) > MOST_PROBLEMS:
        raise UnreadableFile("too_many_questions", count=len(found), limit=MOST_PROBLEMS)
    entries: list[Entry] = []
    picture = _finder(source, files, gallery)
    for done, (file, element, number) in enumerate(found, start=1):
        entries.append(_entry(file, element, number, titles, picture))
        if done % _EVERY == 0:
            source.progress(done, len(found))
    return Reading("olx", tuple(entries), gallery.files, tuple(_notices(parsed, files)), titles.course)


# --- files ---


def _files(source: Source) -> Mapping[str, bytes]:
    """The files that matter, by their paths; a lone XML has the path ""."""
    if source.body.startswith(b"\x1f\x8b"):
        return dict(sorted(open_tarball(source.body, _is_wanted).items()))
    if source.body.startswith(b"PK"):
        archive = Archive(source.body)
        return {path: archive.read(path) for path in sorted(archive) if _is_wanted(path)}
    return {".xml": source.body}


def _is_wanted(path: str) -> bool:
    name = path.rpartition("/")[2]
    return not name.startswith("._") and path.lower().endswith((".xml", *_PICTURES))


def _parsed(path: str, body: bytes) -> _File:
    markup = decoded(body)
    name = "" if path == ".xml" else path
    try:
        return _File(name, body, markup, parse_xml(markup.encode("utf-8", "replace")))
    except UnreadableFile as error:
        if error.code != "xml_broken":
            raise
        return _File(name, body, markup, None, error.values.get("line", 1))


def _problems(file: _File) -> Iterator:
    """The problems that stand in a file; a reference to another file is none. A broken problem file is one as well."""
    if file.root is None:
        if re.search(r"<problem[\s>]", file.markup):
            yield None
        return
    for one in file.root.iter():
        if local_name(one) == "problem" and (one is file.root or len(one) or (one.text or "").strip()):
            yield one


def _finder(source: Source, files: Mapping[str, bytes], gallery: Gallery):
    """How pictures are found: ``/static/name`` and the names that Studio gives to assets."""
    by_name: dict[str, str] = {}
    for path in files:
        by_name.setdefault(posixpath.basename(path).casefold(), path)

    def find(address: str, alt: str) -> str | None:
        embedded = embedded_picture(address)
        if embedded is not None:
            return gallery.add(alt or "picture", embedded)
        plain = unquote(address.split("?")[0].split("#")[0])
        if re.match(r"https?:", plain, re.IGNORECASE):
            return None
        name = re.split(r"[/@]", plain)[-1]
        path = by_name.get(name.casefold()) or by_name.get(name.replace(" ", "_").casefold())
        body = files[path] if path else source.beside(plain.lstrip("/"))
        return gallery.add(name, body) if body is not None else None

    return find


# --- entries ---


def _entry(file: _File, element, number: int, titles: "_Titles", picture) -> Entry:
    if element is None:
        problem = Problem("problem_broken", "raw", values={"line": file.line})
        raw = Raw("olx", file.body, ".xml", "", _stem_of(file.path))
        return Entry(
            _place(file.path, file.line), _stem_of(file.path), None, raw, (problem,), (("XML", file.markup[:2000]),)
        )
    is_whole = element is file.root
    ident = element.get("url_name") or (_stem_of(file.path) if is_whole else "")

    def exact() -> bytes:
        if is_whole:
            return file.body
        return file.slices[number].encode("utf-8", "replace") if number < len(file.slices) else file.body

    around = Around(
        _place(file.path, element.sourceline or 1), ident, titles.over(element, ident, is_whole), exact, picture
    )
    return read_problem(element, around)


def _place(path: str, line: int) -> Place:
    return Place("file_line", {"path": path, "line": line}) if path else Place("line", {"line": line})


def _stem_of(path: str) -> str:
    return posixpath.basename(path).rpartition(".")[0]


class _Titles:
    """What stands over each problem in the course: the nearest title first."""

    def __init__(self, files: list[_File]):
        self._parents: dict[tuple[str, str], tuple[str, str]] = {}
        self._names: dict[tuple[str, str], str] = {}
        self.course = ""
        for file in files:
            if file.root is not None:
                self._read(file)

    def _read(self, file: _File) -> None:
        for one in file.root.iter():
            kind = local_name(one)
            if kind not in _STRUCTURE:
                continue
            me = (kind, one.get("url_name") or (_stem_of(file.path) if one is file.root else ""))
            title = " ".join((one.get("display_name") or "").split())
            if title:
                self._names[me] = title
                self.course = self.course or (title if kind in ("course", "library") else "")
            for child in one:
                if local_name(child):
                    self._parents.setdefault((local_name(child), child.get("url_name") or ""), me)

    def over(self, element, ident: str, is_whole: bool) -> tuple[str, ...]:
        """The titles over a problem: of its part and chapter, of the single unit only where there is no other."""
        found, me = [], ("problem", ident)
        if not is_whole:
            parent = element.getparent()
            while parent is not None and local_name(parent) not in _STRUCTURE:
                parent = parent.getparent()
            if parent is not None and not ident:
                title = " ".join((parent.get("display_name") or "").split())
                return (title,) if title else ()
        unit = ""
        for _step in range(12):
            me = self._parents.get(me)
            if me is None:
                break
            if me[0] == "vertical":
                unit = unit or self._names.get(me, "")
            elif me[0] != "course" and me in self._names:
                found.append(self._names[me])
        return tuple(dict.fromkeys(found)) or ((unit,) if unit else ())


def _notices(files: list[_File], all_files: Mapping[str, bytes]) -> Iterator[tuple[str, dict]]:
    pages = sum("/html/" in f"/{path}" and path.endswith(".xml") for path in all_files)
    inside = sum(local_name(one) == "html" and (len(one) > 0) for file in files if file.root is not None
                 for one in file.root.iter() if one is not file.root)  # fmt: skip
    if pages or inside:
        yield "html_components_left_out", {"count": pages or inside}
    names = {local_name(one) for file in files if file.root is not None for one in file.root.iter()} & _BLOCKS
    if names:
        yield "blocks_left_out", {"names": ", ".join(sorted(names))}
    for file in files:
        if file.root is None and not re.search(r"<problem[\s>]", file.markup):
            yield "file_unread", {"path": file.path[:200], "line": file.line}
