"""The command line speaks the language of its environment: Vietnamese unless LANG (or EXAMBANK_LANG) says English."""

import os
from pathlib import Path

from babel.support import NullTranslations, Translations


def language() -> str:
    wanted = os.environ.get("EXAMBANK_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "vi"
    return "en" if wanted.lower().startswith("en") else "vi"


_catalogue: NullTranslations = Translations.load(Path(__file__).parent.parent / "translations", [language()])


def _(message: str, **values) -> str:
    """Translate now: help texts are built before any application exists."""
    text = _catalogue.gettext(message)
    return text % values if values else text
