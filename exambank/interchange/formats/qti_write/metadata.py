"""PURE. What the manifest tells of an item (LOM and QTI metadata), for systems that sort items by it."""

from exambank.interchange.formats.qti_write.nodes import Node, Version
from exambank.interchange.neutral import Draft

LOM = "http://ltsc.ieee.org/xsd/LOM"
_VOCABULARY = "LOMv1.0"


def item_metadata(draft: Draft, title: str, interactions: tuple[str, ...], version: Version, language: str) -> Node:
    """The metadata of one item; LOM's parts in LOM's order, each only where something is known."""
    lom = Node(
        "imsmd:lom",
        _general(draft, title, language),
        _life_cycle(draft),
        _educational(draft),
        _rights(draft, language),
        _relation(draft, language),
        _classification("discipline", draft.topic_names[:1], language),
        _classification("educational level", [draft.level], language),
        _classification("educational objective", [draft.outcome], language),
    )
    return Node("metadata", lom, _qti(draft, interactions, version))


def package_metadata(title: str, version: Version, language: str) -> Node:
    """The metadata of the package as a whole."""
    schema, edition = version.package
    general = Node("imsmd:general", Node("imsmd:title", _string(title, language)))
    return Node(
        "metadata",
        Node("schema", schema),
        Node("schemaversion", edition),
        Node("imsmd:lom", general) if title else None,
    )


def _qti(draft: Draft, interactions: tuple[str, ...], version: Version) -> Node:
    return Node(
        "imsqti:qtiMetadata",
        Node("imsqti:timeDependent", "false"),
        Node("imsqti:composite", "true") if draft.kind == "case" else None,
        *(Node("imsqti:interactionType", name) for name in interactions),
        Node("imsqti:feedbackType", "nonadaptive" if draft.explanation else "none"),
        Node("imsqti:solutionAvailable", "false" if draft.kind in ("essay", "oral") else "true"),
        Node("imsqti:toolName", "exambank"),
    )


def _string(words: str, language: str) -> Node:
    return Node("imsmd:string", words, language=language)


def _general(draft: Draft, title: str, language: str) -> Node:
    found = Node("imsmd:general")
    if draft.identifier:
        found.add(Node("imsmd:identifier", Node("imsmd:entry", draft.identifier)))
    found.add(Node("imsmd:title", _string(title, language)))
    if draft.note:
        found.add(Node("imsmd:description", _string(draft.note, language)))
    return found.add(*(Node("imsmd:keyword", _string(tag, language)) for tag in draft.tags))


def _life_cycle(draft: Draft) -> Node | None:
    if not draft.contributors:
        return None
    card = f"BEGIN:VCARD\nVERSION:3.0\nFN:{draft.contributors}\nEND:VCARD"
    return Node("imsmd:lifeCycle", Node("imsmd:contribute", _term("role", "author"), Node("imsmd:entity", card)))


def _educational(draft: Draft) -> Node | None:
    if draft.expected_seconds is None:
        return None
    duration = Node("imsmd:duration", f"PT{draft.expected_seconds}S")
    return Node("imsmd:educational", Node("imsmd:typicalLearningTime", duration))


def _rights(draft: Draft, language: str) -> Node | None:
    if not draft.licence:
        return None
    described = Node("imsmd:description", _string(draft.licence, language))
    return Node("imsmd:rights", _term("copyrightAndOtherRestrictions", "yes"), described)


def _relation(draft: Draft, language: str) -> Node | None:
    words = "; ".join(part for part in (draft.source, draft.source_chapter, draft.source_page) if part)
    if not words:
        return None
    described = Node("imsmd:description", _string(words, language))
    return Node("imsmd:relation", _term("kind", "isbasedon"), Node("imsmd:resource", described))


def _classification(purpose: str, entries, language: str) -> Node | None:
    taxa = [Node("imsmd:taxon", Node("imsmd:entry", _string(entry, language))) for entry in entries if entry]
    if not taxa:
        return None
    path = Node("imsmd:taxonPath", Node("imsmd:source", _string("exambank", "en")), *taxa)
    return Node("imsmd:classification", _term("purpose", purpose), path)


def _term(name: str, value: str) -> Node:
    return Node(f"imsmd:{name}", Node("imsmd:source", _VOCABULARY), Node("imsmd:value", value))
