"""PURE. The document as lines in reading order: cells of layout tables among them, tables of questions told apart."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from exambank.interchange.formats.word.exam.tables import Record, is_layout, joined_cells, records_of, statements_of
from exambank.interchange.formats.word.parts.blocks import Paragraph, Table
from exambank.interchange.formats.word.parts.numbering import AutoLabel
from exambank.interchange.formats.word.parts.rich import Rich, plain_rich
from exambank.interchange.neutral import Place

LONGEST_LINE = 8_000
PLAIN, QUESTION, OPTION, KEY, LEVEL, TOPIC, EXPLANATION, TABLE = (
    "", "question", "option", "key", "level", "topic", "explanation", "table",
)  # fmt: skip


@dataclass
class Line:
    """One line. ``role`` is what it is for certain (a cell of a table of questions); "" lets its words tell.

    ``mark`` is what such a cell says besides: the number of a question, the letter of an option, whether it is true.
    """

    rich: Rich
    place: Place
    label: AutoLabel | None = None
    outline: int | None = None
    role: str = PLAIN
    mark: str = ""
    table: Table | None = None
    truth: bool | None = None
    extra: dict = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.rich.text


def lines_of(blocks: list) -> list[Line]:
    """All lines of the document."""
    return [line for block in blocks for line in _of_block(block)]


def _of_block(block) -> Iterator[Line]:
    if isinstance(block, Paragraph):
        yield from _of_paragraph(block)
        return
    records = records_of(block)
    if records is not None:
        for record in records:
            yield from _of_record(record)
        return
    statements = statements_of(block)
    if statements is not None:
        for one in statements:
            yield Line(one.rich, one.place, role=OPTION, mark=one.letter, truth=one.truth)
        return
    if is_layout(block):
        for row in joined_cells(block):
            for cell in row:
                for inner in cell.blocks:
                    yield from _of_block(inner)
        return
    yield Line(Rich(), block.place, role=TABLE, table=block)


def _of_paragraph(paragraph: Paragraph) -> Iterator[Line]:
    label = paragraph.label
    for one in _pages(paragraph.rich):
        if one.is_empty:
            continue
        yield Line(one, paragraph.place, label, paragraph.outline)
        label = None


def _pages(rich: Rich) -> Iterator[Rich]:
    """Its lines; one that is longer than a page is cut between words, so that no line costs more than its length."""
    for one in rich.lines():
        while len(one) > LONGEST_LINE:
            place = one.text.rfind(" ", LONGEST_LINE // 2, LONGEST_LINE) + 1 or LONGEST_LINE
            yield one[:place]
            one = one[place:]
        yield one


def _of_record(record: Record) -> Iterator[Line]:
    first = True
    for paragraph in record.stem:
        for one in paragraph.rich.lines() or [Rich()]:
            if first:
                yield Line(one, record.place, role=QUESTION, mark=record.number)
                first = False
            elif not one.is_empty:
                yield Line(one, record.place)
    for letter, rich in record.options:
        yield Line(rich, record.place, role=OPTION, mark=letter)
    for rich in record.option_lines:
        yield Line(rich, record.place)
    for role, words in ((TOPIC, record.topic), (LEVEL, record.level), (KEY, record.key)):
        if words:
            yield Line(plain_rich(words), record.place, role=role)
    if record.explanation is not None and not record.explanation.is_empty:
        yield Line(record.explanation, record.place, role=EXPLANATION)
