"""PURE. Open edX (OLX): problems alone, in a course or a library. Nothing in them is ever run.

``tarball`` opens what Studio exports, ``course`` finds the problems and their places in it, ``problem`` decides what
one asks, ``responses`` builds the question, ``texts`` reads the words.
"""

from exambank.interchange.formats.olx.course import read

__all__ = ["read"]
