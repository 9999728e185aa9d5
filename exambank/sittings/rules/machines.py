"""PURE. What a computer of the room must be able to do, and what its check says of it.

A finding is ``refusal`` (do not use it), ``caution`` (it works, with a loss that is named) or ``ok``. A machine is fit
while nothing is refused. The report comes from the machine itself: it is a help for technicians, never a proof.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

OLDEST = {"Chrome": 87, "Firefox": 78, "Safari": 14}
"""The oldest browsers the room's scripts are built for (static/build.mjs); Edge counts as the Chrome it is made of."""

QUOTA_MEGABYTES = 50  # a journal of one exam is under 1 MB; so little room means a private window or a full disk
CLOCK_CAUTION_SECONDS = 120  # the server's clock decides; more than this off, people are confused
ROUND_TRIP_CAUTION_MS = 500
ROUND_TRIP_REFUSAL_MS = 5000  # a save would seem lost: the page says "not connected" after some seconds
NARROWEST = 320  # CSS pixels; below it a question does not fit
_FLAGS = ("script", "secure", "http", "worker", "storage", "crypto", "fonts")
REPORT_KEYS = (*_FLAGS, "quota_mb", "clock_ms", "zone_minutes", "round_trip_ms", "width", "height")
_LARGEST = 1 << 45


@dataclass(frozen=True)
class Finding:
    """One line of the check: its code, how bad it is, the numbers its sentence needs."""

    code: str
    level: str
    values: dict[str, Any] = field(default_factory=dict)


def clean_report(given: Any) -> dict[str, Any]:
    """What a browser sent, reduced to what we know: switches and whole numbers of a sensible size."""
    found = given if isinstance(given, dict) else {}
    return {key: found[key] for key in REPORT_KEYS if key in found and _is_sound(key, found[key])}


def _is_sound(key: str, value: Any) -> bool:
    if key in _FLAGS:
        return isinstance(value, bool)
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST


def read_browser(user_agent: str) -> tuple[str, int]:
    """("Chrome", 120) of a User-Agent; ("", 0) for one we do not know. Edge, Opera, Cốc Cốc say Chrome as well."""
    for name, pattern in (("Firefox", r"Firefox/(\d+)"), ("Chrome", r"(?:Chrome|Chromium|CriOS)/(\d+)"),
                          ("Safari", r"Version/(\d+)[\d.]* (?:Mobile/\S+ )?Safari/")):  # fmt: skip
        found = re.search(pattern, user_agent)
        if found:
            return name, int(found.group(1))
    return "", 0


def judge_machine(report: Mapping[str, Any], user_agent: str, zone_minutes: int) -> tuple[Finding, ...]:
    """Everything the check found, the worst first. ``zone_minutes``: how far the school's time is ahead of UTC."""
    findings = [_browser(user_agent)]
    if not report.get("script"):
        findings.append(Finding("script", "refusal"))
    else:
        findings += [
            _connection(report), _flag(report, "storage", "refusal"), _worker(report),
            _flag(report, "crypto", "caution"), _quota(report), _clock(report), _zone(report, zone_minutes),
            _round_trip(report), _screen(report), _flag(report, "fonts", "caution"),
        ]  # fmt: skip
    order = {"refusal": 0, "caution": 1, "ok": 2}
    return tuple(sorted(findings, key=lambda one: order[one.level]))


def is_fit(findings: tuple[Finding, ...]) -> bool:
    """Whether nothing keeps the machine from being used."""
    return all(one.level != "refusal" for one in findings)


def _browser(user_agent: str) -> Finding:
    name, version = read_browser(user_agent)
    values = {"name": name, "version": version, "oldest": OLDEST.get(name, 0)}
    if not name:
        return Finding("browser_unknown", "caution", values)
    return Finding("browser", "ok" if version >= OLDEST[name] else "refusal", values)


def _flag(report: Mapping[str, Any], code: str, level: str) -> Finding:
    return Finding(code, "ok" if report.get(code) else level)


def _connection(report: Mapping[str, Any]) -> Finding:
    """Plain http is the school's choice and has its price; HTTPS without a worker is a certificate not trusted."""
    if report.get("secure"):
        return Finding("secure", "ok")
    return Finding("plain_http", "caution") if report.get("http") else Finding("secure", "refusal")


def _worker(report: Mapping[str, Any]) -> Finding:
    if report.get("worker"):
        return Finding("worker", "ok")
    if report.get("http"):
        return Finding("worker_http", "caution")
    return Finding("certificate", "refusal")


def _quota(report: Mapping[str, Any]) -> Finding:
    megabytes = report.get("quota_mb")
    if megabytes is None:
        return Finding("quota_unknown", "ok")
    return Finding("quota", "ok" if megabytes >= QUOTA_MEGABYTES else "caution", {"megabytes": megabytes})


def _clock(report: Mapping[str, Any]) -> Finding:
    seconds = round(report.get("clock_ms", 0) / 1000)
    values = {"seconds": abs(seconds), "is_ahead": seconds > 0}
    return Finding("clock", "ok" if abs(seconds) <= CLOCK_CAUTION_SECONDS else "caution", values)


def _zone(report: Mapping[str, Any], zone_minutes: int) -> Finding:
    return Finding("zone", "ok" if report.get("zone_minutes", zone_minutes) == zone_minutes else "caution")


def _round_trip(report: Mapping[str, Any]) -> Finding:
    milliseconds = report.get("round_trip_ms")
    if milliseconds is None:
        return Finding("round_trip_failed", "refusal")
    level = "ok" if milliseconds <= ROUND_TRIP_CAUTION_MS else "caution"
    return Finding(
        "round_trip", level if milliseconds <= ROUND_TRIP_REFUSAL_MS else "refusal", {"milliseconds": milliseconds}
    )


def _screen(report: Mapping[str, Any]) -> Finding:
    values = {"width": report.get("width", 0), "height": report.get("height", 0)}
    return Finding("screen", "ok" if values["width"] >= NARROWEST else "caution", values)
