"""``exambank restore``: check everything, prepare the database apart, put it in place in one transaction.

A backup is older than what browsers were told is saved. So it comes back as a new generation with every epoch raised:
each browser of a running exam enters again and sends what this database lacks.
"""

import json
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import click
import flask_migrate
from flask import current_app

from exambank import audit, create_app
from exambank.cli import dump, locks, schema, sealed
from exambank.cli.backup import FORMAT, MANIFEST, SECRET_FOLDERS, digest
from exambank.cli.language import _
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.permissions import SYSTEM
from exambank.sittings import service as sittings


@click.command(help=_("Replace the whole database by a backup. Stop the server first."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--passphrase-file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=_("Take the passphrase from a file."),
)  # fmt: skip
@click.option(
    "--secrets", "secrets_file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=_("Bring the secrets back too."),
)  # fmt: skip
@click.option("--yes", is_flag=True, help=_("Do not ask."))
def restore(file: Path, passphrase_file: Path | None, secrets_file: Path | None, yes: bool) -> None:
    with _alone():
        passphrase = None
        if sealed.is_sealed(file) or secrets_file:
            passphrase = (
                passphrase_file.read_text(encoding="utf-8") if passphrase_file
                else click.prompt(_("Passphrase"), hide_input=True)
            )  # fmt: skip
        if not yes:
            click.confirm(_("Everything now in the database will be replaced. Go on?"), abort=True)
        manifest = bring_back(file, passphrase, secrets_file)
    time, head = manifest["made_at"], manifest["audit_head"]
    click.echo(_("Restored the backup of %(time)s, audit head %(head)s. Browsers of a running exam enter again by "
                 "themselves and send what the backup lacks.", time=time, head=head))  # fmt: skip


@contextmanager
def _alone() -> Iterator[None]:
    """Neither server nor worker runs, and none starts, while this lasts."""
    instance = Path(current_app.instance_path)
    held = [locks.hold(instance, name) for name in (locks.WEB, locks.WORKER)]
    try:
        if None in held:
            raise StateConflict(_("The server or its worker is running on this database. Stop it, then restore."))
        dump.refuse_others()
        yield
    finally:
        for lock in held:
            if lock is not None:
                lock.close()


def bring_back(file: Path, passphrase: str | None, secrets_file: Path | None = None) -> dict:
    """Only a whole backup that this version understands replaces anything."""
    with tempfile.TemporaryDirectory(dir=current_app.instance_path, prefix="restore-") as name:
        folder, secrets = Path(name) / "data", Path(name) / "kept"
        _unpack(file, folder, passphrase)
        manifest = _checked(folder)
        if secrets_file:
            _unpack(secrets_file, secrets, passphrase)
        with dump.apart(folder) as url:
            _make_ready(url, folder, manifest, file.name)
            dump.take_over(folder)
        if secrets_file:
            _put_back(secrets, Path(current_app.instance_path))
    return manifest


def _unpack(file: Path, folder: Path, passphrase: str | None) -> None:
    packed = folder.with_suffix(".tar.gz")
    try:
        if sealed.is_sealed(file):
            with packed.open("wb") as target:
                sealed.unseal(file, target, passphrase or "")
        with tarfile.open(packed if packed.exists() else file, "r:gz") as archive:
            _extract(archive, folder)
    except (sealed.SealError, tarfile.TarError, zlib.error, OSError, EOFError) as error:
        is_told = isinstance(error, sealed.SealError)
        reason = error if is_told else _("it is damaged or no backup of exambank (%(error)s)", error=error)
        raise _unusable(str(reason)) from error


def _extract(archive: tarfile.TarFile, folder: Path) -> None:
    """Plain files under the folder and nothing else (Debian 12's Python has no filter for ``extractall``)."""
    folder.mkdir()
    for member in archive:
        if member.isdir():
            continue
        place = PurePosixPath(member.name)
        if not member.isfile() or place.is_absolute() or ".." in place.parts:
            raise tarfile.TarError(member.name)
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.extractfile(member) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file)


def _unusable(reason: str) -> InvalidInput:
    return InvalidInput(_("This backup cannot be used: %(reason)s. Nothing was changed.", reason=reason))


def _checked(folder: Path) -> dict:
    """The manifest of a backup that may be restored here; else a refusal that says why not."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        known = manifest["format"] == FORMAT
        database, revision, tables, sums = (manifest[name] for name in ("database", "revision", "tables", "sha256"))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise _unusable(_("its manifest cannot be read")) from error
    if not known:
        raise _unusable(_("it was written in another format"))
    if database != dump.kind():
        raise _unusable(_("it is of another kind of database (%(kind)s)", kind=database))
    if schema.standing(revision) == schema.NEWER:
        raise _unusable(_("a newer version of exambank wrote it; install that version first"))
    found = {path.name: digest(path) for path in folder.iterdir() if path.name != MANIFEST}
    differing = sorted(name for name in sums.keys() | found.keys() if sums.get(name) != found.get(name))
    problem = _("%(name)s does not match its checksum", name=differing[0]) if differing else None
    if problem := problem or dump.find_problem(folder, tables):
        raise _unusable(problem)
    return manifest


def _make_ready(url: str, folder: Path, manifest: dict, file_name: str) -> None:
    """In the database apart: the rows, this version's schema, a new generation, and the record of it."""
    app = create_app(
        {"DATABASE_URL": url, "SECRET_KEY": current_app.config["SECRET_KEY"], "NUDGE_WORKER": False,
         "RUN_SWEEPER": False}
    )  # fmt: skip
    with app.app_context():
        try:
            dump.fill(folder, manifest["revision"], manifest["tables"])
            flask_migrate.upgrade()
            sittings.raise_epochs_after_restore()
            with unit_of_work():
                audit.record(SYSTEM, "backup.restored", "backup", file=file_name, head=manifest["audit_head"])
        finally:
            db.session.remove()
            db.engine.dispose()


def _put_back(kept: Path, instance: Path) -> None:
    for name in SECRET_FOLDERS:
        for path in (kept / name).glob("*"):
            (instance / name).mkdir(mode=0o700, exist_ok=True)
            path.chmod(0o600)
            os.replace(path, instance / name / path.name)


commands = [restore]
