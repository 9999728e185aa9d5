"""Batches for tests that need no file: a reading made here, kept as the worker would keep it."""

from exambank import clock
from exambank.courses.models import CourseModule
from exambank.db import db, unit_of_work
from exambank.interchange import service
from exambank.interchange.models import ImportBatch
from exambank.interchange.neutral import RAW, WARNING, Entry, Gallery, Place, Problem, Raw, Reading, draft_of
from exambank.interchange.service.reading import keep_reading, prepare_reading
from tests.interchange.drafts import SMALL_PNG, example
from tests.people import actor_of

STACK = b"<question type='stack'><script>alert(1)</script></question>"


def reading_of(*entries: Entry, **values) -> Reading:
    return Reading("moodle", entries, **values)


def raw_entry(name: str = "Câu STACK", files=()) -> Entry:
    """An item that we cannot play."""
    return Entry(
        Place("line", {"line": 90}), name, raw=Raw("moodle", STACK, ".xml", name, "q-9", files),
        problems=(Problem("media_left_out", RAW, values={"name": "stack"}),), source=(("type", "stack"),),
    )  # fmt: skip


def refused_entry(name: str = "Câu hỏng") -> Entry:
    return Entry(
        Place("line", {"line": 70}), name, problems=(Problem("no_stem", "refused"),), source=(("text", "Câu gì đây?"),)
    )


def drawn_reading() -> Reading:
    """An item with a picture, one without a key, one that is kept raw, one that is refused."""
    gallery = Gallery()
    picture = gallery.add("so-do.png", SMALL_PNG)
    option = {"html": f'Hình <img data-media="{picture}" alt="Sơ đồ">', "is_key": True}
    drawn = draft_of("single_choice", "Hình nào đúng?", {"options": [option, {"html": "Khác"}]}, picture=picture,
                     picture_alt="Bản đồ", topic_names=("Chương 1",), level="NB")  # fmt: skip
    keyless = draft_of("single_choice", "Câu chưa có đáp án?", {"options": [{"html": "Một"}, {"html": "Hai"}]})
    return reading_of(
        Entry(Place("line", {"line": 3}), "Câu 1", drawn, source=(("text", "Hình nào đúng?"),)),
        Entry(
            Place("line", {"line": 20}), "Câu 2", keyless, problems=(Problem("no_right_answer", WARNING),),
            source=(("text", "Câu chưa có đáp án?"),),
        ),
        raw_entry(),
        refused_entry(),
        media=gallery.files,
    )  # fmt: skip


def keep_batch(people, reading: Reading | None = None, actor=None) -> ImportBatch:
    """A batch in its preview, as the worker leaves it; its job is done too."""
    module = db.session.get(CourseModule, people.module.id)
    batch = service.upload_import(
        actor=actor_of(actor or people.lecturer),
        now=clock.now(),
        course_module=module,
        file_name="đề.xml",
        body=b"<quiz/>",
    )
    with unit_of_work() as session:
        row = session.get(ImportBatch, batch.id)
        row.attempts, row.started_at = row.attempts + 1, clock.now()
    keep_reading(batch.id, 1, prepare_reading(reading or drawn_reading(), module))
    return service.get_batch(batch.public_id)


def every_kind() -> Reading:
    """One entry of every kind."""
    kinds = ["single_choice", "multiple_choice", "true_false", "true_false_cluster", "short_text", "numeric", "matching",
             "ordering", "fill_in", "essay", "oral", "case"]  # fmt: skip
    return reading_of(
        *(
            Entry(Place("question", {"number": at}), f"Câu {at}", example(kind))
            for at, kind in enumerate(kinds, start=1)
        )
    )
