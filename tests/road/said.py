"""What a page or a JSON answer tells its reader, and whether it is in the reader's language; what a database holds."""

import unicodedata

from lxml import html
from sqlalchemy import func, select

from exambank import audit
from exambank.db import Base, db

TOLD = (
    "//*[@role='alert' or @role='status'] | //*[contains(@class, 'eb-error')] | //*[contains(@id, '-error')]"
    " | //*[contains(@class, 'eb-notice')] | //*[contains(@class, 'eb-explain')] | //*[contains(@class, 'eb-lead')]"
)
MARKS = {"\u0300", "\u0301", "\u0302", "\u0303", "\u0306", "\u0309", "\u031b", "\u0323"}


def told(answer) -> str:
    """The messages of an answer: alerts, errors beside fields, notices, the lead; an error page's whole text; JSON's message."""
    if answer.is_json:
        return answer.json["message"]
    page = html.fromstring(answer.text)
    found = page.xpath(TOLD) or (page.xpath("//main") if answer.status_code >= 400 else [])
    return " ".join(" ".join(one.text_content().split()) for one in found)


def is_vietnamese(text: str) -> bool:
    """At least two words with marks of Vietnamese: one may be a name."""
    words = [word for word in text.split() if MARKS & set(unicodedata.normalize("NFD", word)) or "đ" in word.lower()]
    return len(words) > 1


def check_told(answer, language: str, english: str, *facts: str, vietnamese: str = "") -> None:
    """The answer says ``english`` to an English reader, ``vietnamese`` to others (at least in that language), and names
    all ``facts``.
    """
    text = told(answer)
    assert text, "nothing is said"
    if language == "en":
        assert english in text, text
    else:
        assert english not in text, text
        assert vietnamese in text, text
        assert is_vietnamese(text), text
    for fact in facts:
        assert fact in text, f"{fact!r} is not in {text!r}"


def holdings(*, but: tuple[str, ...] = ()) -> dict:
    """Where the audit chain stands and how many rows each table has; ``but``: tables that may change."""
    db.session.rollback()
    counts = {
        table.name: db.session.scalar(select(func.count()).select_from(table))
        for table in Base.metadata.sorted_tables
        if table.name not in but
    }
    return {"audit head": audit.head().short, **counts}
