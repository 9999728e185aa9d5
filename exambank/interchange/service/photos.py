"""Photos of people, one by one or many in a zip named by their codes, handed to accounts."""

import posixpath
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from exambank.accounts import service as accounts
from exambank.accounts.models import User
from exambank.errors import InvalidInput
from exambank.interchange import photos as rules
from exambank.interchange.neutral.files import UnreadableFile
from exambank.interchange.photos import PhotoProblem, read_photo
from exambank.interchange.safety.archives import Archive
from exambank.interchange.service.files import refusal
from exambank.permissions import Actor

MANY = 2000  # photos of one zip


@dataclass(frozen=True)
class PhotosRead:
    """What a file of photos gave: how many were taken, and for each other one its name and the reason."""

    taken: int
    left_out: tuple[tuple[str, str], ...]


def take_photo(*, actor: Actor, now: datetime, user: User, body: bytes) -> None:
    """One person's photo."""
    try:
        photo = read_photo(body)
    except PhotoProblem as problem:
        raise InvalidInput(photo_problem(problem.code)) from None
    accounts.set_photos(actor=actor, now=now, photos={user.id: accounts.Photo(photo.media_type, photo.body)})


def take_photos(*, actor: Actor, now: datetime, file_name: str, body: bytes) -> PhotosRead:
    """A picture named by its person's code, or a zip of such. What fits is taken; the rest is named with the reason."""
    found, left_out = {}, []
    for name, content in _files(file_name, body):
        code = posixpath.splitext(posixpath.basename(name))[0]
        user = accounts.find_user(code)
        if user is None:
            left_out.append((name[:120], _("nobody has the code %(code)s", code=code[:60])))
            continue
        try:
            photo = read_photo(content)
        except PhotoProblem as problem:
            left_out.append((name[:120], photo_problem(problem.code)))
        else:
            found[user.id] = accounts.Photo(photo.media_type, photo.body)
    return PhotosRead(accounts.set_photos(actor=actor, now=now, photos=found), tuple(left_out))


def _files(file_name: str, body: bytes):
    if not body.startswith(b"PK"):
        yield posixpath.basename(file_name.replace("\\", "/")), body
        return
    try:
        archive = Archive(body)
        if len(archive) > MANY:
            raise InvalidInput(_("At most %(most)s photos at a time. Split the zip.", most=MANY))
        for path in archive:
            too_long = archive.size(path) > rules.PHOTO_LIMIT_BYTES
            yield path, b"\0" * (rules.PHOTO_LIMIT_BYTES + 1) if too_long else archive.read(path)
    except UnreadableFile as error:
        raise refusal(error) from None


def photo_problem(code: str) -> str:
    """Why a photo is not taken, and what to do."""
    return {
        "too_large": _("the photo is larger than 1 MB; make it smaller, 600 by 800 points are plenty"),
        "unknown_type": _("this is no JPEG or PNG picture; save it as one (a phone's HEIC is not read)"),
        "broken": _("the picture is broken or not complete"),
        "too_small": _("the photo is too small to recognise anybody"),
        "too_many_pixels": _("the photo has too many points; 600 by 800 are plenty"),
    }[code]
