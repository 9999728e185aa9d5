"""PURE. A block of GIFT while it is read: its title, its format, its brackets, and its texts."""

import html
import re
from dataclasses import dataclass, field, replace

from exambank.interchange.formats.gift.answers import Answers, is_plain_answer, kind_of, read_answers
from exambank.interchange.formats.gift.blocks import Block
from exambank.interchange.formats.gift.escapes import aside, back, brackets_aside
from exambank.interchange.formats.gift.kinds import READERS, gaps_of
from exambank.interchange.formats.moodle.cloze import has_gaps
from exambank.interchange.formats.moodle.gaps import cloze_of
from exambank.interchange.formats.moodle.markup import FORMATS, as_html
from exambank.interchange.formats.moodle.question import MOST_PROBLEMS, MOST_ROWS, Found, NotPlayable
from exambank.interchange.neutral import NOTICE, WARNING, Problem
from exambank.interchange.texts import read_html

_FORM = re.compile(r"\s*\[(\w+)\]")
_TITLE = re.compile(r"\s*::(.*?)::", re.DOTALL)
_BLANK = "_____"
_LONGEST = 150_000
_PROMPT = re.compile(aside('<div class="exambank-prompt">') + r".*?</div>", re.DOTALL)


@dataclass(frozen=True)
class Group:
    """A pair of curly brackets in the text, and what stands within."""

    start: int
    end: int
    inner: str
    kind: str


class Unclear(ValueError):
    """A block that cannot be understood; ``code`` says why."""

    def __init__(self, code: str, **values):
        super().__init__(code)
        self.code, self.values = code, values


