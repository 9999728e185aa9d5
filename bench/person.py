"""A person with a browser, as far as HTTP goes: cookies, forms with their tokens, JSON, redirects, one connection."""

import http.client
import json
import re
import urllib.parse
import uuid
from dataclasses import dataclass, field
from html import unescape

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Failed(AssertionError):
    """The server answered something else than a person would expect."""


@dataclass
class Answer:
    status: int
    headers: dict
    body: bytes
    url: str

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def json(self) -> dict:
        return json.loads(self.body)

    def find(self, pattern: str) -> str:
        found = re.search(pattern, self.text)
        if found is None:
            raise Failed(f"{pattern!r} not on {self.url} ({self.status}): {visible(self.text)[:600]}")
        return unescape(found[1])


def visible(html: str) -> str:
    text = re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(text)).strip()


class Line(http.client.HTTPConnection):
    """Sends a small body in one piece with its head, as browsers do."""

    def _send_output(self, message_body=None, encode_chunked=False) -> None:
        if isinstance(message_body, bytes) and len(message_body) < 1024:
            self.send(b"\r\n".join([*self._buffer, b"", message_body]))
            self._buffer.clear()
        else:
            super()._send_output(message_body, encode_chunked=encode_chunked)


@dataclass
class Person:
    """``Person(("127.0.0.1", 8000)).sign_in("gv01", "...")``; counts what it asked for."""

    address: tuple[str, int]
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    requests: int = 0
    _connection: Line | None = None

    def get(self, url: str, **headers: str) -> Answer:
        return self._follow("GET", url, None, headers)

    def get_json(self, url: str) -> dict:
        return self.get(url, Accept="application/json").json

    def post(
        self, url: str, fields: dict | list | None = None, *, expect: tuple[int, ...] = (200, 302), **headers
    ) -> Answer:
        """Send a form with the token of the last page; follows a redirect as a browser does."""
        pairs = [*(fields.items() if isinstance(fields, dict) else fields or []), ("csrf_token", self.token)]
        body = urllib.parse.urlencode(pairs, doseq=True).encode()
        return self._follow("POST", url, body, {"Content-Type": "application/x-www-form-urlencoded", **headers}, expect)

    def upload(self, url: str, fields: dict, name: str, file_name: str, content: bytes, **headers) -> Answer:
        border = uuid.uuid4().hex
        parts = []
        for key, value in {**fields, "csrf_token": self.token}.items():
            parts.append(f'--{border}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode())
        head = f'--{border}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
        parts += [
            f"{head}Content-Type: application/octet-stream\r\n\r\n".encode(),
            content,
            f"\r\n--{border}--\r\n".encode(),
        ]
        kind = f"multipart/form-data; boundary={border}"
        return self._follow("POST", url, b"".join(parts), {"Content-Type": kind, **headers}, (200, 302))

    def send(self, url: str, body: dict | None = None) -> Answer:
        """A request of the exam room's script: JSON, its header, no redirect, any status."""
        headers = {"Content-Type": "application/json", "X-Exambank": "1", "Accept": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        return self._ask("GET" if body is None else "POST", url, data, headers)

    def sign_in(self, username: str, password: str) -> "Person":
        self.get("/accounts/sign-in")
        page = self.post("/accounts/sign-in", {"username": username, "password": password})
        if "/accounts/sign-in" in page.url:
            raise Failed(f"{username} could not sign in: {visible(page.text)[:300]}")
        return self

    def drop_connection(self) -> None:
        """The network goes."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def copy(self) -> "Person":
        """Another tab of the same browser."""
        return Person(self.address, dict(self.cookies), self.token)

    def _follow(
        self, method: str, url: str, body: bytes | None, headers: dict, expect: tuple[int, ...] = (200,)
    ) -> Answer:
        answer = self._ask(method, url, body, headers)
        if answer.status not in {*expect, 302, 303}:
            raise Failed(f"{method} {url}: {answer.status} {visible(answer.text)[:600]}")
        if answer.status in {302, 303}:
            return self._follow("GET", answer.headers["location"], None, {})
        found = _TOKEN.search(answer.text) if "html" in answer.headers.get("content-type", "") else None
        self.token = found[1] if found else self.token
        return answer

    def _ask(self, method: str, url: str, body: bytes | None, headers: dict) -> Answer:
        if self.cookies:
            headers = {**headers, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        self.requests += 1
        for is_last in (False, True):
            try:
                self._connection = self._connection or Line(*self.address, timeout=60)
                self._connection.request(method, url, body, headers)
                response = self._connection.getresponse()
                content = response.read()
                break
            except (http.client.RemoteDisconnected, ConnectionError, http.client.CannotSendRequest):
                self.drop_connection()  # a kept connection may have been closed meanwhile
                if is_last:
                    raise
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";", 1)[0]
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, content, url)
