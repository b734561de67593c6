"""模型请求；这里不联网，由租户的配置编出回答"""

from typing import Any, Callable, Dict, List, Optional, Tuple

from src.common.database.database_model import LLMUsage
from src.common.logger import get_logger
from src.config.api_ada_configs import TaskConfig
from src.config.config import global_config

logger = get_logger("model_utils")

# (内容, (推理过程, 模型名, 工具调用))
LLMResponse = Tuple[str, Tuple[str, str, Optional[List[Dict[str, Any]]]]]


class LLMRequest:
    """用一组模型回答"""

    def __init__(self, model_set: TaskConfig, request_type: str = "") -> None:
        self.model_for_task = model_set
        self.request_type = request_type

    async def generate_response_async(
        self,
        prompt: str,
        temperature: Optional[float] = None,
        max_tokens: Optional[int] = None,
        tools: Optional[List[Dict[str, Any]]] = None,
    ) -> LLMResponse:
        model_name = self.model_for_task.model_list[0]
        content = f"{global_config.bot.nickname}: {prompt}"[: max_tokens or self.model_for_task.max_tokens]
        LLMUsage.create(model_name=model_name, request_type=self.request_type, total_tokens=len(content))
        tool_calls = [{"name": tool["name"], "args": {}} for tool in tools or [] if tool["name"] in prompt]
        return content, ("", model_name, tool_calls or None)

    async def generate_response_with_message_async(
        self,
        message_factory: Callable[[Any], List[str]],
        tools: Optional[List[Dict[str, Any]]] = None,
        temperature: Optional[float] = None,
        max_tokens: Optional[int] = None,
    ) -> LLMResponse:
        prompt = "\n".join(message_factory(self))
        return await self.generate_response_async(prompt, temperature, max_tokens, tools)
