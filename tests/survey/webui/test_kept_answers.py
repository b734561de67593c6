"""Middleware that keeps what handlers have answered. What keeps nothing of an answer comes first."""

from __future__ import annotations

from textwrap import dedent

import pytest

from codemods.survey.webui.kept_answers import kept_answers
from tests.forms import FORM
from tests.survey.judging import program_of

HEAD = """
from fastapi import FastAPI
from src.common.message.tenant_context import get_current_tenant_id

app = FastAPI()
KEPT = {}
LAST = []


"""
BY_FUNCTION = """
@app.middleware("http")
async def around(request, call_next):
    response = await call_next(request)
    {line}
    return response
"""
BY_CLASS = """
class Around:
    def __init__(self, app):
        self.app, self.kept = app, {{}}

    async def __call__(self, scope, receive, send):
        async def sending(message):
            {line}
            await send(message)

        await self.app(scope, receive, sending)


app.add_middleware(Around)
"""


def found(form: str, line: str) -> list[str]:
    text = HEAD + dedent(form).format(line=line)
    reasons = [item.reason for item in kept_answers(program_of({FORM: text})) if item.path == FORM]
    return [reason.partition(" keeps for everybody what handlers have answered")[0] for reason in reasons]


@pytest.mark.parametrize(
    ("form", "line"),
    [
        (BY_FUNCTION, "KEPT[request.url.path] = KEPT.get(request.url.path, 0) + 1"),
        (BY_FUNCTION, "KEPT[request.url.path] = response.status_code"),
        (BY_FUNCTION, "response.headers['a'] = 'b'"),
        (BY_FUNCTION, "request.state.answer = response"),
        (BY_FUNCTION, "own = [response]; own.append(response)"),
        (BY_FUNCTION, "KEPT[get_current_tenant_id()] = response"),
        (BY_FUNCTION, "KEPT.pop(response.headers['a'], None)"),
        (BY_CLASS, "self.kept[scope['path']] = 1"),
        ("def around(call, given):\n    KEPT[given] = call(given)\n    {line}\n", "pass"),
    ],
)
def test_keeps_no_answer(form: str, line: str) -> None:
    assert found(form, line) == []


@pytest.mark.parametrize(
    ("form", "line", "holder"),
    [
        (BY_FUNCTION, "KEPT[request.url.path] = response", "KEPT"),
        (BY_FUNCTION, "LAST.append(b''.join([part async for part in response.body_iterator]))", "LAST"),
        (BY_FUNCTION, "body = bytes(response.body); KEPT.update(a=body)", "KEPT"),
        (BY_FUNCTION, "request.app.state.last = response", "last"),
        (BY_FUNCTION + "\n\ndef keep(key, answer):\n    KEPT[key] = answer\n", "keep(request.url, response)", "KEPT"),
        (BY_CLASS, "self.kept[scope['path']] = message", "kept"),
        (BY_CLASS, "LAST.append(message['body'])", "LAST"),
    ],
)
def test_keeps_an_answer_for_everybody(form: str, line: str, holder: str) -> None:
    assert found(form, line) == [holder]
