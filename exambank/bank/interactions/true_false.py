"""One statement, right or wrong. Its two options are always "true" and "false", in this order."""

from flask_babel import gettext as _

from exambank.bank.interactions.base import Problem
from exambank.bank.interactions.contents import mapping, rows_of
from exambank.bank.interactions.single_choice import SingleChoice


class TrueFalse(SingleChoice):
    kind = "true_false"

    def label(self):
        return _("True or false")

    def instruction(self):
        return _("Decide whether the statement is true or false.")

    def _normal_content(self, content):
        """Two options named "true" and "false"; the first given stands for true unless the tokens say otherwise."""
        rows = [dict(row) for row in rows_of(mapping(content).get("options"))]
        named = {row["token"]: row for row in rows if row.get("token") in ("true", "false")}
        if {"true", "false"} - named.keys():
            rows += [{}] * (2 - len(rows))
            named = {"true": rows[0], "false": rows[1]}
        words = {"true": "Đúng", "false": "Sai"}
        options = [
            {
                **self._normal_option({**named[token], "html": named[token].get("html") or words[token]}),
                "token": token,
                "is_locked": True,
            }
            for token in ("true", "false")
        ]
        return {"options": options, "scoring": {}}

    def _check_keys(self, content):
        if sum(row["is_key"] for row in content["options"]) != 1:
            return [Problem("no_key", _("Say whether the statement is true or false."))]
        return []
