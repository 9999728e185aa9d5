"""PURE (but for the system's random numbers). The rescue file: a journal carried to the server by hand.

``static/js/sittings/rescue.js`` writes it, the room's invigilator brings it (``service.rescue``), a person decides on
what is in it (the quarantine). Sealed to the exam's public key, it tells nobody on its way what was answered. It proves
nothing by itself: whoever has the public key can seal one. Who wrote it, and when, is known by the check code that the
invigilator notes when the file is made, and by whose seat was silent then.

One JSON object in UTF-8, bytes in base64:

    {"format": "exambank-rescue", "version": 1, "exam": public id, "sitting": public id, "sealed_ms": claimed time,
     "key": ephemeral point (65 bytes, uncompressed P-256), "iv": 12 bytes, "body": AES-256-GCM ciphertext with its tag}

The key is HKDF-SHA256 of the ECDH secret (the shared x, 32 bytes), salted with the ephemeral and the exam's point, for
``exambank-rescue-1``; exam, sitting and time are the associated data, so that a file opens for its own candidate alone.
The body is JSON: {"entries": [{"q", "seq", "at", "payload"}, …]}. A browser that was restarted without network has no
key to its own journal any more: its entries go in as they lie there, {"q", "seq", "at", "iv", "sealed"} (AES-256-GCM
under the sitting's journal key), and the server, which knows that key, opens them too.
"""

from exambank.sittings.rescue.content import Entry, UnreadableEntry, read_entries
from exambank.sittings.rescue.sealing import (
    LARGEST,
    BadFile,
    Header,
    WrongSeal,
    check_code,
    new_pair,
    open_file,
    read_header,
    same_check_code,
    seal_file,
)

__all__ = [
    "LARGEST", "BadFile", "Entry", "Header", "UnreadableEntry", "WrongSeal", "check_code", "new_pair", "open_file",
    "read_entries", "read_header", "same_check_code", "seal_file",
]  # fmt: skip
