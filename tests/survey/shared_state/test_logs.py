"""Logs: secrets in lines, and handlers that hand everybody's lines to everybody."""

from __future__ import annotations

import pytest

from codemods.survey.shared_state.logs import secrets, sinks
from codemods.survey.shared_state.sharing import Sharing
from tests.survey.shared_state.small import here, small

HANDLER = """
import logging
from src.webui.tenant import own_connections

listeners = set()


class Stream(logging.Handler):
    def emit(self, record):
        self.send(record.getMessage())

    def send(self, text):
        {body}
"""


LOGGED = """
import hashlib

from src.common.logger import get_logger

logger = get_logger("a")


def short(value):
    if value is None:
        return ""
    digest = hashlib.sha256(value.encode()).hexdigest()
    return digest[:12]


def beside(value):
    return value + hashlib.sha256(value.encode()).hexdigest()


def either(value):
    return short(value) if value else value


def work(self, chat, tokens, token, config):
    {line}
"""


def said(line: str) -> list[str]:
    return [item.reason for item in here(list(secrets(small(LOGGED.format(line=line)))))]


@pytest.mark.parametrize(
    "line",
    [
        *(
            "logger.info(chat)",
            "logger.info(f'{tokens} used')",
            "logger.info(count_tokens(chat))",
            "chat.append(token)",
        ),
        "logger.info('new one', token_hash=short(token))",
        "logger.info(f'{len(token)} characters, {bool(token)}')",
        "logger.info(f'{token is not None} {not token}')",
        "logger.info('set' if self.api_key else 'none')",
    ],
)
def test_says_no_secret(line: str) -> None:
    assert said(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "message = f'{short(token)} by {chat}'\n    logger.info(message)",
        "message = f'by {chat}'\n    logger.info(message)\n    config.check(token)",
        "message = f'{token}'\n    config.check(message)\n    logger.info(chat)",
    ],
)
def test_a_text_that_is_made_before_says_no_secret(line: str) -> None:
    assert said(line) == []


KEYED = """
import os

from src.common.logger import get_logger

logger = get_logger("a")
ENV_TOKEN = "BOT_TOKEN"


def work(request, found):
    {lookup}
    {line}
"""


@pytest.mark.parametrize(
    "lookup",
    [
        *("os.getenv(ENV_TOKEN)", "os.environ.get(ENV_TOKEN, '')", "os.environ[ENV_TOKEN]"),
        *("request.headers.get(ENV_TOKEN)", "request.cookies[ENV_TOKEN]"),
    ],
)
@pytest.mark.parametrize(
    "line", ["logger.info('set %s', ENV_TOKEN)", "message = f'set {ENV_TOKEN}'\n    logger.info(message)"]
)
def test_what_a_secret_is_found_by_is_none(lookup: str, line: str) -> None:
    assert here(list(secrets(small(KEYED.format(lookup=lookup, line=line))))) == []


@pytest.mark.parametrize(
    ("lookup", "line"),
    [
        ("found.get(ENV_TOKEN)", "logger.info(ENV_TOKEN)"),  # who has it, perhaps
        ("os.getenv('BOT')", "logger.info(ENV_TOKEN)"),
        ("os.getenv(ENV_TOKEN)", "logger.info(request.ENV_TOKEN)"),
        ("ENV_TOKEN = os.getenv(ENV_TOKEN)", "logger.info(ENV_TOKEN)"),
    ],
)
def test_what_looks_like_a_key_may_be_a_secret(lookup: str, line: str) -> None:
    assert len(here(list(secrets(small(KEYED.format(lookup=lookup, line=line)))))) == 1


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        ("logger.info(token)", "token"),
        ("logger.warning(f'wrong {self.api_key}')", "self.api_key"),
        ("logger.error('%s', config['a'].password)", "config[...].password"),
        ("logger.info('token=' + token)", "token"),
        ("logger.info(beside(token))", "token"),
        ("logger.info(token if chat else 'none')", "token"),
        ("logger.info(f'{len(chat)} {self.api_key}')", "self.api_key"),
        ("logger.info(either(token))", "token"),
        ("message = 'the key: ' + token\n    logger.info(message)", "token"),
        ("message = f'{chat}: {self.api_key}'\n    print(message)", "self.api_key"),
    ],
)
def test_says_a_secret(line: str, secret: str) -> None:
    assert said(line) == [f"{secret} is logged: whoever reads the log can act with it"]


@pytest.mark.parametrize(
    ("body", "is_sink"),
    [
        ("print(text)", False),
        ("listeners.discard(text)", False),
        ("for one in own_connections(listeners):\n            one.send(text)", False),
        ("for one in own_connections(listeners):\n            one.put_nowait(text)", False),
        ("for one in listeners:\n            one.send(text)", True),
        ("for one in list(listeners):\n            one.put_nowait(text)", True),
    ],
)
def test_hands_lines_to_whoever_listens(body: str, is_sink: bool) -> None:
    program = small(HANDLER.format(body=body))
    found = here(list(sinks(program, Sharing(program).holders)))
    assert [item.reason for item in found] == (["sends what every tenant logs to all of listeners"] if is_sink else [])


@pytest.mark.parametrize(
    ("line", "holder"),
    [
        ("self.said.append(record.getMessage())", "said"),
        ("text = self.format(record)\n        self.last = text", "last"),
    ],
)
def test_keeps_lines_for_whoever_looks(line: str, holder: str) -> None:
    text = HANDLER.format(body="pass").replace("self.send(record.getMessage())", line)
    program = small(text.replace("    def emit", "    said = []\n    last = None\n\n    def emit"))
    (found,) = here(list(sinks(program, Sharing(program).holders)))
    assert found.reason.startswith(f"keeps what every tenant logs in Stream.{holder}: ")


@pytest.mark.parametrize("line", ["self.level = record.levelno", "self.count += 1", "self.send(self.format(record))"])
def test_keeps_nothing_of_a_line(line: str) -> None:
    program = small(HANDLER.format(body="pass").replace("self.send(record.getMessage())", line))
    assert here(list(sinks(program, Sharing(program).holders))) == []
