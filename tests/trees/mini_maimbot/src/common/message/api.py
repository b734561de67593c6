"""消息网关：外部平台的消息从这里进来，回复从这里出去"""

from typing import Any, Dict, List, Optional

from src.chat.message_receive.message import MessageSending
from src.common.logger import get_logger
from src.common.message.tenant_context import get_current_tenant_id, tenant_context_async
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


async def parse_api_key(api_key: str) -> Optional[Dict[str, Optional[str]]]:
    """把 API Key 解析成租户信息，未知的返回 None"""
    return API_KEYS.get(api_key)


async def message_handler(message: Dict[str, Any], metadata: Dict[str, Any]) -> None:
    """处理网关收到的一条消息"""
    from src.chat.message_receive.bot import get_message_handler

    handler = get_message_handler()
    info = await parse_api_key(metadata.get("api_key", "")) or {}
    tenant_id = info.get("tenant_id")
    agent_id = info.get("agent_id")

    if tenant_id and agent_id:
        note_active(tenant_id, agent_id)
        async with tenant_context_async(tenant_id, agent_id):
            await handler.message_process(message)
    else:
        await handler.message_process(message)
