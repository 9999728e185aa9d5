"""The only door to what a set of papers contains: encrypted from its first moment, plain once it is opened.

While a set waits for approval its key is wrapped by the server's key file (mode "desk"), so that copies and backups of
the database do not hold the papers; approval closes the content under a new key that only its holders, or the clock,
can reach; the opening writes the plain rows that sittings and marking read.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _

from exambank import audit
from exambank.assembly import seal as crypto
from exambank.assembly.models import PaperSeal, PaperSet
from exambank.assembly.seal import Context, KeyPair
from exambank.assembly.service.server_key import server_key
from exambank.db import unit_of_work
from exambank.errors import StateConflict

WITHOUT_CONTENT = frozenset({"waiting", "refused"})


@dataclass(frozen=True)
class SetContent:
    """All that is secret about a set. ``layouts``: by paper code, question 1 first (see ExamPaper.layout).

    ``file``: {"name", "media_type", "sha256", "body": base64} of a paper brought as a file, its key likewise under
    "key_file". ``notes``: whatever else must not be read before the opening, as plain data. ``salt`` is put in when
    the content is closed: the fingerprint stands in the open, and of five essay questions it could be guessed back.
    """

    seed: str | None = None
    layouts: Mapping[str, list] = field(default_factory=dict)
    file: Mapping[str, Any] | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)
    salt: str = ""


@dataclass(frozen=True)
class Body:
    """What a seal closes: the content, and the pair whose public half stands beside it for what is added later."""

    content: SetContent
    pair: KeyPair


def snapshot_hash(content: SetContent) -> str:
    """The fingerprint (SHA-256) of what candidates get: printed in minutes, compared at approval and at the opening.

    Of the layouts alone, as it was before there were seals; of layouts, files and salt where there are any.
    """
    plain: Any = dict(content.layouts)
    if content.file is not None:
        plain = {"layouts": plain, "file": _digests(content.file)}
    if content.salt:
        plain = {"content": plain, "salt": content.salt}
    return hashlib.sha256(audit.canonical(plain).encode()).hexdigest()


def _salted(content: SetContent) -> SetContent:
    """With a salt that the server alone can make, the same for the same content: what is stored twice is noticed."""
    bare = snapshot_hash(replace(content, salt=""))
    return replace(content, salt=crypto.subkey(server_key("fingerprint"), bare.encode()).hex()[:32])


def _digests(file: Mapping[str, Any]) -> dict[str, str]:
    parts = {"file": file, "key_file": file.get("key_file") or {}}
    return {name: hashlib.sha256(base64.b64decode(part["body"])).hexdigest() for name, part in parts.items() if part}


@dataclass(frozen=True)
class AtDesk:
    """Content closed for the desk before the transaction, so that a large file does not hold the database."""

    key: bytes
    body: Body
    stored_body: bytes
    fingerprint: str


def close_for_desk(owner: str, content: SetContent) -> AtDesk:
    """Close ``content`` for the set with this public id, outside any unit of work."""
    content = _salted(content)
    key, body = crypto.new_key(), Body(content, crypto.new_pair())
    return AtDesk(key, body, closed(owner, "desk", key, body), snapshot_hash(content))


def put_content(paper_set: PaperSet, content: SetContent, ready: AtDesk | None = None) -> None:
    """Put the content of a set not yet approved under the desk seal; inside a unit of work, the set flushed or not.

    Writes the seal, ``snapshot_hash``, ``seed_hash`` and ``question_count`` of the papers; layouts and seed stay empty.
    Again (a paper written anew) replaces what stood there, under a new key. StateConflict once the set is approved.
    ``ready``: the same content, closed beforehand (``close_for_desk``).
    """
    with unit_of_work() as session:
        session.add(paper_set)
        session.flush()
        if paper_set.approved_at is not None or (paper_set.seal is not None and paper_set.seal.mode != "desk"):
            raise StateConflict(_("These papers are approved: they stay as they are."))
        ready = ready or close_for_desk(paper_set.public_id, content)
        stored = paper_set.seal or PaperSeal(paper_set=paper_set, mode="desk")
        stored.body, stored.public_key = ready.stored_body, ready.body.pair.public
        stored.server_wrap = wrap(ready.key, paper_set.public_id, "desk")
        paper_set.snapshot_hash = ready.fingerprint
        paper_set.seed = None
        if content.seed is not None:
            paper_set.seed_hash = hashlib.sha256(content.seed.encode()).hexdigest()
        for paper in paper_set.papers:
            paper.layout = []
            if paper.code in content.layouts:
                paper.question_count = len(content.layouts[paper.code])
        session.add(stored)
        session.flush()


def content_of(paper_set: PaperSet) -> SetContent:
    """The content of a set that is open, or still at the desk. StateConflict: it is sealed, or there is none yet."""
    stored = paper_set.seal
    if stored is None or is_open(paper_set):
        if paper_set.state in WITHOUT_CONTENT:
            raise StateConflict(_("These papers are not dealt yet."))
        kept = body_of(stored, stored.opened_key).content if stored is not None and stored.opened_key else SetContent()
        layouts = {paper.code: paper.layout for paper in paper_set.papers}
        return SetContent(paper_set.seed, layouts, kept.file, kept.notes, kept.salt)
    if is_sealed(paper_set):
        raise StateConflict(_("These papers are sealed: nobody sees them before they are opened."))
    return body_of(stored, unwrap(stored, "desk")).content


def layouts_of(paper_set: PaperSet) -> dict[str, list]:
    """By paper code the questions in their order, as ``content_of``; cheap for a set that is open."""
    if is_open(paper_set):
        return {paper.code: paper.layout for paper in paper_set.papers}
    return dict(content_of(paper_set).layouts)


def is_open(paper_set: PaperSet) -> bool:
    """Whether the papers stand in plain rows: opened, or of the time before there were seals."""
    if paper_set.seal is None:
        return paper_set.state not in WITHOUT_CONTENT
    return paper_set.seal.opened_at is not None


def is_sealed(paper_set: PaperSet) -> bool:
    """Whether only its holders, or the clock, can reach the content."""
    return paper_set.seal is not None and paper_set.seal.mode != "desk" and paper_set.seal.opened_at is None


def closed(owner: str, mode: str, key: bytes, body: Body) -> bytes:
    """``body`` as it stands in the seal: under ``key``, for the set ``owner`` (public id) and this mode only."""
    plain = {"content": vars(body.content), "private_key": base64.b64encode(body.pair.private).decode()}
    packed = zlib.compress(audit.canonical(plain).encode(), 6)
    return crypto.close_box(key, packed, _body_context(owner, mode))


def body_of(stored: PaperSeal, key: bytes) -> Body:
    """What the seal closes. WrongKey when this is not its key, or the body is another set's or mode's."""
    packed = crypto.open_box(key, stored.body, _body_context(stored.paper_set.public_id, stored.mode))
    plain = json.loads(zlib.decompress(packed))
    return Body(SetContent(**plain["content"]), KeyPair(base64.b64decode(plain["private_key"]), stored.public_key))


def _body_context(owner: str, mode: str) -> Context:
    return Context(owner, "content", mode)


def wrap(key: bytes, owner: str, mode: str) -> bytes:
    """The key under the server's key file, for this set and mode ("desk" or "clock")."""
    return crypto.close_box(server_key(mode), key, Context(owner, "key", mode))


def unwrap(stored: PaperSeal, mode: str) -> bytes:
    """The key again; StateConflict in words when the server's key file is not the one it was wrapped with."""
    try:
        context = Context(stored.paper_set.public_id, "key", mode)
        return crypto.open_box(server_key(mode), stored.server_wrap or b"", context)
    except crypto.WrongKey:
        raise StateConflict(
            _(
                "The server's key for papers (instance/secrets/papers_key) is not the one these papers were closed "
                "with. Bring that file back from the secrets part of a backup; otherwise use another set."
            )
        ) from None


__all__ = ["SetContent", "content_of", "is_open", "is_sealed", "layouts_of", "put_content", "snapshot_hash"]
