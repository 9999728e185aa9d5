"""Both catalogues are complete, keep their placeholders, and no text of the interface stands outside them."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


@pytest.fixture(scope="module")
def messages() -> set[str]:
    found = set()
    for folder, method in ((ROOT / "exambank", [("**.py", "python")]), (ROOT / "templates", [("**.html", "jinja2")])):
        for _file, _line, message, _comments, _context in extract_from_dir(
            str(folder), method, keywords=KEYWORDS, directory_filter=lambda _folder: True
        ):
            found.add(message[0] if isinstance(message, tuple) else message)
    return found


def catalogue(language: str) -> dict:
    path = ROOT / "exambank" / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        entries = list(read_po(file, locale=language))
    return {entry.id[0] if isinstance(entry.id, tuple) else entry.id: entry for entry in entries if entry.id}


def texts(entry) -> list[str]:
    return list(entry.string) if isinstance(entry.string, tuple | list) else [entry.string]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_text_is_in_the_catalogue(messages, language):
    known = catalogue(language)
    assert sorted(text for text in messages if text not in known or not all(texts(known[text]))) == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_nothing_is_fuzzy_or_left_over(messages, language):
    known = catalogue(language)
    assert [text for text, entry in known.items() if entry.fuzzy] == []
    assert sorted(set(known) - messages) == []


def test_translations_keep_their_placeholders():
    wrong = [
        text
        for text, entry in catalogue("vi").items()
        for translated in texts(entry)
        if set(PLACEHOLDER.findall(translated)) - set(PLACEHOLDER.findall("".join(entry.id)))
    ]
    assert wrong == []


# Short forms that mean two things to our users; see the glossary.
AMBIGUOUS = re.compile(r"\bCBCT\b|(?<!địa )\bđiểm thi\b(?! kết thúc)", re.IGNORECASE)


def test_ambiguous_short_forms_stay_out_of_the_interface():
    wrong = [one for entry in catalogue("vi").values() for one in texts(entry) if AMBIGUOUS.search(one)]
    assert wrong == []


JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
# keys of the keyboard and examples of what is typed are the same in every language
MARKUP = re.compile(r"<!--.*?-->|<(kbd|code)\b[^>]*>[^<]*</\1>|<[^>]*>", re.DOTALL)
CLASSES = re.compile(r"\{% block (shell|page)_class %\}.*?\{% endblock %\}")
ATTRIBUTES = re.compile(r"""\b[a-z-]+="[^"]*"|\bdata-[a-z]+""")
PLAIN_WORDS = {
    "exambank",
    "PDF",
    "xlsx",
    "csv",
    "lang",
    "English",
    "Tiếng",
    "Việt",
    "Windows",
    "Chrome",
    "Edge",
    "Android",
    "certutil",
    "addstore",
    "Root",
    "crt",
}


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_templates_hold_no_text_outside_the_catalogue(path):
    text = CLASSES.sub(" ", path.read_text(encoding="utf-8"))
    text = ATTRIBUTES.sub(" ", MARKUP.sub(" ", JINJA.sub(" ", text)))
    words = set(re.findall(r"[^\W\d_]{3,}", re.sub(r"&\w+;", " ", text)))
    assert words - PLAIN_WORDS == set()
