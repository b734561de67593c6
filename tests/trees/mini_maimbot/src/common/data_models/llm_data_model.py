"""模型的回复"""

from dataclasses import dataclass
from typing import Optional

from src.common.data_models.message_data_model import ReplySetModel


@dataclass
class LLMGenerationDataModel:
    """生成的内容，与它分成的回复"""

    content: str
    model: str
    prompt: str
    reply_set: Optional[ReplySetModel] = None
