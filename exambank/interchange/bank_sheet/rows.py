"""PURE. One row of a bank sheet into an item draft, with every problem named by its column."""

import re
from collections.abc import Callable, Sequence

from exambank import text
from exambank.interchange.bank_sheet import keys, kinds, options
from exambank.interchange.bank_sheet.headers import LABELS, Columns
from exambank.interchange.bank_sheet.records import REFUSED, WARNING, DraftOption, ItemDraft, Problem, RowReading

Locks = Callable[[Sequence[str]], Sequence[bool]]

STEM_LIMIT, TOPIC_LIMIT, TAG_LIMIT, SOURCE_LIMIT, PICTURE_LIMIT = 20_000, 300, 60, 300, 300
FATAL_TAG = "điểm liệt"
PER_OPTION = ("tung phuong an", "per option", "per_option")
_NO_WORDS = {"", "0", "khong", "no", "false", "n", "k", "-", "–", "none", "ko"}


class _Row:
    """The cells of one row under their fields, and the problems met on the way."""

    def __init__(self, columns: Columns, cells: list[str], filled: dict[str, str]):
        self.columns, self.cells, self.filled = columns, cells, filled
        self.problems: list[Problem] = []

    def at(self, column: int) -> str:
        return self.cells[column] if column < len(self.cells) else ""

    def get(self, field: str) -> str:
        column = self.columns.fields.get(field)
        return self.filled.get(field, "") if column is None else self.at(column) or self.filled.get(field, "")

    def say(self, severity: str, code: str, field: str = "", /, **values) -> None:
        self.problems.append(Problem(code, severity, self.columns.header(field), values))


def read_row(columns: Columns, cells: list[str], number: int, locks: Locks, filled: dict[str, str]) -> RowReading:
    """Read the row that people see as ``number``; ``filled`` holds what merged cells or headings say of it."""
    row = _Row(columns, cells, filled)
    draft = _draft(row, locks)
    source = tuple((columns.headers[at], cell) for at, cell in enumerate(cells) if cell and at < len(columns.headers))
    return RowReading(number, row.get("number")[:40], draft, tuple(row.problems), source)


def _draft(row: _Row, locks: Locks) -> ItemDraft | None:
    stem, texts = _stem_and_options(row)
    kind = kinds.read_kind(row.get("kind"))
    if kind == kinds.UNSUPPORTED:
        row.say(REFUSED, "kind_unsupported", "kind", kind=row.get("kind")[:60])
    if kind == kinds.UNKNOWN:
        row.say(WARNING, "kind_unknown", "kind", kind=row.get("kind")[:60])
        kind = kinds.AMBIGUOUS
    _check_texts(row, stem, texts, kind)
    if any(problem.severity == REFUSED for problem in row.problems):
        return None
    kind, values, right = _kind_and_key(row, kind, texts)
    if right is None:
        return None
    locked = _locks(row, kind, list(texts), values, locks)
    return _with_labels(row, _with_locks(kind, stem, values, right, locked))


# --- question and options ---


def _stem_and_options(row: _Row) -> tuple[str, dict[str, str]]:
    stem = options.strip_number(row.get("stem"))
    texts = {label: row.at(column) for label, column in row.columns.options if row.at(column)}
    if not texts and row.get("options"):
        before, found = options.split_options(row.get("options"))
        if before:
            row.say(WARNING, "text_before_options", "options", text=before[:60])
        texts = dict(zip(LABELS, found, strict=False))
        if len(found) > len(LABELS):
            row.say(REFUSED, "too_many_options", "options", count=len(found), limit=len(LABELS))
    elif not texts:
        stem, found = options.split_stem(stem)
        texts = dict(zip(LABELS, found, strict=False))
    return stem, options.strip_own_labels(texts)


