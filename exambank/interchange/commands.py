"""Commands: a file of one format into another, a bank file in, a bank out. Exit status: 0 done, 1 refused, 2 wrong
usage. A report is written whenever there was a file to read, also when it was refused.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from exambank import clock
from exambank.accounts import service as accounts
from exambank.console import translate, write_whole
from exambank.courses import service as courses
from exambank.courses.models import CourseModule
from exambank.db import write_beside_server
from exambank.errors import DomainError, InvalidInput
from exambank.exams import service as exams
from exambank.interchange import reports, service
from exambank.interchange.conversion import convert
from exambank.interchange.disk import MOST_BYTES, files_beside, read_up_to_limit
from exambank.interchange.formats import READABLE, WRITABLE, format_of_name
from exambank.interchange.neutral import Source, UnreadableFile
from exambank.permissions import SYSTEM, Actor, Permission, allows

MOST_PROBLEMS_SHOWN = 50


_IN = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)
_report_option = click.option("--report", type=_OUT, help=translate(_l("Write the report here (JSON).")))


# --- convert ---


@click.command("convert", help=translate(_l("Convert a file of questions into another format; no database is needed.")))
@click.argument("source", metavar="IN", type=_IN)
@click.argument("out", metavar="OUT", type=_OUT)
@click.option(
    "--from", "wanted", type=click.Choice(READABLE), help=translate(_l("Format of IN; else told by its content."))
)
@click.option("--to", "to", type=click.Choice(WRITABLE), help=translate(_l("Format of OUT; else told by its name.")))
@_report_option
def convert_file(source: Path, out: Path, wanted: str | None, to: str | None, report: Path | None) -> None:
    """Read every item, write those that can be held, and tell what became of each."""
    to = _check_usage(source, out, to, report)
    told, body = _converted(source, wanted, to, out)
    try:
        if body is not None:
            write_whole(out, body)
        _write_report(told, report)
    except OSError as error:
        _refuse(_cannot_write(error))
    _say(told)
    if body is None:
        sys.exit(1)
    click.echo(_("Written: %(name)s.", name=out.name))


def _check_usage(source: Path, out: Path, to: str | None, report: Path | None) -> str:
    """The format to write; click's own refusal (exit status 2) when the words make no sense."""
    to = to or format_of_name(out.name)
    if to is None:
        raise click.UsageError(_("The name %(name)s tells no format. Say it with --to.", name=out.name))
    paths = [one.resolve() for one in (source, out, report) if one is not None]
    if len(set(paths)) < len(paths):
        raise click.UsageError(_("IN, OUT and the report must be different files."))
    return to


