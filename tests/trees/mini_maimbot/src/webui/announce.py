"""聊天室公告，供其他模块和定时任务调用"""

from src.chat.message_receive.bot import chat_bot
from src.common.logger import get_logger

logger = get_logger("webui.announce")


async def send_local_announcement(text: str) -> None:
    """以系统用户的身份在本地聊天室说一句话"""
    from src.webui.chat_routes import create_message_data

    message_data = create_message_data(text, "webui_user_system", "系统")
    await chat_bot.message_process(message_data)
    logger.info(f"公告已发送: {text}")
