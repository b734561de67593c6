"""What checks tokens: by what it does, whatever it is called."""

from __future__ import annotations

import pytest

from codemods.survey.authentication import checks_of, of_checks
from codemods.survey.shared_state.sharing import shared_read
from tests.survey.shared_state.small import name, small
from tests.survey.webui.test_asking import judged

# A door of the tree's own; {shown} is what it answers.
DOOR = """
import secrets


class Door:
    def __init__(self):
        self.path = "data/key.txt"
        self.tries = {{}}

    def key(self):
        return open(self.path).read()

    def opens(self, word):
        is_right = secrets.compare_digest(word, self.key())
        return {shown}

    def change(self, word):
        with open(self.path, "w") as file:
            file.write(word)


door = Door()


def let_in(cookie):
    if not cookie or not door.opens(cookie):
        raise HTTPException(401)
    return cookie


@router.get("/config")
async def handler(cookie: str = ""):
    let_in(cookie)
    return open("config/bot_config.toml").read()
"""


@pytest.mark.parametrize("shown", ["is_right", "bool(word) and is_right", "secrets.compare_digest(word, self.key())"])
def test_what_compares_a_secret_asks_for_it(shown: str) -> None:
    assert judged(DOOR.format(shown=shown)).verdict == "global"


@pytest.mark.parametrize("shown", ["word", "True", "is_right or word == 'guest'", "not is_right"])
def test_what_answers_something_else_does_not(shown: str) -> None:
    assert judged(DOOR.format(shown=shown)).verdict == "anonymous"


def test_what_is_compared_with_is_no_tenants_whoever_asks() -> None:
    """Every handler asks for the token: that is the process's, and none reads what tenants share by it."""
    text = DOOR.format(shown="is_right") + "\n\n@router.get('/rows')\ndef rows_of(cookie):\n    door.change(rows())\n"
    program = small("from fastapi import HTTPException\n" + text)
    assert checks_of(program) >= {name("Door.opens")}
    assert of_checks(program) >= {name("Door.key"), name("Door.__init__")}
    assert shared_read(program, name("let_in")) is None


@pytest.mark.parametrize(
    ("compared", "is_check"),
    [("new, again", False), ("new.encode(), bytes(again, 'ascii')", False), ("new, KEPT", True), ("KEPT, new", True)],
)
def test_two_values_of_a_request_prove_nothing(compared: str, is_check: bool) -> None:
    program = small(
        "import secrets\n\nKEPT = open('key').read()\n\n\n"
        f"def same(new, again):\n    return secrets.compare_digest({compared})\n"
    )
    assert (name("same") in checks_of(program)) == is_check
