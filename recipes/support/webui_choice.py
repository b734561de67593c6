"""这次请求以哪个租户操作：参数或请求头写明的，其次是页面所在的标签页选择的，否则是管理员。

标签页的选择写成“租户/agent/编号”，由页面放在请求头 X-Maim-Acting 或查询参数 maim_acting 里；显示管理员的页面写 admin。
编号是 Cookie 中的那一个：退出、重新登录之后它不再有效。不再有效、或没有说明的选择会被拒绝，不会悄悄变成管理员。
"""

import re

from src.webui.tenant import refusal, valid_token

# 有标签页选择过租户的浏览器有这个 Cookie：它的每个页面都要说明以谁操作
ACTING = "maim_webui_acting"
HEADER = "x-maim-acting"
PARAMETER = "maim_acting"
ADMIN = "admin"
_NAMING = (b"x-tenant-id", b"x-agent-id", HEADER.encode())
_MARK = ACTING.encode()
# 被拒绝的是选择本身：页面据此告诉使用者，并回到管理员
REFUSED = {"X-Maim-Refused": "choice"}
_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,127}")


def can_be_chosen(tenant_id, agent_id):
    """id 能否写进请求头与地址。"""
    return bool(_ID.fullmatch(tenant_id) and _ID.fullmatch(agent_id))


def chosen_pair(connection):
    """调用者指定的租户；没有指定时为 None。只有持有有效 Token 的调用者可以指定，不存在的租户会被拒绝。"""
    if _says_nothing(connection.scope):
        return None
    tenants, agents = (_named(connection, name) for name in ("tenant_id", "agent_id"))
    if not tenants and not agents:
        return _pair_of_page(connection)
    if valid_token(connection) is None:
        raise refusal(connection, 403, "选择租户需要有效的 WebUI Token")
    if len(tenants) > 1 or len(agents) > 1 or not all(_ID.fullmatch(value) for value in tenants | agents):
        raise refusal(connection, 400, "tenant_id 或 agent_id 格式不正确")
    from src.common.message.known_tenants import is_known_tenant
    from src.common.message.tenant_context import admin_pair

    admin_tenant, admin_agent = admin_pair()
    tenant_id, agent_id = next(iter(tenants), admin_tenant), next(iter(agents), None)
    if not is_known_tenant(tenant_id, agent_id):
        raise refusal(connection, 404, "没有这个租户或 agent")
    return tenant_id, agent_id or admin_agent


def page_acts_as(connection):
    """页面写明的（租户, agent, 编号）；没有写明或写的是管理员时为 None。"""
    said = _said(connection)
    return None if said is None or said == ADMIN else tuple(said.split("/"))


def _says_nothing(scope):
    """请求里完全没有选择租户的地方：大多数请求如此，不必逐个查看。"""
    return not scope.get("query_string") and not any(
        name in _NAMING or (name == b"cookie" and _MARK in value) for name, value in scope["headers"]
    )


def _pair_of_page(connection):
    said = _said(connection)
    number = connection.cookies.get(ACTING)
    if said is None and number is None or said == ADMIN or valid_token(connection) is None:
        return None  # 管理员；没有 Token 的请求随后会被拒绝
    if said is None:
        if connection.cookies.get("maibot_session") != valid_token(connection):
            return None  # 用 Bearer 的程序，不是页面
        raise refusal(connection, 409, "页面没有说明以哪个租户操作，请重新载入", REFUSED)
    parts = said.split("/")
    if len(parts) != 3 or not can_be_chosen(*parts[:2]):
        raise refusal(connection, 400, "页面选择的租户格式不正确", REFUSED)
    if parts[2] != number:
        raise refusal(connection, 409, "选择租户的会话已经结束", REFUSED)
    from src.common.message.known_tenants import is_known_tenant

    if not is_known_tenant(*parts[:2]):
        raise refusal(connection, 409, f"租户 {parts[0]}/{parts[1]} 已不存在", REFUSED)
    return parts[0], parts[1]


def _said(connection):
    return connection.headers.get(HEADER) or connection.query_params.get(PARAMETER)


def _named(connection, name):
    """请求中给出的值；多次给出而不一致时，会有一个以上。"""
    header = "x-" + name.replace("_", "-")
    return {*connection.query_params.getlist(name), *connection.headers.getlist(header)}
