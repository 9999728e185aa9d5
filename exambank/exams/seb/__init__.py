"""PURE. Safe Exam Browser (SEB): its settings files and the proof that a request comes from it.

SEB proves itself with two keys, each sent hashed with the address of the request. The *config key* is a checksum of its
settings, which we can compute because we write them; the *browser exam key* also covers the code of the SEB build and
can only be copied from it. Neither makes a machine honest: they keep the ordinary browser out, the invigilator does the
rest. Sources: safeexambrowser.org, developer pages "Config Key", "File Format", "Integration".

``keys`` computes and checks, ``settings`` says what an exam's SEB may do, ``files`` writes and reads ``.seb`` files,
``rncryptor`` encrypts them. Nothing here was tried with a real SEB; the published vectors are in the tests.
"""

from exambank.exams.seb.files import SebFileError, pack, read_settings, seal
from exambank.exams.seb.keys import (
    KEY_SHAPE,
    Proof,
    config_key,
    header_value,
    is_genuine,
    is_page_of,
    is_proven,
    request_address,
    seb_json,
)
from exambank.exams.seb.settings import exam_settings, origin_of, password_hash, start_link

__all__ = [
    "KEY_SHAPE",
    "Proof",
    "SebFileError",
    "config_key",
    "exam_settings",
    "header_value",
    "is_genuine",
    "is_page_of",
    "is_proven",
    "origin_of",
    "pack",
    "password_hash",
    "read_settings",
    "request_address",
    "seal",
    "seb_json",
    "start_link",
]
