"""群聊的回复器"""

from typing import Optional, Tuple

from src.chat.message_receive.chat_stream import ChatStream
from src.chat.utils.prompt_builder import build_prompt
from src.common.data_models.llm_data_model import LLMGenerationDataModel
from src.config.config import model_config
from src.llm_models.utils_model import LLMRequest


class DefaultReplyer:
    """为一个聊天生成回复"""

    def __init__(self, chat_stream: ChatStream, request_type: str = "replyer") -> None:
        self.chat_stream = chat_stream
        self.request_type = request_type

    async def llm_generate_content(self, prompt: str) -> Tuple[str, str]:
        """返回 (内容, 模型名)"""
        request = LLMRequest(model_config.model_task_config.replyer, self.request_type)
        content, (_, model_name, _) = await request.generate_response_async(prompt)
        return content, model_name

    async def generate_reply_with_context(
        self, extra_info: str = "", reply_reason: str = ""
    ) -> Tuple[bool, Optional[LLMGenerationDataModel]]:
        prompt = build_prompt(reply_reason, extra_info)
        content, model_name = await self.llm_generate_content(prompt)
        return True, LLMGenerationDataModel(content, model_name, prompt)

    async def rewrite_reply_with_context(
        self, raw_reply: str = "", reason: str = ""
    ) -> Tuple[bool, Optional[LLMGenerationDataModel]]:
        prompt = " ".join(part for part in ("重写", raw_reply, reason) if part)
        content, model_name = await self.llm_generate_content(prompt)
        return True, LLMGenerationDataModel(content, model_name, prompt)