@dataclass
class Item:
    """A block while it is read: what its readers share with those of Moodle XML."""

    block: Block
    unwraps: bool = True
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self):
        self.own, self.general, self.name, self._stem = self.block.own, "", "", ""
        self._form = "moodle"

    def tell(self, code: str, severity: str = NOTICE, **values) -> None:
        """Note a problem, the same one only once."""
        problem = Problem(code, severity, values=values)
        if problem not in self.problems and len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)

    def stem(self) -> str:
        """The question text as the bank keeps it."""
        return self._stem

    def html(self, source: str) -> str:
        """A text of this question, in its own format or in the question's."""
        form, source = self._with_form(source)
        return self.html_of(as_html(back(source).strip(), form))

    def html_of(self, markup: str) -> str:
        """Foreign HTML as the bank keeps it; GIFT carries no pictures, so each is told to be missing."""
        if not markup.strip():
            return ""
        found = read_html(markup, unwrap=self.unwraps)
        for problem in found.problems:
            self.tell(problem.code, problem.severity, **problem.values)
        return found.html

    def _with_form(self, source: str) -> tuple[str, str]:
        given = _FORM.match(source)
        if given and given[1].lower() in FORMATS and not given[1].isdigit():
            return given[1].lower(), source[given.end() :]
        return self._form, source

    def without_form(self, source: str) -> str:
        """A text without the name of its format."""
        return self._with_form(source)[1]

    def typed(self, source: str) -> str:
        """An answer to be typed: plain text on one line."""
        return " ".join(back(self.without_form(source)).split())

    # --- the parts of a block ---

    def read(self) -> Found:
        """What the block says."""
        if len(self.block.text) > _LONGEST:
            raise Unclear("gift_too_long")
        source = aside(self.block.text)
        title = _TITLE.match(source)
        if title:
            self.name = " ".join(back(title[1]).split())
            source = source[title.end() :]
        given = _FORM.match(source)
        if given and given[1].lower() in FORMATS and not given[1].isdigit():
            self._form, source = given[1].lower(), source[given.end() :]
        groups = self._groups(source)
        if not groups:
            raise NotPlayable("moodle_no_question_raw")
        if any(group.kind == "cloze" for group in groups):
            return self._cloze(source)
        if len(groups) == 1:
            return self._one(source, groups[0], groups[0].kind)
        return self._several(source, groups)

    def _groups(self, source: str) -> list[Group]:
        """The brackets that hold answers; others are words of the text, as long as some hold answers."""
        found, is_balanced = _pairs_of_brackets(source)
        sure = [one for one in found if one.kind not in ("", "essay") and is_plain_answer(one.inner)]
        if not sure:
            sure = [one for one in found if one.kind == "essay"][-1:]
        if not sure:
            sure = [one for one in found if one.kind]
        if not sure and ("{" in source or "}" in source):
            raise Unclear("gift_brackets" if is_balanced else "gift_open_bracket")
        if sure and not is_balanced:
            self.tell("moodle_stray_bracket", NOTICE)
        return sure

    def _one(self, source: str, group: Group, kind: str) -> Found:
        if kind == "pairs" and self.own.get("kind") == "short_text":
            kind = "text"
        answers = self._answers(group, kind)
        before, after = source[: group.start], source[group.end :]
        self.general = self.html(answers.general) if answers.general else ""
        if self.own.get("kind") == "fill_in" and answers.kind in ("text", "choice"):
            return self._fill_in(source, [(group, answers)])
        if answers.kind == "text" and (after.strip(" .?!:;,\n") or not before.strip()):
            return self._fill_in(source, [(group, answers)])
        if not after.strip(" .?!") and before.rstrip()[-1:] in ("?", "!", ".", ":"):
            after = ""  # "How many? {#3}." has no place for a blank
        blank = _BLANK if after.strip() else ""
        if answers.kind == "essay" and isinstance(self.own.get("content"), dict):
            before = _PROMPT.sub("", before)
        self._stem = self.html(before.rstrip() + (" " if blank and before.strip() else "") + blank + after)
        if not self._stem:
            self._stem = html.escape(self.name, quote=False)
        return READERS[answers.kind](self, answers)

    def _answers(self, group: Group, kind: str) -> Answers:
        found = read_answers(group.inner, kind)
        if len(found.rows) > MOST_ROWS:
            self.tell("moodle_rows_cut", WARNING, limit=MOST_ROWS)
            return replace(found, rows=found.rows[:MOST_ROWS])
        return found

    def _several(self, source: str, groups: list[Group]) -> Found:
        """Several brackets in one text: gaps to fill in."""
        parts = []
        for group in groups:
            answers = self._answers(group, group.kind)
            if answers.kind not in ("text", "choice", "number", "truth"):
                raise Unclear("gift_mixed")
            if answers.general:
                self.general += self.html(answers.general)
            parts.append((group, answers))
        return self._fill_in(source, parts)

    def _fill_in(self, source: str, parts: list[tuple[Group, Answers]]) -> Found:
        marked, at = [], 0
        for place, (group, _answers) in enumerate(parts):
            marked += [source[at : group.start], f"EXGAP{place:08x}EXGAP"]
            at = group.end
        shown = self.html("".join([*marked, source[at:]]))
        return gaps_of(self, shown, [answers for _group, answers in parts])

    def _cloze(self, source: str) -> Found:
        markup = as_html(back(source), self._form)
        if not has_gaps(markup):
            raise Unclear("gift_brackets")
        found = cloze_of(self, markup, self.html_of)
        return found


def _pairs_of_brackets(source: str) -> tuple[list[Group], bool]:
    """The outermost pairs of brackets, and whether none is left over; brackets within a pair are signs of its words."""
    found, depth, start, is_balanced = [], 0, 0, True
    for place, sign in enumerate(source):
        if sign == "{":
            start = place if depth == 0 else start
            depth += 1
        elif sign == "}" and depth == 0:
            is_balanced = False
        elif sign == "}":
            depth -= 1
            if depth == 0:
                inner = brackets_aside(source[start + 1 : place])
                found.append(Group(start, place + 1, inner, kind_of(inner)))
    if depth:
        return [*found, *_inner_pairs(source, start)], False
    return found, is_balanced


def _inner_pairs(source: str, start: int) -> list[Group]:
    """Where a bracket is never closed: the innermost pairs behind it."""
    pairs = re.finditer(r"\{([^{}]*)\}", source[start:])
    return [Group(start + one.start(), start + one.end(), one[1], kind_of(one[1])) for one in pairs]
