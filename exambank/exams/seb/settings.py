"""PURE. What SEB may do in an exam of ours: our pages and nothing else."""

import hashlib
import re
from typing import Any
from urllib.parse import urlsplit

START_PATH, QUIT_PATH, FILE_PATHS = "/sit/", "/seb/quit", "/exams/start.seb*"
_HOST = re.compile(r"(?:[a-z0-9-]+\.)*[a-z0-9-]+|\[[0-9a-f:.]+\]")
_USUAL_PORTS = {"http": 80, "https": 443}

# Safe values for everything that would open a way out. ``killExplorerShell`` and not ``createNewDesktop``: a keyboard
# program such as UniKey stays on the desktop that SEB runs on, and candidates can type Vietnamese.
_LOCKED: dict[str, Any] = {
    "originatorVersion": "exambank",
    "sebConfigPurpose": 0,  # starts an exam, leaves the machine's own settings alone
    "sendBrowserExamKey": True,
    "browserWindowWebView": 3,  # the modern engine wherever there is one: the keys come by JavaScript there
    "allowQuit": True,
    "quitURLConfirm": False,
    "createNewDesktop": False,
    "killExplorerShell": True,
    "monitorProcesses": True,
    "browserViewMode": 1,
    "showTaskBar": True,
    "showInputLanguage": True,
    "showTime": False,  # the room shows the server's time
    "showReloadButton": True,
    "browserWindowAllowReload": True,
    "allowBrowsingBackForward": False,
    "enableBrowserWindowToolbar": False,
    "newBrowserWindowByLinkPolicy": 0,
    "newBrowserWindowByScriptPolicy": 0,
    "blockPopUpWindows": True,
    "allowSwitchToApplications": False,
    "allowPreferencesWindow": False,
    "allowUserSwitching": False,
    "allowVirtualMachine": False,
    "allowScreenSharing": False,
    "allowDownUploads": True,  # the older name of both: a rescue file is saved if the server never returns
    "allowDownloads": True,
    "allowUploads": False,
    "examSessionClearCookiesOnStart": False,  # the seat is known again when SEB itself had to be started anew
    "examSessionClearCookiesOnEnd": False,
    "allowSpellCheck": False,
    "allowDictation": False,
    "allowDictionaryLookup": False,
    "enablePrintScreen": False,
    "enablePrivateClipboard": True,
    "enableRightMouse": False,
    "enableJavaScript": True,
    "URLFilterEnable": True,
    "URLFilterEnableContentFilter": False,  # it would force the old engine
}


def exam_settings(origin: str, quit_password: str, salt: bytes) -> dict[str, Any]:
    """The settings under which an exam at ``origin`` is sat; ``salt`` are 32 random bytes of this exam alone.

    ``quit_password`` closes SEB at any time; without one it closes only by the link on the receipt.
    """
    host = urlsplit(origin).netloc
    rule = {"active": True, "regex": False, "action": 1, "expression": f"{host}/*"}
    settings = {
        **_LOCKED,
        "startURL": f"{origin}{START_PATH}",
        "quitURL": f"{origin}{QUIT_PATH}",
        "examKeySalt": salt,
        "URLFilterRules": [rule],
        # the fresh link on the page for old settings works from within SEB
        "examSessionReconfigureAllow": True,
        "examSessionReconfigureConfigURL": f"{origin}{FILE_PATHS}",
    }
    if quit_password:
        return {**settings, "hashedQuitPassword": password_hash(quit_password)}
    return {**settings, "allowQuit": False}


def password_hash(password: str) -> str:
    """As SEB compares it: SHA-256 in lower-case hex."""
    return hashlib.sha256(password.encode()).hexdigest()


def origin_of(address: str) -> str:
    """Scheme, host and port of an address as a browser writes them; ValueError for what is no web address."""
    parts = urlsplit(address.strip().lower())
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    if parts.scheme not in _USUAL_PORTS or parts.username is not None or not _HOST.fullmatch(host):
        raise ValueError("this is not a web address")
    port = "" if parts.port in {None, _USUAL_PORTS[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def start_link(origin: str, path: str) -> str:
    """The link that makes SEB fetch its settings at ``path`` and start: sebs:// over HTTPS, else seb://."""
    return origin.replace("http", "seb", 1) + path
