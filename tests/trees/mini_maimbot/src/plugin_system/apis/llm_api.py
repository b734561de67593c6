"""模型 API"""

from typing import Any, Callable, Dict, List, Optional, Tuple

from src.common.logger import get_logger
from src.config.api_ada_configs import TaskConfig
from src.config.config import model_config
from src.llm_models.utils_model import LLMRequest

logger = get_logger("llm_api")


def get_available_models() -> Dict[str, TaskConfig]:
    """各种任务的模型，以任务名为键"""
    try:
        models = model_config.model_task_config
        return {
            name: value
            for name in dir(models)
            if not name.startswith("__") and isinstance(value := getattr(models, name), TaskConfig)
        }
    except Exception as e:
        logger.error(f"[LLMAPI] 获取模型失败: {e}")
        return {}


async def generate_with_model(
    prompt: str,
    model_config: TaskConfig,
    request_type: str = "plugin.generate",
    temperature: Optional[float] = None,
    max_tokens: Optional[int] = None,
) -> Tuple[bool, str, str, str]:
    """用指定的模型生成，返回 (是否成功, 内容, 推理过程, 模型名)"""
    try:
        request = LLMRequest(model_set=model_config, request_type=request_type)
        content, (reasoning, model_name, _) = await request.generate_response_async(
            prompt, temperature=temperature, max_tokens=max_tokens
        )
        return True, content, reasoning, model_name
    except Exception as e:
        logger.error(f"[LLMAPI] 生成失败: {e}")
        return False, f"生成失败: {e}", "", ""


async def generate_with_model_with_tools(
    prompt: str,
    model_config: TaskConfig,
    tool_options: Optional[List[Dict[str, Any]]] = None,
    request_type: str = "plugin.generate",
    temperature: Optional[float] = None,
    max_tokens: Optional[int] = None,
) -> Tuple[bool, str, str, str, Optional[List[Dict[str, Any]]]]:
    """同上，并且模型可以使用工具，最后一项是它要求的调用"""
    try:
        request = LLMRequest(model_set=model_config, request_type=request_type)
        content, (reasoning, model_name, tool_calls) = await request.generate_response_async(
            prompt, tools=tool_options, temperature=temperature, max_tokens=max_tokens
        )
        return True, content, reasoning, model_name, tool_calls
    except Exception as e:
        logger.error(f"[LLMAPI] 生成失败: {e}")
        return False, f"生成失败: {e}", "", "", None


async def generate_with_model_with_tools_by_message_factory(
    message_factory: Callable[[Any], List[str]],
    model_config: TaskConfig,
    tool_options: Optional[List[Dict[str, Any]]] = None,
    request_type: str = "plugin.generate",
    temperature: Optional[float] = None,
    max_tokens: Optional[int] = None,
) -> Tuple[bool, str, str, str, Optional[List[Dict[str, Any]]]]:
    """同上，消息由工厂函数给出"""
    try:
        request = LLMRequest(model_set=model_config, request_type=request_type)
        content, (reasoning, model_name, tool_calls) = await request.generate_response_with_message_async(
            message_factory=message_factory, tools=tool_options, temperature=temperature, max_tokens=max_tokens
        )
        return True, content, reasoning, model_name, tool_calls
    except Exception as e:
        logger.error(f"[LLMAPI] 生成失败: {e}")
        return False, f"生成失败: {e}", "", "", None
