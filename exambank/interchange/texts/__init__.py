"""PURE. The texts of items between the bank's HTML and that of other systems; one door in, one door out."""

from exambank.interchange.texts.door import embedded_picture
from exambank.interchange.texts.incoming import Html, read_html, read_plain
from exambank.interchange.texts.outgoing import events, is_plain, write_html, write_plain

__all__ = ["Html", "embedded_picture", "events", "is_plain", "read_html", "read_plain", "write_html", "write_plain"]
