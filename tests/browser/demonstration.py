"""The demonstration's school as the browser tests see it."""

from exambank.accounts.models import User
from exambank.db import db
from tests.browser.pages import known


class Demonstration:
    """The served school and one browser for each person."""

    def __init__(self, app, browser, url: str):
        self.app, self.browser, self.url = app, browser, url
        self.complaints: list[str] = []
        self._pages = {}
        with app.app_context():
            self.names = known()

    def page(self, code: str | None):
        if code not in self._pages:
            context = self.browser.new_context(base_url=self.url, locale="vi-VN")
            context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))
            context.on("console", self._listen)
            if code:
                context.add_cookies([self._cookie(code)])
            self._pages[code] = context.new_page()
        return self._pages[code]

    def _cookie(self, code: str) -> dict:
        with self.app.app_context():
            user = db.session.query(User).filter_by(code=code).one()
            signer = self.app.session_interface.get_signing_serializer(self.app)
            value = signer.dumps({"user_id": user.id, "version": user.session_version})
        return {"name": self.app.config["SESSION_COOKIE_NAME"], "value": value, "url": self.url}

    def _listen(self, message) -> None:
        if message.type == "error" and "404 (NOT FOUND)" not in message.text:
            self.complaints.append(message.text)

    def close(self) -> None:
        for page in self._pages.values():
            page.context.close()
