"""PURE. Addresses from which an exam may be sat: lists as people type them, and whether an address is in one."""

import re
from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from exambank.exams.rules.conduct import is_network

NETWORKS_ALLOWED = 50


def parse_networks(typed: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What was typed, split at lines, commas and spaces: (blocks in their short form, each once; the unreadable)."""
    words = re.split(r"[\s,;]+", typed.strip())
    good = dict.fromkeys(_short(word) for word in words if word and is_network(word))
    return tuple(good), tuple(word[:60] for word in words if word and not is_network(word))


def _short(word: str) -> str:
    """ "192.168.3.7/24" is the block 192.168.3.0/24; a single address is written without a length."""
    network = ip_network(word, strict=False)
    return str(network.network_address) if network.num_addresses == 1 else str(network)


def is_inside(address: str | None, networks: Iterable[str]) -> bool:
    """Whether an address is in one of the blocks; no block at all: from anywhere.

    An IPv4 address that arrives inside an IPv6 one counts as itself. What is no address is inside nothing.
    """
    blocks = tuple(networks)
    if not blocks:
        return True
    try:
        found = ip_address((address or "").split("%")[0])
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in ip_network(block, strict=False) for block in blocks if is_network(block))


def networks_for(room: Iterable[str], exam: Iterable[str]) -> tuple[str, ...]:
    """The list that counts in a room: its own where it has one, else the exam's."""
    return tuple(room) or tuple(exam)
