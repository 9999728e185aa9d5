"""What the macros of templates/interactions need, wherever they are drawn: the exam room, the preview, the editor."""

from exambank.bank import rules
from exambank.bank.interactions import REGISTRY
from exambank.bank.views.blueprint import bp


def _with_pictures(html: str, address_of) -> str:
    """A stored text whose pictures have the address that this page serves them at."""
    return rules.with_pictures(html, address_of) if "data-media" in html else html


bp.add_app_template_filter(_with_pictures, "with_pictures")
bp.add_app_template_filter(rules.split_gaps, "gap_pieces")
bp.add_app_template_filter(rules.plain_text, "plain_words")
bp.add_app_template_global(lambda kind: REGISTRY[kind].instruction(), "instruction_of")
