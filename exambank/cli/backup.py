"""``exambank backup`` and ``restore``: hot, consistent, checksummed, encrypted by default; secrets in a file apart."""

import hashlib
import json
import os
import tarfile
import tempfile
from pathlib import Path

import click
from flask import current_app

from exambank import audit, clock
from exambank.cli import dump, sealed, serve
from exambank.cli.language import _
from exambank.db import db, is_sqlite, unit_of_work
from exambank.errors import InvalidInput, StateConflict
from exambank.permissions import SYSTEM
from exambank.sittings import service as sittings

MANIFEST = "manifest.json"
FORMAT = "exambank-backup-1"


@click.command(help=_("Write a backup of the whole database; the server may go on working."))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--passphrase-file", type=click.Path(exists=True, path_type=Path), help=_("Take the passphrase from a file.")
)
@click.option("--plain", is_flag=True, help=_("Do not encrypt: whoever holds the file reads everything in it."))
def backup(file: Path, passphrase_file: Path | None, plain: bool) -> None:
    given = passphrase_file.read_text(encoding="utf-8").strip() if passphrase_file else None
    passphrase = None if plain else given or sealed.new_passphrase()
    manifest = make(file, passphrase)
    click.echo(_("Backup written: %(file)s, audit head %(head)s.", file=file, head=manifest["audit_head"]))
    if passphrase:
        secrets_file = file.with_name(file.name + ".secrets")
        make_secrets(secrets_file, passphrase)
        click.echo(
            _("Secrets (signing key, certificates) apart: %(file)s. Keep it in another place.", file=secrets_file)
        )
    if passphrase and not given:
        click.echo(_("Passphrase, shown once; without it the backup cannot be read: %(text)s", text=passphrase))


def make(file: Path, passphrase: str | None) -> dict:
    """Dump, describe, pack and seal; the file appears under its name only when it is whole."""
    with tempfile.TemporaryDirectory(dir=current_app.instance_path) as name:
        folder = Path(name)
        (folder / "data").mkdir()
        db.session.remove()
        dump.write(folder / "data")
        manifest = _describe(folder / "data")
        (folder / "data" / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        _pack(folder / "data", folder / "packed.tar.gz")
        part = file.with_name(file.name + ".part")
        _seal_or_copy(folder / "packed.tar.gz", part, passphrase)
        os.replace(part, file)
    with unit_of_work():
        audit.record(SYSTEM, "backup.made", "backup", file=file.name, head=manifest["audit_head"])
    return manifest


def _describe(data: Path) -> dict:
    head = audit.head()
    return {
        "format": FORMAT, "made_at": clock.now().isoformat(), "database": "sqlite" if is_sqlite() else "postgresql",
        "revision": dump.revision(), "audit_head": head.short, "generation": sittings.generation(),
        "sha256": {path.name: _digest(path) for path in sorted(data.iterdir())},
    }  # fmt: skip


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pack(folder: Path, target: Path) -> None:
    with tarfile.open(target, "w:gz", compresslevel=6) as archive:
        for path in sorted(folder.iterdir()):
            archive.add(path, arcname=path.name, recursive=False)


def _seal_or_copy(source: Path, target: Path, passphrase: str | None) -> None:
    if passphrase is None:
        target.write_bytes(source.read_bytes())
        return
    with source.open("rb") as file:
        sealed.seal(file, target, passphrase)


def make_secrets(file: Path, passphrase: str) -> None:
    instance = Path(current_app.instance_path)
    with tempfile.TemporaryDirectory(dir=instance) as name:
        packed = Path(name) / "secrets.tar.gz"
        with tarfile.open(packed, "w:gz") as archive:
            for folder in ("secrets", "certificates"):
                if (instance / folder).exists():
                    archive.add(instance / folder, arcname=folder)
        _seal_or_copy(packed, file, passphrase)


@click.command(help=_("Replace the whole database by a backup. Stop the server first."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--passphrase-file", type=click.Path(exists=True, path_type=Path), help=_("Take the passphrase from a file.")
)
@click.option(
    "--secrets", "secrets_file", type=click.Path(exists=True, path_type=Path), help=_("Bring the secrets back too.")
)
@click.option("--yes", is_flag=True, help=_("Do not ask."))
def restore(file: Path, passphrase_file: Path | None, secrets_file: Path | None, yes: bool) -> None:
    if serve.is_served(Path(current_app.instance_path)):
        raise StateConflict(_("The server is running on this database. Stop it, then restore."))
    passphrase = None
    if sealed.is_sealed(file) or secrets_file:
        passphrase = (
            passphrase_file.read_text(encoding="utf-8").strip() if passphrase_file
            else click.prompt(_("Passphrase"), hide_input=True)
        )  # fmt: skip
    if not yes:
        click.confirm(_("Everything now in the database will be replaced. Go on?"), abort=True)
    manifest = bring_back(file, passphrase)
    if secrets_file:
        _bring_back_secrets(secrets_file, passphrase)
    click.echo(_("Restored the backup of %(time)s, audit head %(head)s. Browsers of a running exam enter again by "
                 "themselves and send what the backup lacks.", time=manifest["made_at"], head=manifest["audit_head"]))  # fmt: skip


def bring_back(file: Path, passphrase: str | None) -> dict:
    """Check everything first; only a whole backup replaces anything. Then every sitting gets a new epoch."""
    with tempfile.TemporaryDirectory(dir=current_app.instance_path) as name:
        folder = Path(name) / "data"
        manifest = _unpack(file, folder, passphrase)
        problems = _problems(folder, manifest) or dump.check(folder)
        if problems:
            raise InvalidInput(
                _("This backup cannot be used: %(reason)s. Nothing was changed.", reason="; ".join(problems))
            )
        dump.read(folder, manifest["revision"])
    sittings.raise_epochs_after_restore()
    with unit_of_work():
        audit.record(SYSTEM, "backup.restored", "backup", file=file.name, head=manifest["audit_head"])
    return manifest


def _unpack(file: Path, folder: Path, passphrase: str | None) -> dict:
    folder.mkdir()
    packed = folder.parent / "packed.tar.gz"
    try:
        if sealed.is_sealed(file):
            with packed.open("wb") as target:
                sealed.unseal(file, target, passphrase or "")
        else:
            packed.write_bytes(file.read_bytes())
        with tarfile.open(packed, "r:gz") as archive:
            archive.extractall(folder, filter="data")
        return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (sealed.SealError, tarfile.TarError, OSError, EOFError, ValueError) as error:
        raise InvalidInput(_("This backup cannot be read: %(reason)s. Nothing was changed.", reason=error)) from error


def _problems(folder: Path, manifest: dict) -> list[str]:
    if manifest.get("format") != FORMAT:
        return ["unknown format"]
    found = {path.name: _digest(path) for path in folder.iterdir() if path.name != MANIFEST}
    return [
        f"{name} does not match its checksum"
        for name, digest in manifest["sha256"].items()
        if found.get(name) != digest
    ]


def _bring_back_secrets(file: Path, passphrase: str | None) -> None:
    instance = Path(current_app.instance_path)
    with tempfile.TemporaryDirectory(dir=instance) as name:
        packed = Path(name) / "secrets.tar.gz"
        try:
            with packed.open("wb") as target:
                sealed.unseal(file, target, passphrase or "")
            with tarfile.open(packed, "r:gz") as archive:
                archive.extractall(instance, filter="data")
        except (sealed.SealError, tarfile.TarError) as error:
            raise InvalidInput(
                _("The secrets cannot be read: %(reason)s. They stay as they were.", reason=error)
            ) from error
