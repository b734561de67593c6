"""统一的消息发送"""

from src.chat.message_receive.message import MessageSending
from src.chat.message_receive.storage import MessageStorage
from src.common.logger import get_logger
from src.common.message.tenant_context import get_current_tenant_id

logger = get_logger("sender")


class UniversalMessageSender:
    """按平台把消息送出去"""

    def __init__(self) -> None:
        self.storage = MessageStorage()

    async def send_message(self, message: MessageSending, storage_message: bool = True) -> bool:
        stream = message.chat_stream
        if stream.platform == "webui":
            from src.webui.chat_routes import get_webui_chat_broadcaster

            broadcaster = get_webui_chat_broadcaster()
            await broadcaster.broadcast(
                {
                    "type": "bot_message",
                    "content": message.text,
                    "message_id": message.message_id,
                    "tenant": get_current_tenant_id(),
                }
            )
        else:
            from src.common.message.api import get_global_api

            await get_global_api().send_message(message)
        stream.update_active_time()
        if storage_message:
            await self.storage.store_message(message, stream)
        logger.info(f"已向 {stream.platform} 发送: {message.text}")
        return True
