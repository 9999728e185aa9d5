"""The act of care: how a head keeps a bank: remarks, pairs that must not meet, the council's act, the writing plan."""

from datetime import timedelta
from typing import Any

from exambank.assembly import service as assembly
from exambank.bank import service as bank
from exambank.bank.models import Item
from exambank.bank.rules.finding import Filters
from exambank.cli.demo import content
from exambank.cli.demo.bank import REVIEWER, list_items
from exambank.cli.demo.school import LECTURER, SECOND_LECTURER
from exambank.cli.demo.stage import Stage
from exambank.courses import service as courses
from exambank.courses.models import CourseModule

HEAD = "TK01"


def keep(stage: Stage, module: CourseModule) -> None:
    """Everything the pages of a bank show beside its items."""
    words = content.texts()["care"]
    items = list_items(module)
    ready = [item for item in items if item.state == "accepted" and not _is_of_the_master(item)]
    _remark(stage, [item for item in items if item.state == "review"], words)
    _write_twin(
        stage, module, next(item for item in ready if item.code == words["twin"]["code"]), words["twin"]["stem"]
    )
    head = stage.actor(HEAD)
    bank.write_enemy_set(actor=head, now=stage.now, course_module=module, items=ready[:2], reason=words["enemies"])
    bank.write_variant_group(actor=head, now=stage.now, course_module=module, items=ready[2:4], name=words["variants"])
    bank.start_search(actor=head, now=stage.now, course_module=module)
    bank.save_view(
        actor=head, now=stage.now, course_module=module, name=words["view"],
        filters=Filters(state="draft"), is_shared=True,
    )  # fmt: skip
    _accept(stage, module, words)
    _plan(stage, module, words)


def _is_of_the_master(item: Item) -> bool:
    """In the paper that another blueprint takes item by item: nothing may be kept out of it."""
    return content.texts()["master_tag"] in {one.tag for one in item.tags}


def _remark(stage: Stage, waiting: list[Item], words: dict[str, Any]) -> None:
    """The reviewer remarks on two parts of the first item that waits; its author answers one of them."""
    item = waiting[0]
    first = bank.get_newest_version(item).content["options"][1]["token"]
    reviewer, said = stage.actor(REVIEWER), words["remarks"]
    bank.write_comment(actor=reviewer, now=stage.now, item=item, body=said[0], part="stem")
    remark = bank.write_comment(actor=reviewer, now=stage.now, item=item, body=said[1], part=f"option:{first}")
    bank.write_comment(actor=stage.actor(LECTURER), now=stage.now, item=item, body=words["answer"], reply_to=remark)


def _write_twin(stage: Stage, module: CourseModule, item: Item, stem: str) -> None:
    """A colleague drafts a question that the bank has already; the search for look-alikes finds it."""
    version = bank.get_newest_version(item)
    bank.write_item(
        actor=stage.actor(SECOND_LECTURER), now=stage.now, course_module=module, kind=item.kind, stem=stem,
        content=version.content, topic=item.topic, level=item.level, source=item.source,
    )  # fmt: skip


def _accept(stage: Stage, module: CourseModule, words: dict[str, Any]) -> None:
    bank.record_acceptance(
        actor=stage.actor(HEAD), now=stage.now, course_module=module, held_at=stage.now - timedelta(hours=2),
        chair=words["chair"], secretary=words["secretary"], members=words["members"], conclusion=words["conclusion"],
        fingerprint=bank.fingerprint_of(bank.compare_with_last(module)),
    )  # fmt: skip


def _plan(stage: Stage, module: CourseModule, words: dict[str, Any]) -> None:
    topics, levels = courses.list_topics(module), courses.list_levels()
    for line in words["plan"]:
        assembly.set_writing_task(
            actor=stage.actor(HEAD), now=stage.now, today=stage.today, course_module=module,
            writer=stage.user(line["writer"]), count=line["count"], due_on=stage.today + timedelta(days=line["days"]),
            topic=topics[line["topic"] - 1], level=levels[line["level"] - 1], note=line["note"],
        )  # fmt: skip
