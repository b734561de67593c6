"""消息网关：外部平台的消息从这里进来，回复从这里出去"""

import asyncio
from types import SimpleNamespace
from typing import Any, Dict, List, Optional

from src.chat.message_receive.message import MessageSending
from src.common.logger import get_logger
from src.common.message.tenant_context import get_current_agent_id, get_current_tenant_id, tenant_context_async
from src.config.config import MMC_VERSION
from src.manager.active_tenants import note_active

logger = get_logger("message_api")

# API Key -> {"tenant_id": ..., "agent_id": ...}
API_KEYS: Dict[str, Dict[str, Optional[str]]] = {}


class MessageGateway:
    """网关的发送端；这里只把消息记下来"""

    def __init__(self) -> None:
        self.version = MMC_VERSION
        self.sent: List[Dict[str, Any]] = []
        self.answers: List[Dict[str, Any]] = []
        self.custom_handlers: Dict[str, Any] = {}

    def register_custom_handler(self, message_type: str, handler: Any) -> None:
        """登记一种自定义消息的处理函数"""
        self.custom_handlers[message_type] = handler

    async def receive_custom(self, message_type: str, data: Dict[str, Any], metadata: Dict[str, Any]) -> None:
        """收到一条自定义消息，连接的信息一起交给处理函数"""
        await self.custom_handlers[message_type](data, metadata)

    async def send_custom_message(
        self,
        message_type: str,
        payload: Dict[str, Any],
        target_user: Optional[str] = None,
        target_platform: Optional[str] = None,
        connection_uuid: Optional[str] = None,
    ) -> Dict[str, bool]:
        """发给一个连接；这里只把它记下来"""
        self.answers.append({"type": message_type, "payload": payload, "connection": connection_uuid})
        return {str(connection_uuid): True}

    async def send_message(self, message: MessageSending) -> bool:
        stream = message.chat_stream
        self.sent.append(
            {"platform": stream.platform, "content": message.text, "tenant": get_current_tenant_id()},
        )
        return True


global_api: Optional[MessageGateway] = None


def get_global_api() -> MessageGateway:
    """全局网关实例"""
    global global_api
    if global_api is None:
        global_api = MessageGateway()
    return global_api


async def _ask_key_service(api_key: str) -> Optional[Dict[str, Optional[str]]]:
    """这里的服务就在内存中"""
    return API_KEYS.get(api_key)


async def parse_api_key(api_key: str) -> Optional[Dict[str, Optional[str]]]:
    """把 API Key 解析成租户信息，未知的返回 None"""
    try:
        return await asyncio.wait_for(_ask_key_service(api_key), timeout=5)
    except (asyncio.TimeoutError, OSError) as e:
        logger.error(f"解析 API Key 出错: {type(e).__name__}")
        return None


async def upsert_active_from_message(message: Any, ttl_seconds: int = 12 * 3600) -> bool:
    """上报活跃：消息里的租户与代理，没有时用当前的"""
    ids = getattr(message.message_info, "additional_config", None) or {}
    tenant_id = ids.get("tenant_id") or get_current_tenant_id()
    agent_id = ids.get("agent_id") or get_current_agent_id()
    if not tenant_id or not agent_id:
        return False
    note_active(tenant_id, agent_id)
    return True


async def message_handler(message: Dict[str, Any], metadata: Dict[str, Any]) -> None:
    """处理网关收到的一条消息"""
    from src.chat.message_receive.bot import get_message_handler

    handler = get_message_handler()
    info = await parse_api_key(metadata.get("api_key", "")) or {}
    tenant_id = info.get("tenant_id")
    agent_id = info.get("agent_id")

    if tenant_id and agent_id:
        stub = SimpleNamespace(message_info=SimpleNamespace(additional_config=info))
        await upsert_active_from_message(stub)
        async with tenant_context_async(tenant_id, agent_id):
            await handler.message_process(message)
    else:
        await handler.message_process(message)

    logger.info(f"处理完成: {message.get('message_id')}")
