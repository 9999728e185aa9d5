"""Somebody at the keyboard, without a mouse: what the road through the bank is walked with."""

from playwright.sync_api import Page, expect

# whether the focus is there, else what has it, as short as a failure should tell it
IS_AT = """selector => document.activeElement.matches(selector)
  ? "" : document.activeElement.outerHTML.replace(/\\s+/g, " ").slice(0, 90)"""
FARTHEST = 150  # a form with all its rows, twice around


class Keyboard:
    """Reaches things by Tab alone, and presses what a hand would press; there is no click in it."""

    def __init__(self, page: Page):
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def type_anew(self, text: str) -> None:
        """Instead of what stands in the field."""
        self.press("Control+a")
        self.type(text)

    def skip(self) -> None:
        """Past the menu of a page that has just come, as its first link offers."""
        self.press("Tab", "Enter")
        expect(self.page.locator("#content")).to_be_focused()

    def reach(self, selector: str, key: str = "Tab") -> None:
        """Tab until what has the focus fits; where it is already, stay."""
        passed = []
        for _step in range(FARTHEST):
            elsewhere = self.page.evaluate(IS_AT, selector)
            if not elsewhere:
                return
            passed.append(elsewhere)
            self.page.keyboard.press(key)
        raise AssertionError(f"the keyboard does not reach {selector}, only\n" + "\n".join(passed))

    def write(self, selector: str, text: str) -> None:
        self.reach(selector)
        self.type(text)

    def tick(self, selector: str) -> None:
        self.reach(selector)
        self.press("Space")

    def choose(self, selector: str, place: int) -> None:
        """The entry at this place of a list, or of a group of radios that stands at its first."""
        self.reach(selector)
        self.press(*["ArrowDown"] * place)

    def follow(self, selector: str, key: str = "Enter") -> None:
        """Reach a link or a button and press it; another page comes."""
        self.reach(selector)
        with self.page.expect_navigation():
            self.press(key)


def rich(name: str) -> str:
    """The formatted field of this name."""
    return f".eb-rich:has(+ [name='{name}']) .eb-rich-text"
