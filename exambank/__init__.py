"""exambank: examinations and question banks. The packages in the order of ``PACKAGES`` follow one exam.

``create_app`` stands in ``application.py`` and is loaded when it is asked for: whoever wants one package alone, such as
the statistics of a file, waits neither for the web nor for the database.
"""

import importlib

from exambank import cores  # noqa: F401 (before numpy)

PACKAGES = (
    "accounts", "courses", "bank", "assembly", "exams", "sittings",
    "marking", "grades", "analysis", "documents", "interchange", "home",
)  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in ("create_app", "migrate"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module("exambank.application"), name)
