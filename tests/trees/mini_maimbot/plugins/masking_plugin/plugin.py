"""号码打码：发出的消息里不出现完整的手机号"""

import functools
import re
from typing import List, Optional, Tuple, Type

from src.chat.message_receive.message import MessageSending
from src.chat.message_receive.uni_message_sender import UniversalMessageSender
from src.plugin_system import (
    BaseEventHandler,
    BasePlugin,
    ComponentInfo,
    EventType,
    MaiMessages,
    get_logger,
    register_plugin,
)

logger = get_logger("masking_plugin")

PHONE = re.compile(r"(?<!\d)(1\d{2})\d{4}(\d{4})(?!\d)")


class MaskingStart(BaseEventHandler):
    """启动时给发送器的发送方法套上一层"""

    event_type = EventType.ON_START
    handler_name = "masking_start"
    handler_description = "给发送器套上打码"

    async def execute(self, message: Optional[MaiMessages]):
        original = UniversalMessageSender.send_message

        @functools.wraps(original)
        async def send_masked(sender: UniversalMessageSender, sending: MessageSending, storage_message: bool = True):
            sending.text = PHONE.sub(r"\1****\2", sending.text)
            return await original(sender, sending, storage_message=storage_message)

        UniversalMessageSender.send_message = send_masked
        logger.info("发送器已打码")
        return True, True, "发送器已打码", None, None


@register_plugin
class MaskingPlugin(BasePlugin):
    """号码打码"""

    plugin_name = "masking_plugin"
    enable_plugin = True

    def get_plugin_components(self) -> List[Tuple[ComponentInfo, Type[BaseEventHandler]]]:
        return [(MaskingStart.get_handler_info(), MaskingStart)]
