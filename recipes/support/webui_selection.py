"""管理员在浏览器里选择租户：接口与一个小页面。选择属于标签页，见 tenant_choice。"""

import re
import secrets
from typing import Optional

from fastapi import APIRouter, HTTPException, Query
from fastapi.requests import HTTPConnection
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel

from src.common.logger import get_logger
from src.common.message.known_tenants import is_known_tenant, known_tenants
from src.common.message.tenant_context import admin_pair, current_agent_id, current_tenant_id
from src.webui.tenant import webui_tenant
from src.webui.tenant_bar import PAGE, SCRIPT
from src.webui.tenant_choice import ACTING, ADMIN, can_be_chosen

logger = get_logger("webui.acting")

router = APIRouter(prefix="/api/webui/acting", include_in_schema=False)
_FRESH = {"Cache-Control": "no-store"}


class Choice(BaseModel):
    """要以之操作的租户与 agent，不写是管理员；before 是这个标签页此前的选择，只用于日志"""

    tenant_id: Optional[str] = None
    agent_id: Optional[str] = None
    before: str = ADMIN


@router.get("")
@webui_tenant
async def whom_i_act_as():
    """这个标签页现在以谁操作"""
    return _described((current_tenant_id(), current_agent_id()))


@router.get("/tenants")
@webui_tenant
def list_tenants(search: str = "", page: int = Query(1, ge=1), page_size: int = Query(20, ge=1, le=100)):
    """可以选择的租户与 agent，管理员在最前"""
    words = search.lower().split()
    pairs = [pair for pair in known_tenants() if can_be_chosen(*pair)]
    found = [pair for pair in pairs if all(word in "/".join(pair).lower() for word in words)]
    shown = found[(page - 1) * page_size : page * page_size]
    return {"total": len(found), "page": page, "page_size": page_size, "items": [_described(pair) for pair in shown]}


@router.post("")
@webui_tenant
def act_as(choice: Choice, connection: HTTPConnection):
    """从现在起，这个标签页以另一个租户（或管理员）操作"""
    pair = (choice.tenant_id or admin_pair()[0], choice.agent_id or admin_pair()[1])
    if not can_be_chosen(*pair):
        raise HTTPException(status_code=400, detail="tenant_id 或 agent_id 格式不正确")
    if not is_known_tenant(*pair):
        raise HTTPException(status_code=404, detail="没有这个租户或 agent")
    number = connection.cookies.get(ACTING) or secrets.token_urlsafe(12)
    acting = ADMIN if pair == admin_pair() else "/".join((*pair, number))
    _log_switch(choice.before, acting, who(connection, number))
    answer = JSONResponse({"acting": acting, **_described(pair)})
    if acting != ADMIN:
        answer.set_cookie(ACTING, number, httponly=True, samesite="lax", path="/")
    return answer


@router.get("/bar.js")
async def bar():
    """页面里的租户栏"""
    return Response(SCRIPT, media_type="text/javascript", headers=_FRESH)


@router.get("/page")
async def page():
    """没有构建好的网页时，也能选择租户的小页面"""
    return HTMLResponse(PAGE, headers=_FRESH)


def _described(pair):
    return {"tenant_id": pair[0], "agent_id": pair[1], "is_admin": pair == admin_pair()}


def _log_switch(before, after, caller):
    names = ["管理员" if said == ADMIN else "/".join(re.findall(r"[\w.-]+", said)[:2]) for said in (before, after)]
    logger.info(f"WebUI 切换租户: {names[0]} → {names[1]}，来自 {caller}")


def who(connection, number=None):
    """日志里的调用者：地址，与标签页选择的会话编号的开头。"""
    number = number or connection.cookies.get(ACTING, "")
    return f"{connection.client.host if connection.client else '-'}（会话 {number[:6] or '-'}）"
