"""Second act: the bank is imported, two more questions are written (each with a slip), reviewed and accepted."""

from sqlalchemy import select

from exambank.bank import service as bank
from exambank.bank.interactions import content_from_text
from exambank.bank.models import Item
from exambank.cli.demo import content
from exambank.cli.demo.school import LECTURER
from exambank.cli.demo.stage import Stage
from exambank.courses import service as courses
from exambank.courses.models import CourseModule
from exambank.db import db
from exambank.interchange import service as interchange

REVIEWER = "KT01"
STEP = 11  # every eleventh question stays on its way: in review, sent back or a draft
DRAFTS, RETURNED = 4, 1


def import_bank(stage: Stage, module: CourseModule) -> int:
    """The lecturer imports the file and takes it over; returns how many questions it gave."""
    lecturer = stage.actor(LECTURER)
    batch = interchange.preview_import(
        actor=lecturer, now=stage.now, course_module=module, file_name=content.texts()["bank_file"],
        body=content.bank_file(),
    )  # fmt: skip
    count = interchange.accept_import(actor=lecturer, now=stage.now, batch=batch)
    for slip in content.texts()["slips"]:
        _write_slip(stage, module, slip)
    return count


def _write_slip(stage: Stage, module: CourseModule, slip: dict) -> None:
    """A question with a wrong key, as it happens to everybody; statistics will find it."""
    options = [(words, place == slip["key"]) for place, words in enumerate(slip["options"])]
    bank.write_item(
        actor=stage.actor(LECTURER), now=stage.now, course_module=module, kind="single_choice", stem=slip["stem"],
        content=content_from_text("single_choice", options), topic=courses.list_topics(module)[slip["topic"] - 1],
        level=courses.list_levels()[slip["level"] - 1], tags=[content.texts()["master_tag"]], source=slip["source"],
    )  # fmt: skip


def review_bank(stage: Stage, module: CourseModule) -> int:
    """Most questions are accepted by the quality office; some wait, one comes back, some are drafts still."""
    items = list_items(module)
    unfinished = _unfinished(items)
    drafts, returned = unfinished[:DRAFTS], unfinished[DRAFTS : DRAFTS + RETURNED]
    submitted = [item for item in items if item not in drafts]
    bank.submit_many(actor=stage.actor(LECTURER), now=stage.now, items=submitted)
    reviewer = stage.actor(REVIEWER)
    accepted = bank.accept_many(actor=reviewer, now=stage.now, items=[item for item in items if item not in unfinished])
    bank.send_back_many(actor=reviewer, now=stage.now, items=returned, comment=content.texts()["returned"])
    return len(accepted.moved)


def list_items(module: CourseModule) -> list[Item]:
    """All questions of the module by their codes."""
    return list(db.session.scalars(select(Item).where(Item.course_module_id == module.id).order_by(Item.code)))


def _unfinished(items: list[Item]) -> list[Item]:
    tag = content.texts()["master_tag"]
    others = [item for item in items if tag not in {one.tag for one in item.tags}]
    return others[::STEP]


def find_slips(module: CourseModule) -> list[Item]:
    """The two questions with a slip, the one that will be corrected first."""
    return list_items(module)[-len(content.texts()["slips"]) :]


def mend_slip(stage: Stage, item: Item, slip: dict) -> None:
    """After the exam the author corrects the key: a new version, which waits for its review."""
    lecturer, version = stage.actor(LECTURER), bank.get_newest_version(item)
    mended = {
        **version.content,
        "options": [
            {**option, "is_key": place == slip["meant"]} for place, option in enumerate(version.content["options"])
        ],
    }
    bank.revise_item(
        actor=lecturer, now=stage.now, item=item, base=version.public_id, revision=version.revision,
        stem=version.stem, content=mended, topic=item.topic, level=item.level, tags=[one.tag for one in item.tags],
        source=item.source,
    )  # fmt: skip
    bank.submit_for_review(actor=lecturer, now=stage.now, item=item)
