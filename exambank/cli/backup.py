"""``exambank backup``: hot, consistent, checksummed, encrypted by default; the secrets in a file apart."""

import hashlib
import json
import os
import tarfile
import tempfile
from dataclasses import asdict
from pathlib import Path

import click
from flask import current_app

from exambank import audit, clock
from exambank.cli import dump, schema, sealed
from exambank.cli.language import _
from exambank.db import db, unit_of_work
from exambank.errors import InvalidInput
from exambank.permissions import SYSTEM

MANIFEST = "manifest.json"
FORMAT = "exambank-backup-1"
SECRET_FOLDERS = ("secrets", "certificates")
SHORTEST_PASSPHRASE = 12


@click.command(help=_("Write a backup of the whole database; the server may go on working."))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--passphrase-file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=_("Take the passphrase from a file."),
)  # fmt: skip
@click.option("--plain", is_flag=True, help=_("Do not encrypt: whoever holds the file reads everything in it."))
def backup(file: Path, passphrase_file: Path | None, plain: bool) -> None:
    if plain and passphrase_file:
        raise click.UsageError(_("--plain and --passphrase-file exclude each other."))
    schema.require(may_be_older=True)
    given = read_passphrase(passphrase_file) if passphrase_file else None
    passphrase = None if plain else given or sealed.new_passphrase()
    try:
        manifest = make(file, passphrase)
    except OSError as error:
        raise InvalidInput(
            _("%(file)s cannot be written: %(reason)s. No backup was made.", file=file, reason=error.strerror or error)
        ) from error
    click.echo(_("Backup written: %(file)s, audit head %(head)s.", file=file, head=manifest["audit_head"]))
    if passphrase is None:
        click.echo(_("It is not encrypted, and the secrets (signing key, certificates) are not in it."))
        return
    click.echo(
        _("Secrets (signing key, certificates) apart: %(file)s. Keep it in another place.", file=secrets_file(file))
    )
    if not given:
        click.echo(_("Passphrase, shown once; without it the backup cannot be read: %(text)s", text=passphrase))


def read_passphrase(path: Path) -> str:
    """The passphrase that a file holds; a short one would be no lock."""
    found = path.read_text(encoding="utf-8").strip()
    if len(found) < SHORTEST_PASSPHRASE:
        raise InvalidInput(
            _("The passphrase in %(file)s is shorter than %(n)s letters.", file=path, n=SHORTEST_PASSPHRASE)
        )
    return found


def secrets_file(file: Path) -> Path:
    return file.with_name(file.name + ".secrets")


def make(file: Path, passphrase: str | None) -> dict:
    """Dump, describe, pack and seal; the files appear under their names only when they are whole."""
    with tempfile.TemporaryDirectory(dir=current_app.instance_path, prefix="backup-") as name:
        folder = Path(name)
        (folder / "data").mkdir()
        db.session.remove()
        manifest = _describe(folder / "data", dump.write(folder / "data"))
        _pack(folder / "data", [MANIFEST, *sorted(manifest["sha256"])], folder / "data.tar.gz")
        _put(folder / "data.tar.gz", file, passphrase)
        if passphrase is not None:
            instance = Path(current_app.instance_path)
            there = [one for one in SECRET_FOLDERS if (instance / one).exists()]
            _pack(instance, there, folder / "secrets.tar.gz")
            _put(folder / "secrets.tar.gz", secrets_file(file), passphrase)
    with unit_of_work():
        audit.record(SYSTEM, "backup.made", "backup", file=file.name, head=manifest["audit_head"])
    return manifest


def _describe(data: Path, facts: dump.Facts) -> dict:
    manifest = {
        "format": FORMAT, "made_at": clock.now().isoformat(timespec="seconds"), "database": dump.kind(),
        **asdict(facts), "sha256": {path.name: digest(path) for path in sorted(data.iterdir())},
    }  # fmt: skip
    (data / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return manifest


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pack(folder: Path, names: list[str], target: Path) -> None:
    with tarfile.open(target, "w:gz", compresslevel=6) as archive:
        for name in names:
            archive.add(folder / name, arcname=name)


def _put(source: Path, target: Path, passphrase: str | None) -> None:
    """Sealed, durable, and only then under its name."""
    part = target.with_name(target.name + ".part")
    try:
        with source.open("rb") as packed:
            if passphrase is None:
                _copy(packed, part)
            else:
                sealed.seal(packed, part, passphrase)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    descriptor = os.open(target.absolute().parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy(source, target: Path) -> None:
    with target.open("wb") as file:
        while block := source.read(1 << 20):
            file.write(block)
        file.flush()
        os.fsync(file.fileno())


commands = [backup]
