"""PURE. Writing for Moodle: texts with their pictures, elements, and what could not be held."""

import base64
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from exambank.bank import rules
from exambank.interchange.neutral import NOTICE, MediaFile, Problem
from exambank.interchange.texts import write_html, write_plain

_SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp",
             "image/svg+xml": ".svg"}  # fmt: skip


@dataclass
class Pen:
    """Writes one item; ``losses`` collects what Moodle could not hold, ``own`` what only our reader will find."""

    media: Mapping[str, MediaFile]
    losses: list[Problem] = field(default_factory=list)
    own: dict = field(default_factory=dict)

    def lose(self, code: str, severity: str = NOTICE, **values) -> None:
        """Note something that the format cannot hold, the same only once."""
        problem = Problem(code, severity, values=values)
        if problem not in self.losses:
            self.losses.append(problem)

    def markup(self, stored: str, gap=None) -> str:
        """A stored text as Moodle's HTML; pictures by the names that ``files`` gives them."""
        return write_html(stored, picture=self._picture, gap=gap)

    def text(self, name: str, stored: str, *, markup: str | None = None) -> str:
        """An element with a text in HTML and the pictures that stand in it."""
        return f'<{name} format="html">{self.inner(stored, markup=markup)}</{name}>'

    def inner(self, stored: str, *, markup: str | None = None) -> str:
        """What stands in such an element: the text, and the pictures of the stored text."""
        written = self.markup(stored) if markup is None else markup
        files = "".join(self._file(one) for one in rules.pictures_in(stored)) if "<img" in stored else ""
        return cdata(written) + files

    def plain(self, stored: str) -> str:
        """A stored text on one line, where Moodle takes no markup."""
        return " ".join(write_plain(stored).split())

    def file_name(self, media_id: str) -> str:
        """The name under which a picture travels: its own, plain, with a few letters that keep it apart."""
        file = self.media.get(media_id)
        if file is None:
            return ""
        stem = re.sub(r"[^A-Za-z0-9._-]+", "-", file.name.rpartition(".")[0] or file.name).strip("-.")[:60]
        return f"{media_id[:8]}-{stem or 'picture'}{_SUFFIXES.get(file.media_type, '.png')}"

    def _picture(self, media_id: str, alt: str) -> str:
        name = self.file_name(media_id)
        if not name:
            self.lose("moodle_picture_not_at_hand", "warning", alt=alt[:80])
            return html.escape(f"[{alt}]" if alt else "", quote=False)
        return f'<img src="@@PLUGINFILE@@/{quote(name)}" alt="{html.escape(alt)}"/>'

    def picture(self, media_id: str, alt: str) -> str:
        """A picture as markup."""
        return self._picture(media_id, alt)

    def _file(self, media_id: str) -> str:
        name = self.file_name(media_id)
        if not name:
            return ""
        packed = base64.b64encode(self.media[media_id].body).decode()
        return f'<file name="{html.escape(name)}" path="/" encoding="base64">{packed}</file>'


def cdata(words: str) -> str:
    """A ``<text>`` with these words; markup goes as it is, an end sign within is split."""
    if "<" not in words and "&" not in words:
        return f"<text>{words.replace('>', '&gt;')}</text>"
    return f"<text><![CDATA[{words.replace(']]>', ']]]]><![CDATA[>')}]]></text>"


def text_element(name: str, words: str, attributes: str = "") -> str:
    """An element with plain words in a ``<text>``."""
    return f"<{name}{attributes}><text>{html.escape(words, quote=False)}</text></{name}>"


def own_element(own: Mapping) -> str:
    """What only our reader finds, as JSON in an element that Moodle passes over."""
    return f"<exambank>{html.escape(json.dumps(own, ensure_ascii=False, sort_keys=True), quote=False)}</exambank>"