def _check_texts(row: _Row, stem: str, texts: dict[str, str], kind: str) -> None:
    if not stem:
        row.say(REFUSED, "no_stem", "stem")
    if len(stem) > STEM_LIMIT:
        row.say(REFUSED, "stem_too_long", "stem", length=len(stem), limit=STEM_LIMIT)
    needs_options = kind != kinds.TRUE_FALSE and not (not texts and len(keys.read_truths(row.get("key"))) == 1)
    if len(texts) < 2 and needs_options:
        row.say(REFUSED, "too_few_options", "options", count=len(texts))
    gaps = [label for label in LABELS[: len(texts)] if label not in texts]
    if gaps:
        row.say(WARNING, "option_gap", "options", labels=", ".join(gaps))
    folded = [keys.fold(one) for one in texts.values()]
    if kind != kinds.CLUSTER and len(set(texts.values())) < len(texts):
        row.say(REFUSED, "same_options", "options")
    elif len(set(folded)) < len(folded):
        row.say(WARNING, "alike_options", "options")
    words = {word for one in (stem, *texts.values()) for word in re.findall(r"[^\W\d_]+", one)}
    mixed = sorted(word for word in words if text.has_mixed_script(word))
    if mixed:
        row.say(WARNING, "mixed_script", "stem", words=", ".join(mixed[:3]))


# --- kind and key ---


def _kind_and_key(row: _Row, kind: str, texts: dict[str, str]) -> tuple[str, list[str], list[bool] | None]:
    """Settle the kind and say of every option whether it is right (None: refused, and said why)."""
    labels, values, cell = list(texts), list(texts.values()), row.get("key")
    truths = keys.read_truths(cell)
    is_pair = kinds.is_truth_pair(values)
    if kind == kinds.TRUE_FALSE and len(values) > 2:
        kind = kinds.CLUSTER
    if kind == kinds.TRUE_FALSE or (not kind and (not values or is_pair)):
        return kinds.TRUE_FALSE, *_true_false(row, labels, values, truths)
    if kind == kinds.CLUSTER or (not kind and len(truths) > 1):
        return kinds.CLUSTER, values, _cluster(row, labels, values, truths)
    reading = keys.read_key(cell, labels, values)
    if reading.problem:
        row.say(REFUSED, reading.problem, "key", **(reading.values or {}))
        return kind, values, None
    if reading.warning:
        row.say(WARNING, reading.warning, "key", key=cell[:60])
    return _choice_kind(row, kind, values, reading.right)


def _choice_kind(row: _Row, kind: str, values: list[str], right: frozenset[int]):
    if kind == kinds.SINGLE and len(right) > 1:
        row.say(REFUSED, "several_keys", "key", count=len(right))
        return kind, values, None
    if len(right) == len(values):
        row.say(WARNING, "all_right", "key")
    kind = kind or (kinds.SINGLE if len(right) == 1 else kinds.MULTIPLE)
    return kind, values, [at in right for at in range(len(values))]


def _true_false(row: _Row, labels: list[str], values: list[str], truths: tuple[bool, ...]):
    """Two options in the file's order, or Đúng and Sai when it has none; other words stand in that order too."""
    if not row.get("key"):
        row.say(REFUSED, "no_key", "key")
        return [], None
    values = values or ["Đúng", "Sai"]
    if len(values) != 2:
        row.say(REFUSED, "true_false_options", "options")
        return [], None
    is_true = [True, False]
    if kinds.is_truth_pair(values):
        is_true = [one == (True,) for one in map(keys.read_truths, values)]
    if len(truths) == 1:
        return values, [option == truths[0] for option in is_true]
    reading = keys.read_key(row.get("key"), labels or ["A", "B"], values)
    if reading.problem or len(reading.right) != 1:
        row.say(REFUSED, reading.problem or "several_keys", "key", **(reading.values or {"count": len(reading.right)}))
        return [], None
    return values, [at in reading.right for at in range(2)]


def _cluster(row: _Row, labels: list[str], values: list[str], truths: tuple[bool, ...]) -> list[bool] | None:
    if not row.get("key"):
        row.say(REFUSED, "no_key", "key")
        return None
    if truths and len(truths) != len(values):
        row.say(REFUSED, "truth_count", "key", truths=len(truths), statements=len(values))
        return None
    if truths:
        return list(truths)
    reading = keys.read_key(row.get("key"), labels, values)
    if reading.problem:
        row.say(REFUSED, reading.problem, "key", **(reading.values or {}))
        return None
    return [at in reading.right for at in range(len(values))]


