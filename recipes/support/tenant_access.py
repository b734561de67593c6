"""让插件 API 与分发组件的代码只接触当前租户自己的东西：聊天、插件与组件、数据库的行。

没有租户上下文时，除 own_components 外都抛出 TenantContextError；要动用其他租户的东西时抛出 TenantAccessError。
"""

from collections.abc import Mapping
from pathlib import PurePath

from src.common.message.tenant_context import (
    TenantAccessError,
    admin_pair,
    current_tenant_id,
    get_current_agent_id,
    get_current_tenant_id,
)


def require_own_chat(*chats):
    """每个聊天（id、聊天流对象，或一组这样的东西）都必须属于当前租户；没有给出的（None 或空文本）不检查。

    不存在的聊天与其他租户的聊天得到同样的回答，调用者无从得知别的租户有哪些聊天。
    """
    tenant_id = current_tenant_id()
    # 在函数内导入：聊天管理器会带入大半个项目
    from src.chat.message_receive.chat_stream import get_chat_manager

    for chat in chats:
        if isinstance(chat, (list, tuple, set, frozenset)):
            require_own_chat(*chat)
        elif chat is not None and chat != "":
            chat_id = getattr(chat, "stream_id", chat)
            if chat_id not in get_chat_manager().streams:
                raise TenantAccessError(f"租户 {tenant_id} 没有聊天 {chat_id}")


def require_file_name(*names):
    """每个名字都只能是文件名，不能带有目录：文件留在租户自己的目录里；没有给出的不检查。"""
    tenant_id = current_tenant_id()
    for name in filter(None, names):
        if name == ".." or PurePath(name).name != name or "\\" in name:
            raise TenantAccessError(f"{name} 不是文件名，租户 {tenant_id} 只能使用自己目录里的文件")


def require_admin_tenant():
    """影响整个进程的操作只允许管理员租户，与 WebUI 的管理员租户相同。"""
    tenant_id = current_tenant_id()
    if tenant_id != admin_pair()[0]:
        raise TenantAccessError(f"这个操作会影响所有租户，租户 {tenant_id} 不能执行")


def enabled_for_tenant(found, plugin_name=None):
    """found 中对当前租户启用的部分：字典、列表等里只留下启用的；单个结果没有启用时为 None。

    found 的每一项是插件名、插件信息、组件信息或组件类；不能从中看出插件的，由 plugin_name 给出。
    """
    pair = (current_tenant_id(), get_current_agent_id() or "")
    try:
        from src.plugin_system.utils.saas_utils import is_plugin_enabled
    except ModuleNotFoundError as error:
        if error.name not in ("src.plugin_system.utils", "src.plugin_system.utils.saas_utils"):
            raise
        return found  # 这个项目没有按租户启用插件的功能

    if plugin_name is not None:
        return found if is_plugin_enabled(*pair, plugin_name) else None
    if isinstance(found, Mapping):
        return {name: item for name, item in found.items() if is_plugin_enabled(*pair, _plugin_of(item))}
    if isinstance(found, (list, tuple, set, frozenset)):
        return type(found)(item for item in found if is_plugin_enabled(*pair, _plugin_of(item)))
    return found if found is not None and is_plugin_enabled(*pair, _plugin_of(found)) else None


def own_components(found, plugin_name=None):
    """同 enabled_for_tenant；没有租户时（启动、停止等系统自己的工作）原样返回。"""
    return enabled_for_tenant(found, plugin_name) if get_current_tenant_id() else found


def _plugin_of(item):
    """一项所属插件的名字；不知道时为空。"""
    if isinstance(item, str):
        return item
    if not isinstance(item, type):
        return getattr(item, "plugin_name", None) or getattr(item, "name", "")
    from src.plugin_system.base.component_types import ComponentType
    from src.plugin_system.core.component_registry import component_registry

    for kind in ComponentType:
        for name, info in component_registry.get_components_by_type(kind).items():
            if component_registry.get_component_class(name, kind) is item:
                return info.plugin_name
    return ""


def own_items(items):
    """一组对象（字典、列表或集合）中属于当前租户的那些：它们的 tenant_id 与 agent_id 与上下文相同。"""
    pair = (current_tenant_id(), get_current_agent_id() or "")
    if isinstance(items, Mapping):
        return {key: item for key, item in items.items() if _owner_of(item) == pair}
    own = [item for item in items if _owner_of(item) == pair]
    return set(own) if isinstance(items, (set, frozenset)) else own


def _owner_of(item):
    return getattr(item, "tenant_id", None), getattr(item, "agent_id", None) or ""


def own_rows(query):
    """只涉及当前租户的行：给 peewee 的 select、update、delete 查询加上租户条件。"""
    model = query.model
    return query.where(*(getattr(model, name) == value for name, value in _columns(model).items()))


def own_data(model, data):
    """写入数据库的数据，加上当前租户的 id；data 指明了其他租户、或其他租户的行时，抛出 TenantAccessError。"""
    columns = _columns(model)
    if not data:
        return data
    for name, value in columns.items():
        if data.get(name, value) != value:
            raise TenantAccessError(f"数据属于 {name}={data[name]}，租户 {columns['tenant_id']} 不能写入")
    key = model._meta.primary_key
    if key and data.get(key.name) is not None and _is_foreign(model, key == data[key.name]):
        raise TenantAccessError(f"{model.__name__} 的 {key.name}={data[key.name]} 不属于租户 {columns['tenant_id']}")
    return {**data, **columns}


def require_tenant_table(model):
    """模型的行必须知道自己属于哪个租户，否则抛出 TenantAccessError。"""
    _columns(model)


def _columns(model):
    """一行属于当前租户的条件：列名与值。"""
    tenant_id, agent_id = current_tenant_id(), get_current_agent_id()
    if "tenant_id" not in model._meta.fields:
        raise TenantAccessError(f"{model.__name__} 没有 tenant_id 列，无法区分租户")
    columns = {"tenant_id": tenant_id}
    if agent_id and "agent_id" in model._meta.fields:
        columns["agent_id"] = agent_id
    return columns


def _is_foreign(model, condition):
    """是否有符合条件、但不属于当前租户的行；绕过模型自己的租户条件来查。"""
    from peewee import Model

    rows = Model.select.__func__(model, model._meta.primary_key).where(condition)
    return rows.exists() and not own_rows(rows).exists()
