"""``exambank analyse``: the report on answers or scores from a file, no database. Exit status: 0 done, 1 refused with
the reason on standard error, 2 wrong usage."""

import errno
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from exambank.analysis.external import (
    Marked,
    Note,
    Unfit,
    UnusableFile,
    Wishes,
    as_scores,
    build_report,
    mark,
    read_groups,
    read_keys,
    read_responses,
)
from exambank.analysis.file_wording import note_in_words, unfit_in_words, unusable_in_words
from exambank.console import translate as _
from exambank.console import write_whole

_IN = click.Path(exists=True, dir_okay=False, path_type=Path)
_HELP = "\n\n".join(
    (
        _("Statistics of a test from a CSV file: the test, every item, every option; no database is needed."),
        _(
            "RESPONSES.csv has one row for each candidate, the candidate in the first column and an item in every "
            "other, or one row for each answer with the columns candidate, item, response (or person, item, score). An "
            "empty cell is an omitted answer and counts as wrong; NA means that the item was not given to the "
            "candidate. Without --key the cells are scores, and the largest score of an item is what it can give."
        ),
        _(
            "KEY.csv has the columns item and key. Letters are options: BD is right only when B and D are chosen "
            "together, in whatever order; A|C takes either A or C for right. Capitals make no difference. Every item "
            "needs a key."
        ),
        _(
            "G.csv has the candidate and one or more columns of groups (2 to 20 different values each). Every "
            "other group is compared with the first in sort order."
        ),
        _("The files are UTF-8; comma, semicolon or tab separate the cells, and scores may have a decimal comma."),
    )
)


@click.command("analyse", help=_HELP)
@click.argument("responses", metavar="RESPONSES.csv", type=_IN)
@click.option("--key", type=_IN, metavar="KEY.csv", help=_("The keys of the items; without them the cells are scores."))
@click.option("--groups", type=_IN, metavar="G.csv", help=_("The groups of the candidates: items that work unequally."))
@click.option(
    "--irt", type=click.Choice(("rasch", "2pl", "3pl")),
    help=_("Fit item response curves; 3pl always with a prior for guessing."),
)  # fmt: skip
@click.option("--priors", is_flag=True, help=_("Fit with priors, for few candidates an item: 2pl, 3pl, grm, gpcm."))
@click.option(
    "--polytomous", type=click.Choice(("grm", "gpcm")),
    help=_("The model when items have more than two scores: graded response or generalised partial credit."),
)  # fmt: skip
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="REPORT.json",
    help=_("Write the report here."),
)  # fmt: skip
@click.option("--quiet", is_flag=True, help=_("Do not tell what is being done; refusals and notes are told."))
def analyse(
    responses: Path, key: Path | None, groups: Path | None, irt: str | None, priors: bool, polytomous: str | None,
    out: Path, quiet: bool,
) -> None:  # fmt: skip
    """Read, compute, write the report, tell what its reader must know."""
    wishes = Wishes(irt, polytomous, priors)
    _check_usage([responses, key, groups], out, wishes)
    try:
        report, notes = _report(responses, key, groups, wishes, _teller(quiet))
    except UnusableFile as fault:
        _refuse(unusable_in_words(fault))
    except Unfit as fault:
        _refuse(unfit_in_words(responses.name, fault))
    except OSError as error:
        _refuse(_("%(name)s cannot be read: %(reason)s.", name=error.filename, reason=error.strerror or error))
    except MemoryError:
        _refuse(_("%(name)s does not fit into the memory of this computer. Split it.", name=responses.name))
    told = [{"code": note.code, "message": note_in_words(note), **note.values} for note in notes]
    _write(out, {**report, "notes": told})
    for note in told:
        click.echo(note["message"], err=True)
    click.echo(
        _(
            "Written: %(name)s, %(items)s items, %(candidates)s candidates.",
            name=out.name, items=report["n_items"], candidates=report["n_candidates"],
        ),
        err=not out.is_file(),  # /dev/stdout holds the report
    )  # fmt: skip


def _check_usage(given: list[Path | None], out: Path, wishes: Wishes) -> None:
    """click's own refusal (exit status 2) when the words make no sense; ours when the report could not be written."""
    if out.resolve() in {path.resolve() for path in given if path is not None}:
        raise click.UsageError(_("REPORT.json must be another file than those that are read."))
    if wishes.has_priors and not (wishes.irt or wishes.polytomous):
        raise click.UsageError(_("--priors belongs to a model: add --irt or --polytomous."))
    if not out.parent.is_dir():
        _refuse(_("There is no folder %(name)s to write the report into. Make it first.", name=out.parent))
    if not (os.access(out.parent, os.W_OK | os.X_OK) or (out.exists() and not out.is_file())):
        _refuse(_("%(name)s cannot be written: %(reason)s.", name=out, reason=os.strerror(errno.EACCES)))


def _report(
    responses: Path, key: Path | None, groups: Path | None, wishes: Wishes, say: Callable[..., None]
) -> tuple[dict[str, Any], list[Note]]:  # fmt: skip
    say("reading")
    marked = _read(responses, key)
    grouped = read_groups(groups, marked.candidates) if groups else None
    say("read", candidates=len(marked.candidates), items=len(marked.items))
    return build_report(marked, wishes, grouped, say=say)


def _read(responses: Path, key: Path | None) -> Marked:
    if key is None:
        return as_scores(read_responses(responses, are_answers=False))
    keys = read_keys(key)
    try:
        return mark(read_responses(responses, are_answers=True, keyed=keys), keys)
    except UnusableFile as fault:
        fault.file = fault.file or key.name
        raise


def _teller(is_quiet: bool) -> Callable[..., None]:
    """Tells on standard error what is being done."""
    said = {
        "reading": _("Reading ..."),
        "read": _("Read: %(candidates)s candidates, %(items)s items."),
        "classical": _("Computing the statistics of test and items ..."),
        "curves": _("Fitting item response curves ..."),
        "many_curves": _(
            "Fitting item response curves; with %(items)s items this takes time: twice as many take up to eight times "
            "as long ..."
        ),
        "differences": _("Comparing groups ..."),
    }

    def say(stage: str, **values: int) -> None:
        if not is_quiet:
            click.echo(said[stage] % values, err=True)

    return say


def _write(out: Path, report: dict[str, Any]) -> None:
    try:
        write_whole(out, "".join(_in_lines(report)).encode())
    except OSError as error:
        _refuse(_("%(name)s cannot be written: %(reason)s.", name=out, reason=error.strerror or error))


def _in_lines(report: dict[str, Any]) -> Iterator[str]:
    """JSON with a line for each field, and for each item, candidate or other row of a list."""
    yield "{\n"
    yield ",\n".join(f'"{name}": {_value(value)}' for name, value in report.items())
    yield "\n}\n"


def _value(value: Any, depth: int = 2) -> str:
    if depth and isinstance(value, dict):
        inside = ",\n".join(f'"{name}": {_value(one, depth - 1)}' for name, one in value.items())
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(_plain(one) for one in value) + "\n]"
    else:
        return _plain(value)
    return "{\n" + inside + "\n}"


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _refuse(reason: str) -> None:
    click.echo(reason, err=True)
    sys.exit(1)


commands = [analyse]
