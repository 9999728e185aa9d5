"""Items for tests, made through the service as people make them."""

import struct
import zlib

from exambank import clock
from exambank.bank import service
from exambank.bank.interactions import content_from_text
from tests.people import actor_of

FOUR = [
    ("Nguyên tắc tập trung dân chủ", True),
    ("Tự phê bình", False),
    ("Kỷ luật nghiêm minh", False),
    ("Gắn bó với dân", False),
]


def make_content(kind="single_choice", options=FOUR, scoring=None) -> dict:
    return content_from_text(kind, options, scoring)


def make_draft(
    people, stem="Đảng tổ chức theo nguyên tắc cơ bản nào?", author=None, kind="single_choice", options=FOUR, **values
):
    return service.write_item(
        actor=actor_of(author or people.lecturer),
        now=clock.now(),
        course_module=values.pop("course_module", people.module),
        kind=kind,
        stem=stem,
        content=values.pop("content", None) or make_content(kind, options, values.pop("scoring", None)),
        topic=values.pop("topic", people.topics[0]),
        level=values.pop("level", people.levels[0]),
        **values,
    )


def make_review(people, **values):
    author = values.get("author") or people.lecturer
    item = make_draft(people, **values)
    service.submit_for_review(actor=actor_of(author), now=clock.now(), item=item)
    return item


def make_accepted(people, **values):
    item = make_review(people, **values)
    service.decide_review(actor=actor_of(people.quality), now=clock.now(), item=item, approve=True)
    return item


def make_drafts(people, count: int, options=FOUR):
    return service.add_drafts(
        actor=actor_of(people.lecturer),
        now=clock.now(),
        course_module=people.module,
        drafts=[
            service.ItemDraft(
                kind="single_choice",
                stem=f"Câu số {number}: nội dung nào đúng?",
                content=make_content(options=options),
                topic_id=people.topics[number % 3].id,
                level_id=people.levels[number % 3].id,
                tags=("điểm liệt",) if number % 10 == 0 else (),
            )
            for number in range(count)
        ],
    )


def png(width=4, height=3) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height))))
    return b"\x89PNG\r\n\x1a\n" + header + data + chunk(b"IEND", b"")
