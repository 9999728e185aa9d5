"""``exambank assemble``: papers from a pool by a specification, files in and out, no database. Exit status: 0 papers
made, 1 refused or none to be had (with the reason on standard error), 2 wrong usage."""

import json
import secrets
import sys
import time
from pathlib import Path

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from exambank.assembly.engine import assemble
from exambank.assembly.engine.records import Assembled, Infeasible, Outcome, PoolItem, Spec
from exambank.assembly.file_wording import fault_in_words, not_found_in_words, reasons
from exambank.assembly.papers_file import document_of
from exambank.assembly.pool_files import MOST_BYTES, UnusableFile, read_pool, text_of, unknown_fixed
from exambank.assembly.spec_files import read_spec
from exambank.console import translate, write_whole

MOST_PAPERS = 10_000
SECONDS = 30.0


_IN = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    "assemble", help=translate(_l("Make papers from a pool of items by a specification; no database is needed."))
)
@click.argument("pool", metavar="POOL.csv", type=_IN)
@click.argument("spec", metavar="SPEC.toml", type=_IN)
@click.option(
    "--papers", type=click.IntRange(1, MOST_PAPERS), required=True, metavar="N", help=translate(_l("How many papers."))
)
@click.option(
    "--seed", metavar="S", help=translate(_l("The same seed gives the same papers; else one is drawn and recorded."))
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="PAPERS.json",
    help=translate(_l("Write the papers and their report here, or why there are none.")),
)  # fmt: skip
@click.option(
    "--seconds", type=click.FloatRange(0.1, 3600), default=SECONDS, show_default=True, metavar="T",
    help=translate(_l("Search so long for papers within tolerance and overlap.")),
)  # fmt: skip
def assemble_papers(pool: Path, spec: Path, papers: int, seed: str | None, out: Path, seconds: float) -> None:
    """Read both files, make the papers, write them or the reason."""
    if out.resolve() in {pool.resolve(), spec.resolve()}:
        raise click.UsageError(_("PAPERS.json must be another file than the two that are read."))
    if seed is not None and not seed.strip():
        raise click.UsageError(_("The seed is empty."))
    items, wanted = _read(pool, spec)
    chosen = _seed(seed)
    outcome = assemble(items, wanted, papers, chosen, seconds=seconds, clock=time.monotonic)
    document = document_of(outcome, items, wanted, chosen)
    try:
        write_whole(out, (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode())
    except OSError as error:
        _refuse(_("%(name)s cannot be written: %(reason)s.", name=out, reason=error.strerror or error))
    _say(outcome, wanted, out, chosen)


def _read(pool: Path, spec: Path) -> tuple[tuple[PoolItem, ...], Spec]:
    """Both files; a file that cannot be used is refused with its place."""
    path = pool
    try:
        items, unknown = read_pool(text_of(_bytes_of(pool)))
        path = spec
        wanted = read_spec(text_of(_bytes_of(spec)))
    except UnusableFile as fault:
        _refuse(fault_in_words(path.name, fault))
    except OSError as error:
        _refuse(_("%(name)s cannot be read: %(reason)s.", name=path.name, reason=error.strerror or error))
    if unknown:
        click.echo(
            _("%(name)s: columns that mean nothing here: %(columns)s.", name=pool.name, columns=", ".join(unknown)),
            err=True,
        )
    if missing := unknown_fixed(items, (*wanted.fixed, *wanted.pinned)):
        _refuse(
            _("%(name)s: fixed items that the pool does not hold: %(items)s.", name=spec.name, items=", ".join(missing))
        )
    return items, wanted


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MOST_BYTES + 1)


def _seed(given: str | None) -> int | str:
    """A whole number stays one in the file."""
    if given is None:
        return secrets.randbelow(2**48)
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 16 else given


def _say(outcome: Outcome, spec: Spec, out: Path, seed: int | str) -> None:
    if isinstance(outcome, Assembled):
        told = {"count": len(outcome.papers), "name": out.name, "seed": seed}
        click.echo(_("Papers written: %(count)s, %(name)s, seed %(seed)s.", **told))
        return
    said = reasons(outcome, spec) if isinstance(outcome, Infeasible) else [not_found_in_words(outcome)]
    _refuse("\n".join(said))


def _refuse(reason: str) -> None:
    click.echo(reason, err=True)
    sys.exit(1)


commands = [assemble_papers]
