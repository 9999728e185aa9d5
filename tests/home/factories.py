"""A school in mid-term: something waits for everybody."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from exambank import clock
from exambank.bank.models import Item, ItemVersion, Review
from exambank.db import unit_of_work
from exambank.exams.models import Exam, Invigilation
from tests.documents.factories import make_held_exam
from tests.exams.factories import make_listed_exam, make_open_exam
from tests.marking.factories import make_version


def make_busy_school(people) -> dict[str, Exam]:
    """An exam held, one open now, one being prepared for tomorrow; a draft, a returned item, one in review."""
    held = make_held_exam(people, 4)
    then = clock.now() - timedelta(days=3)
    with unit_of_work() as session:
        row = session.get(Exam, held.id)
        row.opens_at = row.opened_at = then
        row.closed_at = row.closes_at = then + timedelta(hours=2)
    running = make_open_exam(people)
    coming = make_listed_exam(people, starts_in=timedelta(days=1), title="Thi lại học phần Xây dựng Đảng")
    with unit_of_work() as session:
        session.add(Invigilation(room_id=coming.rooms[0].id, user_id=people.invigilator.id))
    make_waiting_items(people)
    return {"held": held, "open": running, "coming": coming}


def make_waiting_items(people) -> None:
    """Of one lecturer: a draft, a returned draft, and an item in review."""
    for code, state in (("W1", "draft"), ("W2", "draft"), ("W3", "review")):
        version = make_version(people, code)
        with unit_of_work() as session:
            row = session.get(ItemVersion, version.id)
            item = session.get(Item, version.item_id)
            row.state = item.state = state
            row.submitted_at, item.accepted_version_id = clock.now(), None
            if code == "W2":
                session.add(
                    Review(
                        item_version_id=row.id, reviewer_id=people.head.id, decision="returned", comment="Sửa câu dẫn",
                        decided_at=clock.now(),
                    )
                )  # fmt: skip


def make_certificate(folder: Path) -> None:
    """A CA certificate with its key in front of it, as a careless hand might put them into one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CA")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    folder.mkdir()
    (folder / "ca.pem").write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
