"""Logins, set-up and limits that only read settings stay the process's: they run before anybody is a tenant."""

from __future__ import annotations

import pytest

from codemods.survey.verdicts import GLOBAL, INSECURE
from tests.conftest import plan_of, survey_of
from tests.forms import FORM, form_tree

HEAD = """
    from fastapi import APIRouter, Depends, FastAPI, Response

    from src.common.database.database_model import Messages
    from src.config.config import global_config

    app = FastAPI()
    router = APIRouter()


    def _remember(response: Response):
        response.set_cookie("session", "x", secure=global_config.bot.nickname == "x")


    def _finish(response: Response):
        _remember(response)
"""
LOGIN = """
    @router.post("/login")
    async def login(response: Response):
        _finish(response)
        return {"ok": True}
"""
LOGOUT = """
    @router.post("/logout")
    async def logout(response: Response):
        response.delete_cookie("session", domain=global_config.bot.nickname)
"""
LIMIT = """
    async def limited():
        if global_config.bot.nickname == "closed":
            raise RuntimeError


    @router.get("/open", dependencies=[Depends(limited)])
    async def open_to_all():
        return "ok"
"""
MIDDLEWARE = """
    @app.middleware("http")
    async def headers(request, call_next):
        response = await call_next(request)
        response.headers["x"] = global_config.bot.nickname
        return response
"""
# These are a tenant's all the same.
SETTING = """
    @router.get("/nickname")
    async def nickname():
        return global_config.bot.nickname
"""
LOGIN_WITH_ROWS = LOGIN.replace('{"ok": True}', "Messages.select().count()")
LIMIT_WITH_ROWS = LIMIT.replace('global_config.bot.nickname == "closed"', "Messages.select().count()")
GIVING = """
    async def named():
        return global_config.bot.nickname


    @router.get("/named")
    async def name(given: str = Depends(named)):
        return given
"""


@pytest.mark.parametrize(
    ("text", "name"),
    [(SETTING, "nickname"), (LOGIN_WITH_ROWS, "login"), (LIMIT_WITH_ROWS, "limited"), (GIVING, "named")],
    ids=["a setting that is answered", "a login that reads rows", "a limit that reads rows", "a setting that is given"],
)
def test_a_tenants_stays_a_tenants(text: str, name: str) -> None:
    (item,) = [item for item in survey_of(form_tree({FORM: HEAD + text})).entry_points() if item.name == name]
    assert item.verdict != GLOBAL


@pytest.mark.parametrize(
    ("text", "name"),
    [(LOGIN, "login"), (LOGOUT, "logout"), (LIMIT, "limited")],
    ids=["login", "logout", "limit"],
)
def test_what_runs_before_tenants_is_the_processs(text: str, name: str) -> None:
    checkout = form_tree({FORM: HEAD + text})
    verdicts = {item.name: item.verdict for item in survey_of(checkout).entry_points()}
    assert verdicts[name] != INSECURE
    changes = plan_of(checkout, "tenant-foundation", "webui-admin-context").changes
    after = next((change.after.decode() for change in changes if change.path == FORM), "")
    assert "@webui_tenant" not in after


def test_a_middleware_that_reads_settings_is_no_finding() -> None:
    findings = survey_of(form_tree({FORM: HEAD + MIDDLEWARE})).findings("webui-handler")
    # That nothing guards the application is said of any.
    assert [item for item in findings if item.path == FORM and not item.what.startswith("unguarded")] == []
    with_rows = MIDDLEWARE.replace("global_config.bot.nickname", "Messages.select().count()")
    findings = survey_of(form_tree({FORM: HEAD + with_rows})).findings("webui-handler")
    assert any("runs without any tenant" in item.reason for item in findings if item.path == FORM)
