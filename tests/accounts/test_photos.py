"""Photos of people: what is taken, what is stripped, who sees them, and forgetting them."""

import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exambank.accounts.models import UserPhoto
from exambank.accounts.service import Photo, set_photos
from exambank.db import db
from exambank.errors import InvalidInput, NotFound, StateConflict
from exambank.interchange.photos import PHOTO_LIMIT_BYTES, PhotoProblem, read_photo
from tests.bank.factories import png
from tests.people import THEN, actor_of

GOOD = png(120, 160)
_SCAN = b"\xff\xda\x00\x02" + b"\x11\x22\x33" + b"\xff\xd9"


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg(*extra: bytes, width=120, height=160) -> bytes:
    """The skeleton of a JPEG: as far as a reader looks that does not draw it."""
    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 3) + b"\0" * 9)
    return b"\xff\xd8" + segment(0xE0, b"JFIF\0\x01\x01") + b"".join(extra) + frame + _SCAN


def exif(turned: int, order: str = ">") -> bytes:
    mark = b"MM\0\x2a" if order == ">" else b"II\x2a\0"
    tiff = mark + struct.pack(f"{order}IHHHIHH", 8, 2, 0x0112, 3, 1, turned, 0) + b"GPS 21.03 105.85 Nguyen Van An"
    return segment(0xE1, b"Exif\0\0" + tiff)


def problem_of(body: bytes) -> str | None:
    try:
        read_photo(body)
    except PhotoProblem as problem:
        return problem.code
    return None


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (GOOD, None),
        (jpeg(), None),
        (b"", "unknown_type"),
        (b"GIF89a" + b"\0" * 20, "broken"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"></svg>', "unknown_type"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 40, "unknown_type"),
        (b"<html><script>alert(1)</script>", "unknown_type"),
        (GOOD[:-20], "broken"),
        (GOOD.replace(b"IDAT", b"IDAX"), "broken"),
        (png(40, 40), "too_small"),
        (jpeg(width=5000), "too_many_pixels"),
        (b"\0" * (PHOTO_LIMIT_BYTES + 1), "too_large"),
    ],
)
def test_only_a_whole_picture_of_a_sensible_size_is_taken(body, problem):
    assert problem_of(body) == problem


@pytest.mark.parametrize("order", [">", "<"])
def test_of_a_cameras_words_only_the_way_to_turn_the_picture_stays(order):
    told = jpeg(exif(6, order), segment(0xE2, b"ICC or else"), segment(0xFE, b"by Nguyen Van An"))
    kept = read_photo(told).body
    assert b"GPS" not in kept
    assert b"Nguyen" not in kept
    assert b"ICC" not in kept
    assert kept.endswith(_SCAN)
    assert b"JFIF" in kept
    assert read_photo(kept).body == kept
    assert struct.pack(">HHIH", 0x0112, 3, 1, 6) in kept
    assert b"Exif" not in read_photo(jpeg(exif(1, order))).body


def test_what_hides_behind_or_inside_a_picture_does_not_stay():
    text = b"tEXtAuthor\0Nguyen Van An"
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    kept = read_photo(GOOD[:33] + chunk + GOOD[33:] + b"PK\x03\x04 a zip").body
    assert kept == GOOD


@settings(max_examples=40)
@given(st.binary(max_size=300), st.integers(0, 200))
def test_no_bytes_break_the_reader(noise, at):
    known = {None, "too_large", "unknown_type", "broken", "too_small", "too_many_pixels"}
    for body in (noise, b"\xff\xd8\xff" + noise, jpeg(exif(6))[:at] + noise, GOOD[:at] + noise):
        assert problem_of(body) in known


# --- the pages ---


def upload(client, url, name, body):
    return client.post(url, data={"file": (io.BytesIO(body), name)})


def zipped(files: dict[str, bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return body.getvalue()


def photos() -> dict[int, bytes]:
    db.session.rollback()
    return {row.user_id: row.body for row in db.session.query(UserPhoto)}


def test_one_photo_is_kept_shown_to_who_manages_people_and_forgotten(people, sign_in):
    officer, learner = sign_in(people.officer), people.learner
    page = f"/accounts/people/{learner.public_id}"
    refused = upload(officer, f"/interchange/photos/{learner.public_id}", "a.heic", b"ftypheic")
    assert refused.status_code == 302
    assert photos() == {}
    assert officer.get(f"{page}/photo").status_code == 404
    upload(officer, f"/interchange/photos/{learner.public_id}", "../../x.png", GOOD)
    assert photos() == {learner.id: GOOD}
    shown = officer.get(f"{page}/photo")
    assert (shown.data, shown.mimetype) == (GOOD, "image/png")
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert f"{page}/photo" in officer.get(page).text
    for stranger in (people.quality, people.leader, people.lecturer, learner, people.invigilator):
        assert sign_in(stranger).get(f"{page}/photo").status_code == 404
    assert f"{page}/photo" not in sign_in(people.quality).get(page).text
    assert officer.post(f"{page}/photo/remove").status_code == 302
    assert photos() == {}


def test_many_come_in_a_zip_named_by_code_and_what_does_not_fit_is_named(people, sign_in):
    officer = sign_in(people.officer)
    body = zipped({"ảnh/hv001.png": GOOD, "HV002.PNG": png(100, 100), "hv999.png": GOOD, "K75/lan.jpg": b"no picture"})
    page = upload(officer, "/interchange/photos", "anh.zip", body).text
    assert photos() == {people.learner.id: GOOD, people.second_learner.id: png(100, 100)}
    assert "hv999" in page
    assert "K75/lan.jpg" in page
    upload(officer, "/interchange/photos", "hv001.png", png(90, 90))
    assert photos()[people.learner.id] == png(90, 90)
    assert upload(officer, "/interchange/photos", "x.zip", b"PK\x03\x04 broken").status_code == 422
    assert sign_in(people.invigilator).get("/interchange/photos").status_code == 404


def test_a_technician_photographs_learners_only_and_nobody_else_does(people):
    photo = Photo("image/png", GOOD)
    with pytest.raises(StateConflict):
        set_photos(actor=actor_of(people.technician), now=THEN, photos={people.officer.id: photo})
    with pytest.raises(NotFound):
        set_photos(actor=actor_of(people.invigilator), now=THEN, photos={people.learner.id: photo})
    with pytest.raises(InvalidInput):
        set_photos(
            actor=actor_of(people.officer), now=THEN, photos={people.learner.id: Photo("image/svg+xml", b"<svg/>")}
        )
    assert set_photos(actor=actor_of(people.technician), now=THEN, photos={people.learner.id: photo}) == 1
