"""PURE. Our items as QTI 1.2 that Canvas imports: ``package`` makes the zip, ``kinds`` an item, ``parts`` its XML."""

from exambank.interchange.formats.canvas.writing.package import write

__all__ = ["write"]
