"""PURE. Where everything of an answer sheet lies, in millimetres from the top left corner of an A4 page.

Four anchors (filled squares of ``ANCHOR``) stand in the corners; a small square beside the first tells which way up the
sheet lies. At every row of bubbles a timing mark stands on the left and on the right. A reader that finds the anchors
finds every bubble by the numbers given here: they are centres, and the template draws from the same numbers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

WIDTH, HEIGHT = 210.0, 297.0
ANCHOR = 6.0
ANCHORS = ((9.0, 9.0), (195.0, 9.0), (9.0, 282.0), (195.0, 282.0))  # top left corners
ORIENTATION = (17.0, 9.0, 3.0)  # x, y, side
TIMING = (3.0, 1.4)  # width, height
TIMING_LEFT, TIMING_RIGHT = 10.5, 196.5
RADIUS = 2.1
QR = (167.0, 12.0, 22.0)  # x, y, side

LEFT, RIGHT, BOTTOM = 18.0, 192.0, 279.0
GRID_TOP = 49.0  # first row of candidate number and paper code
GRID_PITCH = 5.2
DIGIT_PITCH = 6.0
NUMBER_LEFT, CODE_LEFT = 125.0, 168.0
BODY_TOP = 105.0

CHOICE_COLUMNS = 4
ROW = 5.6
CHOICE_PITCH = 6.2
CHOICE_LABEL = 11.0
MOST_CHOICES = 6  # more do not fit beside one another
DIGITS = ("-", ",", *"0123456789")
DIGIT_PLACES = 4
BLOCK_GAP = 3.0
TITLE = 6.0


@dataclass(frozen=True)
class Want:
    """What the sheet offers for a question: ``sort`` "choice" (one row of letters), "grid" (rows of letters), "digits"
    (a number of four places), "paper" (nothing: it is answered on paper)."""

    number: str
    sort: str
    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Square:
    """A filled rectangle; ``x`` and ``y`` are its top left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Bubble:
    """A circle to be filled; ``x`` and ``y`` are its centre. ``name``: "number.2.7" is digit 7 at place 2 of the
    candidate number, "code.1.4", "question.12.B", "question.19.a.Đ", "question.25.3.8"."""

    name: str
    x: float
    y: float
    label: str
    is_filled: bool = False


@dataclass(frozen=True)
class Words:
    """A text; ``align`` says whether ``x`` is its left end or its middle; ``y`` is its middle. ``size`` in points."""

    x: float
    y: float
    text: str
    size: float = 9
    align: str = "center"
    is_bold: bool = False


@dataclass
class Page:
    """One page of a sheet."""

    anchors: list[Square] = field(default_factory=list)
    timing: list[Square] = field(default_factory=list)
    bubbles: list[Bubble] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    boxes: list[Square] = field(default_factory=list)  # outlines


def lay_out(wants: Sequence[Want], number_digits: int = 6, code_digits: int = 3) -> list[Page]:
    """The pages of a sheet; sections follow one another and go on to a further page where one is full."""
    pages = [_new_page(number_digits, code_digits)]
    y = BODY_TOP
    choices = [want for want in wants if want.sort == "choice"]
    y = _lay_choices(pages, choices, y, number_digits, code_digits)
    for sort in ("grid", "digits"):
        blocks = [want for want in wants if want.sort == sort]
        y = _lay_blocks(pages, blocks, y, number_digits, code_digits)
    for page in pages:
        page.timing = _timing(page.bubbles)
    return pages


def fill_code(page: Page, code: str) -> Page:
    """The page with the bubbles of a paper code filled and its digits in their boxes."""
    wanted = {f"code.{place}.{digit}" for place, digit in enumerate(code, start=1)}
    filled = [replace(one, is_filled=True) if one.name in wanted else one for one in page.bubbles]
    digits = [
        Words(CODE_LEFT + place * DIGIT_PITCH, GRID_TOP - 6.5, digit, 12, is_bold=True)
        for place, digit in enumerate(code)
    ]
    return Page(page.anchors, page.timing, filled, page.words + digits, page.boxes)


def _new_page(number_digits: int, code_digits: int) -> Page:
    page = Page(anchors=[Square(x, y, ANCHOR, ANCHOR) for x, y in ANCHORS])
    page.anchors.append(Square(ORIENTATION[0], ORIENTATION[1], ORIENTATION[2], ORIENTATION[2]))
    _digit_columns(page, "number", "Số báo danh", NUMBER_LEFT, number_digits)
    _digit_columns(page, "code", "Mã đề", CODE_LEFT, code_digits)
    return page


