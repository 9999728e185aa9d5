"""The command line speaks the language of its environment: Vietnamese unless LANG (or EXAMBANK_LANG) says English."""

from click import core, decorators, exceptions, formatting, types

from exambank.console import language
from exambank.console import translate as _

__all__ = ["_", "language"]


def _clicks_word(message: str) -> str:
    """click's own words from our catalogues, where "Options" alone are those of a question."""
    words = {
        "Options": _("Options of the command"), "Commands": _("Commands"), "Usage:": _("Usage:"),
        "Positional arguments": _("Positional arguments"), "default: {default}": _("default: {default}"),
        "required": _("required"), "Show this message and exit.": _("Show this message and exit."),
        "Error: {message}": _("Error: {message}"), "Missing command.": _("Missing command."),
        "Try '{command} {option}' for help.": _("Try '{command} {option}' for help."),
        "Invalid value: {message}": _("Invalid value: {message}"),
        "Invalid value for {param_hint}: {message}": _("Invalid value for {param_hint}: {message}"),
        "Missing argument": _("Missing argument"), "Missing option": _("Missing option"),
        "No such option {name!r}.": _("No such option {name!r}."),
        "No such command {name!r}.": _("No such command {name!r}."), "Aborted!": _("Aborted!"),
        "{name} {filename!r} does not exist.": _("{name} {filename!r} does not exist."), "file": _("file"),
    }  # fmt: skip
    return words.get(message, message)


for _module in (core, decorators, exceptions, formatting, types):
    _module._ = _clicks_word
