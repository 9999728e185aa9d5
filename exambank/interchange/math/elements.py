"""PURE. Names of elements, whatever their namespace or prefix."""


def name_of(element) -> str:
    """The local name, with no namespace and no prefix, in lower case; "" for what is no element."""
    return element.tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(element.tag, str) else ""