def _converted(source: Path, wanted: str | None, to: str, out: Path) -> tuple[dict, bytes | None]:
    """The report and the new file's bytes (None: nothing could be converted)."""

    def work() -> tuple[dict, bytes | None]:
        body = read_up_to_limit(source)
        if len(body) > MOST_BYTES:
            raise UnreadableFile("file_too_large", limit=MOST_BYTES // 1024 // 1024)
        given = Source(body, source.name, beside=files_beside(source))
        done = convert(given, to, wanted=wanted, choices=_choices_for(out))
        return reports.report_of(done.reading), done.written.body if done.written else None

    return without_traceback(work, wanted or source.suffix.lstrip(".").lower())


def without_traceback(work: Callable[[], tuple[dict, bytes | None]], shown: str) -> tuple[dict, bytes | None]:
    """What the work gives; a report of why it could not be done instead of any exception. ``shown``: the format."""
    try:
        return work()
    except UnreadableFile as error:
        return reports.report_of_refusal(shown, error), None
    except OSError as error:
        return reports.report_of_failure(shown, "not_readable", _not_readable(error)), None
    except (Exception, MemoryError) as error:  # a mistake of ours: said by its kind
        return reports.report_of_failure(shown, "reader_failed", _failed(error)), None


def _failed(error: BaseException) -> str:
    return _(
        "The file could not be converted because of a mistake in this program (%(kind)s). "
        "Nothing was written. Please report it with the file.", kind=type(error).__name__,
    )  # fmt: skip


def _not_readable(error: OSError) -> str:
    return _("The file cannot be read: %(reason)s.", reason=error.strerror or error)


def _cannot_write(error: OSError) -> str:
    return _("The file cannot be written: %(reason)s.", reason=error.strerror or error)


def _refuse(reason: str) -> None:
    click.echo(reason, err=True)
    sys.exit(1)


def _write_report(told: dict, report: Path | None) -> None:
    if report is not None:
        write_whole(report, (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode())


def _say(told: dict) -> None:
    """What a person has to know: every refusal and as many other problems as one reads; then the counts."""
    problems = sorted(told["problems"], key=lambda one: one["severity"] != "refused")
    for problem in problems[:MOST_PROBLEMS_SHOWN]:
        click.echo(": ".join(filter(None, (problem["where"], problem["message"]))), err=True)
    if len(problems) > MOST_PROBLEMS_SHOWN:
        rest = len(problems) - MOST_PROBLEMS_SHOWN
        click.echo(_("and %(count)s more; --report writes them all.", count=rest), err=True)
    if told["items"]:
        click.echo(
            _(
                "Questions: %(items)s. Ready: %(accepted)s, with a warning: %(warning)s, kept as they came: %(raw)s, "
                "refused: %(refused)s.",
                **{name: told[name] for name in ("items", "accepted", "warning", "raw", "refused")},
            )
        )


# --- import ---


@click.command("import", help=translate(_l("Import questions from a file of any format into a bank, as drafts.")))
@click.argument("file", type=_IN)
@click.option("--module", "code", required=True, help=translate(_l("Code of the course module.")))
@click.option(
    "--author", help=translate(_l("Code of the person who becomes the author; otherwise a lecturer of the module."))
)
@click.option("--dry-run", is_flag=True, help=translate(_l("Only read and report; change nothing.")))
@_report_option
def import_file(file: Path, code: str, author: str | None, dry_run: bool, report: Path | None) -> None:
    """Read, tell, and take over everything that is not refused."""
    write_beside_server()
    told = {}
    try:
        course_module, body = _module(code), read_up_to_limit(file)
        told = _read_for(course_module, file.name, body)
        imported = 0 if dry_run else _take_over(course_module, author, file.name, body)
    except DomainError as error:
        if not told:
            shown = file.suffix.lstrip(".").lower()
            told = reports.report_of_failure(shown, error.details.get("reason", error.code), error.message)
        _write_report(told, report)
        _refuse(error.message)
    except OSError as error:
        _refuse(_not_readable(error))
    else:
        _write_report(told, report)
        _say(told)
        if not dry_run:
            click.echo(_("Taken over as drafts: %(count)s.", count=imported))
        if not told["accepted"] + told["warning"]:
            sys.exit(1)


def _read_for(course_module: CourseModule, name: str, body: bytes) -> dict:
    try:
        return service.report_for_people(service.read_bank_file(course_module, name, body).report)
    except (DomainError, OSError):
        raise
    except (Exception, MemoryError) as error:
        raise InvalidInput(_failed(error), reason="reader_failed") from None


def _module(code: str) -> CourseModule:
    course_module = courses.find_module(code)
    if course_module is None:
        raise InvalidInput(_("There is no course module with the code %(code)s.", code=code), reason="unknown_module")
    return course_module


def _take_over(course_module: CourseModule, author: str | None, name: str, body: bytes) -> int:
    actor = _author(course_module, author)
    batch = service.preview_import(actor=actor, now=clock.now(), course_module=course_module, file_name=name, body=body)
    return service.accept_import(actor=actor, now=clock.now(), batch=batch)


def _author(course_module: CourseModule, code: str | None) -> Actor:
    """The person named, or somebody who may import into this bank: lecturers of the module before heads."""
    people = [accounts.find_user(code)] if code else courses.list_lecturers()
    for user in filter(None, people):
        actor = exams.actor_for(user.id, user.session_version)
        if actor is not None and allows(actor, Permission.BANK_IMPORT, course_module):
            return actor
    raise InvalidInput(
        _(
            "%(code)s may not import into this bank. Name a lecturer of the module or the head of its department.",
            code=code,
        )
        if code
        else _("No lecturer teaches this module yet. Say with --author who becomes the author of the questions."),
        reason="no_author",
    )


# --- export ---


@click.command(
    "export",
    help=translate(_l("Write a bank into a file; its format follows the name (.xlsx, .docx, .json ...) or --to.")),
)
@click.argument("out", type=_OUT)
@click.option("--module", "code", required=True, help=translate(_l("Code of the course module.")))
@click.option("--to", "to", type=click.Choice(WRITABLE), help=translate(_l("Format, when the name does not tell it.")))
def export_bank(out: Path, code: str, to: str | None) -> None:
    """Write every item that is not retired, and tell what the format cannot hold."""
    write_beside_server()
    to = to or format_of_name(out.name)
    if to is None:
        raise click.UsageError(_("The name %(name)s tells no format. Say it with --to.", name=out.name))
    try:
        found = service.export_bank(
            actor=SYSTEM, now=clock.now(), course_module=_module(code), to=to, choices=_choices_for(out)
        )
        write_whole(out, found.written.body)
    except DomainError as error:
        _refuse(error.message)
    except OSError as error:
        _refuse(_cannot_write(error))
    for part in (*found.left_out, *found.changed):
        click.echo(f"{', '.join(part.names[:10])}{' ...' if len(part.names) > 10 else ''}: {part.message}", err=True)
    click.echo(_("Written: %(count)s questions, %(name)s.", count=found.held, name=out.name))


def _choices_for(out: Path) -> dict[str, str]:
    """What the name of a file says beside its format: a zip holds pictures as files."""
    suffix = out.suffix.lower()
    return {"packing": "zip" if suffix == ".zip" else "json", "suffix": suffix}


commands = [convert_file, import_file, export_bank]
