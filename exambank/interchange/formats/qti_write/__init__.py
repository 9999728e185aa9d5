"""PURE. Writing QTI 2.1, 2.2 and 3.0: one model of items, tests and packages, spelled in two ways.

``own.read_own`` reads back what is written here; what QTI has no place for travels in ``marks``.
"""

from exambank.interchange.formats.qti_write.nodes import QTI21, QTI22, QTI30
from exambank.interchange.formats.qti_write.package import write_package
from exambank.interchange.neutral import Bundle, Written


def write_qti30(bundle: Bundle) -> Written:
    """The items as a QTI 3.0 package, and what it could not hold."""
    return write_package(bundle, QTI30)


def write_qti22(bundle: Bundle) -> Written:
    """The items as a QTI 2.2 package, and what it could not hold."""
    return write_package(bundle, QTI22)


def write_qti21(bundle: Bundle) -> Written:
    """The items as a QTI 2.1 package, and what it could not hold."""
    return write_package(bundle, QTI21)


__all__ = ["write_qti21", "write_qti22", "write_qti30"]
