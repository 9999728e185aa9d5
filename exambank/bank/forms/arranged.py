"""Kinds whose candidates put things together or in order: matching, ordering."""

from typing import ClassVar

from exambank.bank import rules
from exambank.bank.forms.rows import KindForm, RowSet, html_of
from exambank.bank.interactions import new_token


class MatchingForm(KindForm):
    """Pairs in two columns, and further words on the right that belong to nothing."""

    kind = "matching"
    row_sets: ClassVar = (
        RowSet("options", ("token", "text", "target_token", "target"), first=3, least=2, most=10,
               rich=frozenset({"text", "target"})),
        RowSet("extras", ("token", "text"), most=10, rich=frozenset({"text"})),
    )  # fmt: skip
    fields: ClassVar = {"rule": "per_pair", "target_order": ""}

    def find(self, token):
        by_target = (row for row in self.rows["options"] if token and row["target_token"] == token)
        return super().find(token) or next(by_target, None)

    def _show(self, stem, content):
        targets = {row["token"]: row["html"] for row in content.get("targets") or []}
        pairs = content.get("pairs") or {}
        for row in content["options"]:
            target = pairs.get(row["token"]) or ""
            self.append(
                "options", token=row["token"], text=rules.editable_text(row["html"]), target_token=target,
                target=rules.editable_text(targets.get(target, "")),
            )  # fmt: skip
        for token, html in targets.items():
            if token not in pairs.values():
                self.append("extras", token=token, text=rules.editable_text(html))
        self.values["rule"] = (content.get("scoring") or {}).get("rule", "per_pair")
        self.values["target_order"] = " ".join(targets)
        return self.start()

    def take_over(self, words):
        for text, _is_key in words:
            self.append("options", text=text)
        return self.start()

    def given_words(self):
        return [(row["text"], False) for row in self.filled("options", "text")]

    def content(self):
        rows = list(self.rows["options"])
        while len(rows) > 2 and rows[-1].is_blank(("text", "target")):
            rows.pop()
        targets: dict[str, str] = {}
        pairs = {}
        for row in rows:
            if row["target"].strip():
                pairs[row["token"]] = self._target(targets, row["target_token"], html_of(row["target"]))
        for row in self.filled("extras", "text"):
            self._target(targets, row["token"], html_of(row["text"]))
        return {
            "options": [{"token": row["token"], "html": html_of(row["text"])} for row in rows],
            "targets": [{"token": token, "html": targets[token]} for token in self._in_stored_order(targets)],
            "pairs": pairs,
            "scoring": {"rule": self["rule"]},
        }

    def _in_stored_order(self, targets: dict[str, str]) -> list[str]:
        """New ones behind those that were stored, so that saving an unchanged item changes nothing."""
        places = {token: place for place, token in enumerate(self["target_order"].split())}
        return sorted(targets, key=lambda token: places.get(token, len(places)))

    @staticmethod
    def _target(targets: dict[str, str], token: str, html: str) -> str:
        """The token of a right side; two prompts with the same words share one."""
        same = next((known for known, words in targets.items() if words == html), None)
        if same is not None:
            return same
        if not token.startswith("t") or token in targets:
            token = f"t{new_token()}"
        targets[token] = html
        return token


class OrderingForm(KindForm):
    """Rows stand in their right order."""

    kind = "ordering"
    row_sets: ClassVar = (RowSet("options", ("token", "text"), first=4, least=2, most=10, rich=frozenset({"text"})),)
    fields: ClassVar = {"rule": "all_or_nothing"}

    def _show(self, stem, content):
        for row in content["options"]:
            self.append("options", token=row["token"], text=rules.editable_text(row["html"]))
        self.values["rule"] = (content.get("scoring") or {}).get("rule", "all_or_nothing")
        return self.start() if len(content["options"]) < 2 else self

    def take_over(self, words):
        for text, _is_key in words:
            self.append("options", text=text)
        return self.start()

    def given_words(self):
        return [(row["text"], False) for row in self.filled("options", "text")]

    def content(self):
        rows = list(self.rows["options"])
        while len(rows) > 2 and not rows[-1]["text"].strip():
            rows.pop()
        return {
            "options": [{"token": row["token"], "html": html_of(row["text"])} for row in rows],
            "scoring": {"rule": self["rule"]},
        }
