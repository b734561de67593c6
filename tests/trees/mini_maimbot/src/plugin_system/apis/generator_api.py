"""回复生成 API"""

import traceback
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple, Union

from src.chat.message_receive.chat_stream import ChatStream
from src.chat.replyer.group_generator import DefaultReplyer
from src.chat.replyer.private_generator import PrivateReplyer
from src.chat.replyer.replyer_manager import replyer_manager
from src.chat.utils.utils import process_llm_response
from src.common.data_models.message_data_model import ReplySetModel
from src.common.logger import get_logger
from src.plugin_system.base.component_types import ActionInfo

if TYPE_CHECKING:
    from src.common.data_models.database_data_model import DatabaseMessages
    from src.common.data_models.llm_data_model import LLMGenerationDataModel

logger = get_logger("generator_api")


def get_replyer(
    chat_stream: Optional[ChatStream] = None,
    chat_id: Optional[str] = None,
    request_type: str = "replyer",
) -> Optional[Union[DefaultReplyer, PrivateReplyer]]:
    """一个聊天的回复器，没有时新建"""
    if not (chat_stream or chat_id):
        raise ValueError("chat_stream 和 chat_id 不能都为空")
    try:
        return replyer_manager.get_replyer(chat_stream=chat_stream, chat_id=chat_id, request_type=request_type)
    except Exception as e:
        logger.error(f"[GeneratorAPI] 获取回复器失败: {e}")
        traceback.print_exc()
        return None


async def generate_reply(
    chat_stream: Optional[ChatStream] = None,
    chat_id: Optional[str] = None,
    action_data: Optional[Dict[str, Any]] = None,
    reply_message: Optional["DatabaseMessages"] = None,
    extra_info: str = "",
    reply_reason: str = "",
    available_actions: Optional[Dict[str, ActionInfo]] = None,
    chosen_actions: Optional[List[Any]] = None,
    enable_tool: bool = False,
    enable_splitter: bool = True,
    enable_chinese_typo: bool = True,
    request_type: str = "generator_api",
    from_plugin: bool = True,
    reply_time_point: Optional[float] = None,
) -> Tuple[bool, Optional["LLMGenerationDataModel"]]:
    """生成一个回复，返回 (是否成功, 回复)"""
    try:
        replyer = get_replyer(chat_stream, chat_id, request_type)
        if replyer is None:
            return False, None
        if action_data:
            extra_info = extra_info or action_data.get("extra_info", "")
            reply_reason = reply_reason or action_data.get("reason", "")
        success, response = await replyer.generate_reply_with_context(extra_info, reply_reason)
        if success and (content := response.content):
            response.reply_set = process_human_text(content, enable_splitter, enable_chinese_typo)
        return success, response
    except ValueError:
        raise
    except UserWarning as e:
        logger.warning(f"[GeneratorAPI] 生成被中断: {e}")
        return False, None
    except Exception as e:
        logger.error(f"[GeneratorAPI] 生成回复失败: {e}")
        return False, None


async def rewrite_reply(
    chat_stream: Optional[ChatStream] = None,
    reply_data: Optional[Dict[str, Any]] = None,
    chat_id: Optional[str] = None,
    enable_splitter: bool = True,
    enable_chinese_typo: bool = True,
    raw_reply: str = "",
    reason: str = "",
    reply_to: str = "",
    request_type: str = "generator_api",
) -> Tuple[bool, Optional["LLMGenerationDataModel"]]:
    """重写一个回复，返回 (是否成功, 回复)"""
    try:
        replyer = get_replyer(chat_stream, chat_id, request_type)
        if replyer is None:
            return False, None
        if reply_data:
            given = {"raw_reply": raw_reply, "reason": reason}
            raw_reply, reason = (given[name] or reply_data.get(name, "") for name in given)
        success, response = await replyer.rewrite_reply_with_context(raw_reply, reason)
        if success and (content := response.content):
            response.reply_set = process_human_text(content, enable_splitter, enable_chinese_typo)
        return success, response
    except ValueError:
        raise
    except Exception as e:
        logger.error(f"[GeneratorAPI] 重写回复失败: {e}")
        return False, None


def process_human_text(content: str, enable_splitter: bool, enable_chinese_typo: bool) -> Optional[ReplySetModel]:
    """把文本变成更像人说的几句话"""
    if not isinstance(content, str):
        raise ValueError("content 必须是字符串")
    try:
        reply_set = ReplySetModel()
        for text in process_llm_response(content, enable_splitter, enable_chinese_typo):
            reply_set.add_text_content(text)
        return reply_set
    except Exception as e:
        logger.error(f"[GeneratorAPI] 处理文本失败: {e}")
        return None


async def generate_response_custom(
    chat_stream: Optional[ChatStream] = None,
    chat_id: Optional[str] = None,
    request_type: str = "generator_api",
    prompt: str = "",
) -> Optional[str]:
    """用给定的提示词生成"""
    replyer = get_replyer(chat_stream, chat_id, request_type)
    if replyer is None:
        return None
    try:
        content, _ = await replyer.llm_generate_content(prompt)
        return content or None
    except Exception as e:
        logger.error(f"[GeneratorAPI] 生成失败: {e}")
        return None
