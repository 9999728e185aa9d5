"""A candidate who reads the questions off the page, as a person does, and answers by the words of the options."""

from dataclasses import dataclass

from lxml import html

from tests.road.bank_file import BY_STEM, CLUSTER, SEVERAL, TRUTH, Line

SCRIPT = {"X-Exambank": "1", "Accept": "application/json"}


@dataclass(frozen=True, eq=False)
class Asked:
    """A question as it stands on a page: its line in the file, and the token behind each option's words."""

    number: int
    line: Line
    tokens: dict[str, str]

    def payload(self, answer) -> dict:
        """An answer as the room's script sends it."""
        if self.line.kind == CLUSTER:
            return {"statements": {self.tokens[words]: truth for words, truth in answer.items()}}
        if self.line.kind == SEVERAL:
            return {"choices": [self.tokens[words] for words in answer]}
        return {"choice": self.tokens[answer]}

    def fields(self, answer) -> dict:
        """The same as the plain page's form sends it."""
        if not answer:
            return {}
        if self.line.kind == CLUSTER:
            return {f"r-{self.number}-{self.tokens[words]}": str(truth).lower() for words, truth in answer.items()}
        given = answer if self.line.kind == SEVERAL else [answer]
        return {f"r-{self.number}": [self.tokens[words] for words in given]}


def words_of(element) -> str:
    return " ".join(element.text_content().split())


def read_questions(page: str) -> list[Asked]:
    """Every question of a page: the room's has all of them, the plain one a single one."""
    return [_asked(fieldset) for fieldset in html.fromstring(page).xpath("//fieldset[legend]")]


def _asked(fieldset) -> Asked:
    line = BY_STEM[words_of(fieldset.xpath("legend")[0])]
    inputs = fieldset.xpath(".//input[@type='radio' or @type='checkbox']")
    number = int(inputs[0].get("name").split("-")[1])
    if line.kind == CLUSTER:
        rows = fieldset.xpath(".//tbody/tr")
        tokens = {_statement(row): row.xpath(".//input")[0].get("name").split("-", 2)[2] for row in rows}
    else:
        labels = fieldset.xpath(".//label[contains(@class, 'eb-option')]")
        tokens = {
            words_of(label.xpath(".//*[contains(@class, 'eb-option-text')]")[0]): label.xpath(".//input")[0].get(
                "value"
            )
            for label in labels
        }
    if line.kind != TRUTH:
        assert sorted(tokens) == sorted(line.options)
    return Asked(number, line, tokens)


def _statement(row) -> str:
    return words_of(row.xpath("th/span/span[not(contains(@class, 'eb-letter'))]")[0])


def hidden(page: str, form: str = "//form") -> dict[str, str]:
    """The hidden fields of a page's form."""
    return {one.get("name"): one.get("value") for one in html.fromstring(page).xpath(f"{form}//input[@type='hidden']")}


class ScriptCandidate:
    """Takes the exam as the room's script does: JSON, with a counter for each save."""

    def __init__(self, client, sitting: str):
        self.client, self.url, self.epoch, self.counter = client, f"/sit/{sitting}", 0, 0

    def post(self, act: str, **body):
        return self.client.post(f"{self.url}/{act}", json=body, headers=SCRIPT)

    def enter(self, code: str):
        answer = self.post("enter", code=code)
        if answer.status_code == 200:
            self.epoch = answer.json["epoch"]
        return answer

    def questions(self) -> list[Asked]:
        return read_questions(self.client.get(self.url).text)

    def saves(self, answers: dict[Asked, object]) -> list[dict]:
        found = []
        for asked, answer in answers.items():
            self.counter += 1
            found.append({"q": asked.number, "n": self.counter, "payload": asked.payload(answer), "at": 1})
        return found

    def save(self, answers: dict[Asked, object]):
        return self.post("save", epoch=self.epoch, generation="", saves=self.saves(answers))

    def submit(self):
        return self.post("submit", epoch=self.epoch, saves=[])
