"""有哪些租户：以项目自己的记录为准，编造的租户不在其中。

依次查看：管理员租户、已经加载的租户、maim_db 登记的租户与 agent、数据库中有行的租户、有存储目录的租户。
"""

import importlib
from pathlib import Path

from src.common.message.tenant_context import admin_pair, tenant_context

# maim_db 的表：租户的列与 agent 的列
_TABLES = (("Agent", "tenant_id", "id"), ("AgentActiveState", "tenant_id", "agent_id"), ("Tenant", "id", None))


def is_known_tenant(tenant_id, agent_id=None):
    """这个租户是否存在；给出 agent_id 时，这个租户是否有这个 agent。不给出时是管理员的 agent，它总是可以用。"""
    wanted = (tenant_id, None if agent_id == admin_pair()[1] else agent_id)
    return any(_fits(pair, wanted) for source in _SOURCES for pair in source(*wanted))


def known_tenants():
    """全部存在的（租户, agent），管理员租户在最前；没有任何 agent 的租户使用管理员的 agent。"""
    found = dict.fromkeys(pair for source in _SOURCES for pair in source(None, None))
    with_agent = {tenant_id for tenant_id, agent_id in found if agent_id}
    without = [(tenant_id, admin_pair()[1]) for tenant_id, agent_id in found if tenant_id not in with_agent]
    return list(dict.fromkeys([pair for pair in found if pair[1]] + without))


def _fits(pair, wanted):
    return all(value is None or value == own for own, value in zip(pair, wanted, strict=True))


def _admin(tenant_id, agent_id):
    return [admin_pair()]


def _loaded(tenant_id, agent_id):
    """已经为之工作过的租户：网关的消息由 API Key 给出租户，不一定有其他记录。"""
    loading = _module("src.common.message.tenant_loading")
    return loading.loaded_tenants() if loading else []


def _registered(tenant_id, agent_id):
    """maim_db 登记的：agent 属于哪个租户，最近活跃的，以及还没有 agent 的租户。"""
    core = _module("maim_db.core")
    for name, tenant, agent in _TABLES:
        model = getattr(core, name, None)
        if model is not None:
            fields = model._meta.fields
            yield from _pairs(model, fields[tenant], fields.get(agent), tenant_id, agent_id)


def _with_rows(tenant_id, agent_id):
    database = _module("src.common.database.database_model")
    for model in vars(database).values() if database else ():
        fields = getattr(getattr(model, "_meta", None), "fields", {})
        if "tenant_id" in fields:
            yield from _pairs(model, fields["tenant_id"], fields.get("agent_id"), tenant_id, agent_id)


def _with_folder(tenant_id, agent_id):
    """有存储目录的：目录名可能不是原来的 id，只有能由 id 得到同一个目录的才算。"""
    storage = _module("src.common.utils.tenant_storage")
    if storage is None:
        return
    with tenant_context(*admin_pair()):
        root = Path(storage.tenant_storage_root()).parent.parent
    for folder in sorted(root.glob("*/*")):
        pair = (folder.parent.name, folder.name)
        with tenant_context(*pair):
            if folder.is_dir() and Path(storage.tenant_storage_root()) == folder:
                yield pair


# 先看最快的：已加载的租户不必查询数据库
_SOURCES = (_admin, _loaded, _registered, _with_rows, _with_folder)


def _pairs(model, tenant, agent, tenant_id, agent_id):
    """一张表里符合条件的（租户, agent），没有 agent 列或没有值时 agent 为 None；绕过模型自己的租户条件来查。"""
    from peewee import Model

    if not model.table_exists() or (agent is None and agent_id is not None):
        return
    columns = [tenant] if agent is None else [tenant, agent]
    query = Model.select.__func__(model, *columns).distinct().tuples()
    wanted = zip(columns, (tenant_id, agent_id), strict=False)
    conditions = [column == value for column, value in wanted if value is not None]
    for row in query.where(*conditions) if conditions else query:
        if row[0]:
            yield row[0], (row[1] or None) if agent is not None else None


def _module(name):
    """一个模块；项目没有它时为 None。"""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if not error.name or not f"{name}.".startswith(f"{error.name}."):
            raise
        return None