def _with_locks(kind: str, stem: str, values: list[str], right: list[bool], locked: list[bool]) -> ItemDraft:
    found = tuple(DraftOption(*option) for option in zip(values, right, locked, strict=True))
    return ItemDraft(kind, stem, found)


def _locks(row: _Row, kind: str, labels: list[str], values: list[str], locks: Locks) -> list[bool]:
    """Options that may not move: those that speak of others, and those that the file names."""
    if kind == kinds.TRUE_FALSE:
        return [False] * len(values)
    recognised, cell = list(locks(values)), row.get("locked")
    if text.search_key(cell) in _NO_WORDS:
        return recognised
    named = set(re.split(r"[\s,;/]+", cell.upper().strip()))
    if not named <= set(labels):
        return [True] * len(values)  # "x", "tất cả": the whole order stays
    return [known or label in named for known, label in zip(recognised, labels, strict=True)]


# --- what the item belongs to ---


def _with_labels(row: _Row, draft: ItemDraft) -> ItemDraft | None:
    topics = topic_names(row.get("chapter"), row.get("chapter_name"), row.get("topic"))
    if topics and len(topics[0]) > TOPIC_LIMIT:
        row.say(REFUSED, "topic_too_long", "topic", limit=TOPIC_LIMIT)
        return None
    scoring = _scoring(row, draft)
    picture = row.get("picture")[:PICTURE_LIMIT]
    if picture:
        row.say(WARNING, "picture_absent", "picture", name=picture[:100])
    level = row.get("level")[:100]
    found = ItemDraft(
        draft.kind, draft.stem, draft.options, scoring or (), topics, level, _tags(row),
        row.get("source")[:SOURCE_LIMIT], picture, row.get("note")[:2000],
    )  # fmt: skip
    return None if scoring is None else found


def topic_names(chapter: str, chapter_name: str, topic: str) -> tuple[str, ...]:
    """Join chapter and name: ("1", "Quy định") gives "Chương 1. Quy định", also known by either part."""
    name = " ".join((chapter_name or topic).split())
    chapter = " ".join(chapter.split())
    if chapter and re.fullmatch(r"\d{1,3}|[IVXLC]{1,6}", chapter):
        chapter = f"Chương {chapter}"
    if not chapter or not name:
        return (chapter or name,) if chapter or name else ()
    if keys.fold(name) in keys.fold(chapter):
        return (chapter,)
    if keys.fold(name).startswith(keys.fold(chapter)):
        return (name,)
    return (f"{chapter.rstrip('.: ')}. {name}", name, chapter)


def _tags(row: _Row) -> tuple[str, ...]:
    cell = row.get("tags")
    found = [" ".join(tag.split()) for tag in re.split(r"[;\n|]" if re.search(r"[;\n|]", cell) else ",", cell)]
    if any(len(tag) > TAG_LIMIT for tag in found):
        row.say(WARNING, "tag_cut", "tags", limit=TAG_LIMIT)
    if text.search_key(row.get("fatal")) not in _NO_WORDS:
        found.append(FATAL_TAG)
    return tuple(dict.fromkeys(tag[:TAG_LIMIT].strip() for tag in found if tag))


def _scoring(row: _Row, draft: ItemDraft) -> tuple[str, ...] | None:
    """A table from no right statement to all of them; () when the file has none, None when it is refused."""
    cell = row.get("scoring")
    if draft.kind == kinds.MULTIPLE and keys.fold(cell) in PER_OPTION:
        return ("per_option",)
    if not cell or draft.kind != kinds.CLUSTER:
        return ()
    separator = r"[;|\n]" if re.search(r"[;|\n]", cell) else r"[,\s]+" if "." in cell else r"\s+"
    try:
        shares = [text.parse_points(part) for part in re.split(separator, cell) if part.strip()]
    except ValueError:
        shares = []
    is_table = len(shares) == len(draft.options) + 1 and shares == sorted(shares) and shares[-1] == 1 and shares[0] == 0
    if not is_table or any(share.as_tuple().exponent < -4 for share in shares):
        row.say(REFUSED, "bad_scoring", "scoring", wanted=len(draft.options) + 1, statements=len(draft.options))
        return None
    return tuple(f"{share:f}" for share in shares)
