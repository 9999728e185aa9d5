"""An exam's key pair for rescue files: the public half goes to every seat, the private one never leaves the server."""

import base64

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from exambank import audit
from exambank.assembly import service as assembly
from exambank.db import lock, unit_of_work
from exambank.exams.models import Exam
from exambank.permissions import SYSTEM

_PURPOSE = "rescue"


def ensure_rescue_keys(exam: Exam) -> None:
    """Give an exam its pair, once: files sealed to one pair open with no other. Seats get the point at entry."""
    if exam.rescue_public is not None:
        return
    private = ec.generate_private_key(ec.SECP256R1())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    locked = assembly.lock_away(
        private.private_numbers().private_value.to_bytes(32, "big"), owner=exam.public_id, purpose=_PURPOSE
    )
    with unit_of_work():
        lock(exam)
        if exam.rescue_public is None:  # of two processes the first one's pair stands
            exam.rescue_public, exam.rescue_private = base64.b64encode(point).decode(), locked
            audit.record(SYSTEM, "exam.rescue_keys_made", exam)


def rescue_key_of(exam: Exam) -> bytes | None:
    """The private half (32 bytes); None when the exam has no pair. ValueError when this server's key is another one."""
    if exam.rescue_private is None:
        return None
    return assembly.take_out(exam.rescue_private, owner=exam.public_id, purpose=_PURPOSE)
