"""消息网关包：对外统一导出租户上下文与网关接口"""

from src.common.message.tenant_context import (
    TenantContextState,
    get_current_agent_id,
    get_current_context,
    get_current_tenant_id,
    reset_current_tenant,
    set_current_tenant,
    tenant_context,
    tenant_context_async,
)
from src.common.message.api import API_KEYS, MessageGateway, get_global_api, message_handler, parse_api_key

__all__ = [
    "API_KEYS",
    "MessageGateway",
    "TenantContextState",
    "get_current_agent_id",
    "get_current_context",
    "get_current_tenant_id",
    "get_global_api",
    "message_handler",
    "parse_api_key",
    "reset_current_tenant",
    "set_current_tenant",
    "tenant_context",
    "tenant_context_async",
]
