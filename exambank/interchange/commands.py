"""Commands: a bank file in, a bank out. They assume an application context; exit status 0 is done, 1 refused."""

import json
import os
import sys
from pathlib import Path

import click
from babel.support import Translations
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from exambank import clock
from exambank.accounts import service as accounts
from exambank.courses import service as courses
from exambank.courses.models import CourseModule
from exambank.db import write_beside_server
from exambank.errors import DomainError, InvalidInput
from exambank.exams import service as exams
from exambank.interchange import service
from exambank.interchange.sheet import FILE_LIMIT
from exambank.interchange.workbook import write_csv, write_xlsx
from exambank.permissions import SYSTEM, Actor, Permission, allows


def _help(message) -> str:
    """Help is built before any application exists, so it is translated here, by the environment's language."""
    wanted = os.environ.get("EXAMBANK_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "vi"
    language = "en" if wanted.lower().startswith("en") else "vi"
    return Translations.load(Path(__file__).parent.parent / "translations", [language]).gettext(str(message))


_WRITERS = {"xlsx": write_xlsx, "csv": write_csv}
_FORMATS = sorted({*_WRITERS, "json"})


@click.command("import", help=_help(_l("Import questions from an Excel or CSV file into a bank, as drafts.")))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--module", "code", required=True, help=_help(_l("Code of the course module.")))
@click.option(
    "--author", help=_help(_l("Code of the person who becomes the author; otherwise a lecturer of the module."))
)
@click.option("--dry-run", is_flag=True, help=_help(_l("Only read and report; change nothing.")))
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help=_help(_l("Write the report here (JSON)."))
)
def import_file(file: Path, code: str, author: str | None, dry_run: bool, report: Path | None) -> None:
    """Read, tell, and take over everything that is not refused."""
    write_beside_server()
    told = {}
    try:
        with file.open("rb") as stream:
            body = stream.read(FILE_LIMIT + 1)
        course_module = _module(code)
        told = service.report_for_people(service.read_bank_file(course_module, file.name, body).report)
        imported = 0 if dry_run else _take_over(course_module, author, file.name, body)
    except DomainError as error:
        if not told:
            told = service.report_of_refusal(file.suffix.lstrip(".").lower(), error)
        _fail(error, told, report)
    else:
        _write_report(told, report)
        _say(told, None if dry_run else imported)
        if not told["accepted"] + told["warning"]:
            sys.exit(1)


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


def _fail(error: DomainError, told: dict, report: Path | None) -> None:
    _write_report(told, report)
    click.echo(error.message, err=True)
    sys.exit(1)


def _write_report(told: dict, report: Path | None) -> None:
    if report is not None:
        report.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _say(told: dict, imported: int | None) -> None:
    for problem in told["problems"]:
        click.echo(f"{problem['where']}: {problem['message']}", err=True)
    click.echo(
        _(
            "Questions: %(items)s. Ready: %(accepted)s, with a warning: %(warning)s, refused: %(refused)s.",
            items=told["items"],
            accepted=told["accepted"],
            warning=told["warning"],
            refused=told["refused"],
        )
    )
    if imported is not None:
        click.echo(_("Taken over as drafts: %(count)s.", count=imported))


@click.command(
    "export", help=_help(_l("Write a bank into a file; its format follows the name (.xlsx, .csv, .json) or --to."))
)
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--module", "code", required=True, help=_help(_l("Code of the course module.")))
@click.option("--to", "to", type=click.Choice(_FORMATS), help=_help(_l("Format, when the name does not tell it.")))
def export_bank(out: Path, code: str, to: str | None) -> None:
    """Write every item that is not retired, in the layout that import reads."""
    write_beside_server()
    wanted = to or out.suffix.lstrip(".").lower()
    try:
        if wanted not in _FORMATS:
            raise InvalidInput(
                _("The format %(name)s is not written. Choose .xlsx, .csv or .json.", name=wanted or "?")
            )
        body, count = _write_bank(_module(code), wanted)
        out.write_bytes(body)
    except DomainError as error:
        click.echo(error.message, err=True)
        sys.exit(1)
    except OSError as error:
        click.echo(_("The file cannot be written: %(reason)s.", reason=error.strerror or error), err=True)
        sys.exit(1)
    click.echo(_("Written: %(count)s questions, %(name)s.", count=count, name=out.name))


def _write_bank(course_module: CourseModule, wanted: str) -> tuple[bytes, int]:
    """The file's bytes, and how many items are in it."""
    if wanted == "json":
        found = service.export_json(actor=SYSTEM, now=clock.now(), course_module=course_module)
        return found.body, found.count
    table = service.export_items(actor=SYSTEM, now=clock.now(), course_module=course_module)
    return _WRITERS[wanted](table), len(list(table.rows))


commands = [import_file, export_bank]