def _digit_columns(page: Page, name: str, title: str, left: float, places: int) -> None:
    if not places:
        return
    middle = left + (places - 1) * DIGIT_PITCH / 2
    page.words.append(Words(middle, GRID_TOP - 12.2, title, 9, is_bold=True))
    for place in range(places):
        x = left + place * DIGIT_PITCH
        page.boxes.append(Square(x - DIGIT_PITCH / 2, GRID_TOP - 10, DIGIT_PITCH, 7))
        for digit in range(10):
            page.bubbles.append(
                Bubble(f"{name}.{place + 1}.{digit}", x, GRID_TOP + digit * GRID_PITCH, str(digit))
            )  # fmt: skip


def _lay_choices(
    pages: list[Page], choices: Sequence[Want], y: float, number_digits: int, code_digits: int
) -> float:  # fmt: skip
    """Rows of letters in four columns, downwards; as many columns as fit where there are more letters."""
    left = list(choices)
    while left:
        page = pages[-1]
        room = int((BOTTOM - y - RADIUS) / ROW) + 1
        widest = max(len(want.columns) for want in left)
        across = CHOICE_COLUMNS if CHOICE_LABEL + widest * CHOICE_PITCH <= 45 else 3
        here, left = left[: room * across], left[room * across :]
        rows = -(-len(here) // across)
        for at, want in enumerate(here):
            column, row = divmod(at, rows)
            x, middle = LEFT + column * (RIGHT - LEFT + 4) / across, y + row * ROW + RADIUS
            page.words.append(Words(x + 4, middle, want.number, 9, is_bold=True))
            for place, letter in enumerate(want.columns):
                page.bubbles.append(
                    Bubble(f"question.{want.number}.{letter}", x + CHOICE_LABEL + place * CHOICE_PITCH, middle, letter)
                )
        y += rows * ROW + BLOCK_GAP
        if left:
            pages.append(_new_page(number_digits, code_digits))
            y = BODY_TOP
    return y


def _lay_blocks(pages: list[Page], blocks: Sequence[Want], y: float, number_digits: int, code_digits: int) -> float:
    """Blocks side by side, a new line where one is full, a new page where the page is."""
    x, tallest = LEFT, 0.0
    for want in blocks:
        width, height = _size(want)
        if x + width > RIGHT + 2:
            x, y, tallest = LEFT, y + tallest + BLOCK_GAP, 0.0
        if y + height > BOTTOM:
            pages.append(_new_page(number_digits, code_digits))
            x, y, tallest = LEFT, BODY_TOP, 0.0
        _lay_block(pages[-1], want, x, y)
        x, tallest = x + width, max(tallest, height)
    return y + (tallest + BLOCK_GAP if blocks else 0)


def _size(want: Want) -> tuple[float, float]:
    if want.sort == "digits":
        return 29.0, TITLE + 8 + len(DIGITS) * GRID_PITCH
    return 9 + len(want.columns) * CHOICE_PITCH, TITLE + len(want.rows) * ROW


def _lay_block(page: Page, want: Want, x: float, y: float) -> None:
    columns = DIGIT_PLACES if want.sort == "digits" else len(want.columns)
    first = x + 6
    middle = first + (columns - 1) * CHOICE_PITCH / 2
    page.words.append(Words(middle, y + 2, f"Câu {want.number}", 9, is_bold=True))
    if want.sort == "digits":
        _lay_digits(page, want, first, y + TITLE)
        return
    for down, row in enumerate(want.rows):
        at = y + TITLE + down * ROW + RADIUS
        page.words.append(Words(first - 4.6, at, row, 8.5))
        for place, letter in enumerate(want.columns):
            page.bubbles.append(
                Bubble(f"question.{want.number}.{row}.{letter}", first + place * CHOICE_PITCH, at, letter)
            )


def _lay_digits(page: Page, want: Want, first: float, y: float) -> None:
    """Minus at the first place only, the comma at the second and third, a digit anywhere: as on the national sheet."""
    for place in range(DIGIT_PLACES):
        x = first + place * DIGIT_PITCH
        page.boxes.append(Square(x - DIGIT_PITCH / 2, y, DIGIT_PITCH, 7))
        for down, sign in enumerate(DIGITS):
            if (sign == "-" and place) or (sign == "," and place not in (1, 2)):
                continue
            name = f"question.{want.number}.{place + 1}.{sign}"
            page.bubbles.append(Bubble(name, x, y + 10 + down * GRID_PITCH, sign))


def _timing(bubbles: Iterable[Bubble]) -> list[Square]:
    """A mark left and right of every row that holds a bubble; rows nearer than a mark is high share one."""
    width, height = TIMING
    found: list[Square] = []
    last = 0.0
    for y in sorted({round(one.y, 2) for one in bubbles}):
        if y - last < 2 * height:
            continue
        last = y
        found += [Square(x, y - height / 2, width, height) for x in (TIMING_LEFT, TIMING_RIGHT)]
    return found
