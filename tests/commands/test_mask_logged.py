"""MaskLogged: the expressions that are named, where they are logged."""

from __future__ import annotations

import pytest

from codemods.commands.mask_logged import MaskLogged
from codemods.places import Expression, Imported
from tests.commands.edited import edited

STAYS = {
    "another function": 'def g(token):\n    logger.info(f"{token}")\n',
    "another expression": 'def f(name):\n    logger.info(f"{name}")\n',
    "no log": 'def f(token):\n    return f"{token}", check(token)\n',
    "a part of something larger": "def f(token):\n    logger.info(len(token))\n",
    "done already": 'from a.b import masked\n\ndef f(token):\n    logger.info(f"{masked(token)}")\n',
    "a name that is taken": 'masked = 1\n\ndef f(token):\n    logger.info(f"{token}")\n',
}


def masked(code: str, text: str = "token") -> str:
    after, _ = edited(MaskLogged, code, [Expression("f", text)], by=Imported("a.b", "masked"))
    return after


@pytest.mark.parametrize("code", STAYS.values(), ids=STAYS)
def test_what_must_not_change(code: str) -> None:
    assert masked(code) == code


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("token", 'logger.info(f"a {token!r}: {name}")', 'logger.info(f"a {masked(token)!r}: {name}")'),
        ("token[...]", "logger.info(f\"{token['x'][:8]}\")", None),
        ("token[...]", 'logger.debug(f"{token[:8]}...")', 'logger.debug(f"{masked(token[:8])}...")'),
        ("self.key", 'self.logger.warning("key %s", self.key)', 'self.logger.warning("key %s", masked(self.key))'),
        ("hub.token()", "print(hub.token())", "print(masked(hub.token()))"),
        ("token", 'log.error("a " + token + "b")', 'log.error("a " + masked(token) + "b")'),
        ("token", 'log.info("got", extra=token)', 'log.info("got", extra=masked(token))'),
    ],
)
def test_what_is_logged_is_masked(text: str, before: str, after: str | None) -> None:
    wanted = f"from a.b import masked\n\ndef f(token, name):\n    {after}\n"
    code = f"def f(token, name):\n    {before}\n"
    assert masked(code, text) == (wanted if after else code)
