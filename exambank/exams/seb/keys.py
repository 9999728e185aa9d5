"""PURE. The config key of settings, and what SEB sends with a request for an address."""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote, urlsplit

KEY_SHAPE = re.compile(r"[0-9a-f]{64}")
_SAFE_IN_PATHS = "/:@!$&'()*+,;=-._~"


def config_key(settings: dict[str, Any]) -> str:
    """The key of these settings: SHA-256 of their SEB-JSON, 64 lower-case hex digits."""
    return hashlib.sha256(seb_json(settings).encode()).hexdigest()


def seb_json(settings: dict[str, Any]) -> str:
    """Settings in the one spelling that is hashed: keys sorted without regard to case, no space, nothing escaped.

    ``originatorVersion`` and empty dictionaries are left out, data is base64, a date ISO 8601 in UTC. ValueError for a
    value that settings cannot hold.
    """
    return _spell({name: value for name, value in settings.items() if name != "originatorVersion"})


def _spell(value: Any) -> str:
    if isinstance(value, dict):
        inner = [(name, value[name]) for name in sorted(value, key=str.lower) if value[name] != {}]
        return "{" + ",".join(f'"{name}":{_spell(one)}' for name, one in inner) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(_spell(one) for one in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bytes):
        return f'"{base64.b64encode(value).decode()}"'
    if isinstance(value, datetime):
        moment = value if value.tzinfo is None else value.astimezone(UTC)
        return f'"{moment:%Y-%m-%dT%H:%M:%SZ}"'
    raise ValueError(f"settings cannot hold {type(value).__name__}")


def header_value(address: str, key: str) -> str:
    """What SEB sends for an absolute address and a key: hashed together, the address first and without its fragment."""
    return hashlib.sha256((address.split("#", 1)[0] + key).encode()).hexdigest()


def is_genuine(given: str | None, address: str, key: str) -> bool:
    """Whether a header proves ``key`` for this very address: exact, lower-case, compared in constant time."""
    return (
        given is not None
        and KEY_SHAPE.fullmatch(given) is not None
        and hmac.compare_digest(given, header_value(address, key))
    )


@dataclass(frozen=True)
class Proof:
    """What a request brought: the two hashes and the absolute address that they are bound to."""

    address: str
    config_hash: str | None = None
    request_hash: str | None = None


def is_proven(proof: Proof, config: str, browser_keys: Sequence[str]) -> bool:
    """Whether it comes from SEB as configured: the config key, and one of the browser exam keys where some are named.

    Without any key named nothing can be proven.
    """
    if not config and not browser_keys:
        return False
    is_configured = not config or is_genuine(proof.config_hash, proof.address, config)
    # every key is compared, so that the time tells nothing about which one fits
    fits = [is_genuine(proof.request_hash, proof.address, key) for key in browser_keys]
    return is_configured and (not fits or any(fits))


def request_address(origin: str, path: str, raw: str | None, query: str) -> str:
    """The absolute address of a request as its browser wrote it: ``raw`` is the request line's target, if the server
    knows it and it means the same ``path``; else the path is written anew.
    """
    target = urlsplit(raw or "").path
    written = target if target and unquote(target) == path else quote(path, safe=_SAFE_IN_PATHS)
    return f"{origin}{written}?{query}" if query else f"{origin}{written}"


def is_page_of(page: str, origin: str, path: str) -> bool:
    """Whether an address that a page claims for itself is the page at ``path`` of this origin, or one below it."""
    if not page.startswith(f"{origin}{path}"):
        return False
    rest = page[len(origin) + len(path) :]
    return (rest == "" or rest[0] in "/?") and ".." not in rest
