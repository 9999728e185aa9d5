"""What the analysis of an exam costs: from the button to the report, storage included.

    python -m bench.analysis [--database postgresql://...] [--profile]

An exam of 60 candidates and one of 2,000, 50 questions each, written as rows; the analysis is asked for as by the
button, done by the worker's own steps in this process, and the report is read. Seconds of CPU and of the clock, and
statements, for each part; then the same again without new data, and what follows in the background (concerns,
calibration). Targets: 60 x 50 at most 1 s by the clock, 2,000 x 50 at most 3 s of CPU. Reported, not asserted; the
last line is one JSON object.
"""

import argparse
import contextlib
import cProfile
import json
import os
import pstats
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask
from sqlalchemy import event, select

from bench import past_exam, school
from bench.server import prepared_instance
from exambank import clock, create_app, jobs
from exambank.analysis import service
from exambank.assembly.models import ExamBlueprint, PaperSet
from exambank.bank.interactions import REGISTRY
from exambank.bank.models import Item, ItemVersion
from exambank.courses.models import CourseModule
from exambank.db import db, unit_of_work, write_beside_server
from exambank.exams import service as exams
from exambank.exams.models import Exam
from exambank.permissions import SYSTEM

QUESTIONS = 50
SIZES = (60, 2000)


def run(options: argparse.Namespace) -> dict[str, Any]:
    return {str(size): _measure(size, options) for size in SIZES}


def _measure(candidates: int, options: argparse.Namespace) -> dict[str, Any]:
    with prepared_instance(options.database) as (instance, environment):
        os.environ["EXAMBANK_INSTANCE"] = str(instance)
        school.prepare(instance, environment, 2, "Học phần của bài đo")
        app = create_app({"RUN_SWEEPER": False, "NUDGE_WORKER": False})
        with app.app_context():
            _write_bank()
            public_id = past_exam.write(candidates, QUESTIONS)
            db.session.remove()
            write_beside_server()  # as the worker writes: with its pauses
            found = _steps(app, public_id, options.profile)
            db.session.remove()
            db.engine.dispose()
    return found


def _write_bank() -> None:
    """Accepted items to be answered, and a paper set as their exam's own is made from."""
    now = clock.now()
    with unit_of_work() as session:
        module = session.execute(select(CourseModule)).scalars().one()
        author = past_exam.User.id
        person = session.execute(select(author).limit(1)).scalar_one()
        for at in range(QUESTIONS):
            options = [
                {"token": f"q{at}{letter}", "html": f"<p>Phương án {letter}</p>", "is_key": letter == "a"}
                for letter in "abcd"
            ]
            content = REGISTRY["single_choice"].normalise({"options": options, "scoring": {}})
            item = Item(course_module_id=module.id, code=f"C{at:03d}", kind="single_choice", state="accepted",
                        author_id=person, created_at=now)  # fmt: skip
            session.add(item)
            session.flush()
            stem = f"<p>Câu hỏi số {at}?</p>"
            version = ItemVersion(
                item_id=item.id, number=1, state="accepted", stem=stem, content=content, search_key=str(at),
                fragment=REGISTRY["single_choice"].fragment(stem, content, None), author_id=person, created_at=now,
                content_hash="0" * 64,
            )  # fmt: skip
            session.add(version)
            session.flush()
            item.current_version_id = item.accepted_version_id = version.id
        blueprint = ExamBlueprint(
            course_module_id=module.id, name="Ma trận", author_id=person, created_at=now, changed_at=now
        )
        session.add(blueprint)
        session.flush()
        session.add(PaperSet(
            blueprint_id=blueprint.id, course_module_id=module.id, name="Bộ đề", seed="1", state="approved",
            dealt_by_id=person, dealt_at=now, snapshot_hash="0" * 64,
        ))  # fmt: skip


def _steps(app: Flask, public_id: str, with_profile: bool) -> dict[str, Any]:
    def press() -> None:
        service.request_run(actor=SYSTEM, now=clock.now(), exam=_exam(public_id))

    def work() -> None:
        jobs.run(_first_job())

    def read() -> None:
        assert service.get_report(_exam(public_id)) is not None

    found = {
        "request": _cost(press), "analysis": _cost(work, with_profile), "report": _cost(read),
        "followed_by": _cost(jobs.run_due, with_profile), "again": _cost(lambda: service.run_analysis(public_id)),
    }  # fmt: skip
    to_report = ("request", "analysis", "report")
    found["button_to_report"] = {
        name: round(sum(found[part][name] for part in to_report), 3) for name in ("cpu_s", "clock_s", "statements")
    }
    return found


def _exam(public_id: str) -> Exam:
    db.session.remove()
    return exams.get_exam(public_id)


def _first_job() -> int:
    query = select(jobs.Job.id).where(jobs.Job.event == "analysis.requested", jobs.Job.state == "queued")
    return db.session.execute(query).scalar_one()


def _cost(act: Callable[[], Any], with_profile: bool = False) -> dict[str, float]:
    with _counted() as statements, _profiled(with_profile):
        cpu, clock_time = time.process_time(), time.perf_counter()
        act()
        cpu, clock_time = time.process_time() - cpu, time.perf_counter() - clock_time
    return {"cpu_s": round(cpu, 3), "clock_s": round(clock_time, 3), "statements": statements[0]}


@contextlib.contextmanager
def _counted() -> Iterator[list[int]]:
    count = [0]

    def note(*_told) -> None:
        count[0] += 1

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield count
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@contextlib.contextmanager
def _profiled(is_wanted: bool) -> Iterator[None]:
    profile = cProfile.Profile()
    if is_wanted:
        profile.enable()
    try:
        yield
    finally:
        profile.disable()
        if is_wanted:
            pstats.Stats(profile, stream=sys.stderr).sort_stats("cumulative").print_stats(45)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database")
    parser.add_argument("--profile", action="store_true", help="where the time goes, on standard error")
    result = run(parser.parse_args())
    for size, parts in result.items():
        for name, cost in parts.items():
            print(f"{size:>5} x {QUESTIONS}  {name:18} {cost['cpu_s']:7.3f} s CPU {cost['clock_s']:7.3f} s clock "
                  f"{cost['statements']:4} statements")  # fmt: skip
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
