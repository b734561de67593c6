"""日志属于写下它的租户：推送与回放只给这个租户的连接，没有租户的日志给管理员租户；密钥不写进日志。

日志模块自己也导入这里，所以这里不导入项目的其他部分。
"""

import contextlib
import json
import sys
from collections.abc import Mapping


def with_tenant(line):
    """写入文件的一行 JSON 日志，加上当前租户；没有租户时、不是 JSON 对象时原样返回。"""
    pair = _pair()
    if pair is None or not line.startswith("{") or not line.endswith("}"):
        return line
    owner = json.dumps({"tenant_id": pair[0], "agent_id": pair[1]}, ensure_ascii=False)
    return f"{line[:-1]}{', ' if line[1:-1].strip() else ''}{owner[1:]}"


def own_lines(lines):
    """文件里的日志中属于当前租户的那些，逐行取出；没有租户上下文时抛出异常。"""
    from src.common.message.tenant_context import current_tenant_id

    current_tenant_id()
    return _own(lines, _pair())


def own_listeners(connections):
    """一组 WebSocket 连接（字典、列表或集合）中，可以看到当前这条日志的那些。"""
    pair = _pair() or _admin_pair()
    if isinstance(connections, Mapping):
        return {key: item for key, item in connections.items() if getattr(item.state, "tenant", None) == pair}
    own = [item for item in connections if getattr(item.state, "tenant", None) == pair]
    return set(own) if isinstance(connections, (set, frozenset)) else own


def logging_for(tenant_id, agent_id):
    """`with` 块中写下的日志属于这个租户；还不知道是哪个租户时，与没有这个块一样。"""
    if not tenant_id or not agent_id:
        return contextlib.nullcontext()
    from src.common.message.tenant_context import tenant_scope

    return tenant_scope(tenant_id, agent_id)


def masked(secret):
    """密钥、Token 与密码在日志里的样子：够长的留下开头四个字符，可以辨认，不能使用。"""
    text = str(secret or "")
    return f"{text[:4]}…" if len(text) > 16 else "…" if text else ""


def _own(lines, pair):
    admin = _admin_pair()
    for line in lines:
        if (_owner_of(line) or admin) == pair:
            yield line


def _owner_of(line):
    """一行日志所属的租户；写下时没有租户的为 None。"""
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    tenant_id = entry.get("tenant_id") if isinstance(entry, dict) else None
    return (tenant_id, entry.get("agent_id") or "") if tenant_id else None


def _pair():
    context = sys.modules.get("src.common.message.tenant_context")
    if context is None or not context.get_current_tenant_id():
        return None
    return context.get_current_tenant_id(), context.get_current_agent_id() or ""


def _admin_pair():
    from src.common.message.tenant_context import admin_pair

    return admin_pair()
