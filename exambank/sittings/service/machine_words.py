"""What the check of a machine found, in plain words with what to do."""

from flask_babel import gettext as _

from exambank.sittings.rules.machines import OLDEST, QUOTA_MEGABYTES, Finding


def finding_text(finding: Finding) -> str:
    """One finding as a sentence."""
    words = _good if finding.level == "ok" else _bad
    return words(finding.code, finding.values)


def _good(code: str, values: dict) -> str:
    return {
        "browser": _("The browser is new enough: %(name)s %(version)s.", name=values.get("name"),
                     version=values.get("version")),
        "secure": _("The connection is protected."),
        "storage": _("Answers can be kept on this machine."),
        "worker": _("A reload without network brings the room back."),
        "crypto": _("Answers kept here are encrypted."),
        "quota": _("There is room for answers: %(megabytes)s MB.", megabytes=values.get("megabytes")),
        "quota_unknown": _("The browser does not say how much room there is."),
        "clock": _("The clock of this machine is right."),
        "zone": _("The time zone of this machine is the school's."),
        "round_trip": _("The server answers in %(milliseconds)s milliseconds.",
                        milliseconds=values.get("milliseconds")),
        "screen": _("The screen is large enough: %(width)s by %(height)s.", width=values.get("width"),
                    height=values.get("height")),
        "fonts": _("The typeface is loaded; Vietnamese is shown as it should be."),
    }.get(code, code)  # fmt: skip


def _bad(code: str, values: dict) -> str:
    oldest = ", ".join(f"{name} {version}" for name, version in OLDEST.items())
    return {
        "script": _("JavaScript is off or did not run. Switch it on in the browser's settings and open this "
                    "page again; "
                    "without it each answer is saved only when a button is pressed."),
        "browser": _("%(name)s %(version)s is too old. Install a newer one: %(oldest)s or later.",
                     name=values.get("name"), version=values.get("version"), oldest=oldest),
        "browser_unknown": _("This browser is not one we know. Use one of these: %(oldest)s or later.", oldest=oldest),
        "secure": _("The connection is not protected. Open the page by its https address and install the school's "
                    "certificate."),
        "plain_http": _("The school serves this room without HTTPS: answers cross the network readable."),
        "certificate": _("The school's certificate is not trusted on this machine. Install it (page "
                         "Certificate), close "
                         "the browser completely and check again."),
        "worker_http": _("Without HTTPS a reload while the network is away does not bring the room back."),
        "worker": _("A reload while the network is away does not bring the room back. Leave private windows and try "
                    "again."),
        "storage": _("Answers cannot be kept on this machine. Leave private windows, allow site data in the browser's "
                     "settings, and see whether the disk is full."),
        "crypto": _("Answers kept on this machine are not encrypted, because the connection is not protected."),
        "quota": _("There is room for only %(megabytes)s MB (at least %(least)s are wanted). Leave private "
                   "windows; free "
                   "the disk.", megabytes=values.get("megabytes"), least=QUOTA_MEGABYTES),
        "clock": _("The clock of this machine is %(seconds)s seconds fast. The server's clock counts, but set "
                   "it right.",
                   seconds=values.get("seconds")) if values.get("is_ahead") else
                 _("The clock of this machine is %(seconds)s seconds slow. The server's clock counts, but set "
                   "it right.",
                   seconds=values.get("seconds")),
        "zone": _("The time zone of this machine is not the school's. Set it in the system's settings."),
        "round_trip": _("The server answers only after %(milliseconds)s milliseconds. Look at the cable, the "
                        "switch, the "
                        "Wi-Fi.", milliseconds=values.get("milliseconds")),
        "round_trip_failed": _("The server was not reached in time. Look at the cable, the switch, the Wi-Fi."),
        "screen": _("The window is only %(width)s points wide. Enlarge the window or the screen's resolution.",
                    width=values.get("width")),
        "fonts": _("The typeface did not load: another one is shown. Reload; if it stays so, tell the technician."),
    }.get(code, code)  # fmt: skip
