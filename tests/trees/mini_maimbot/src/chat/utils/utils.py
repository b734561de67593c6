"""文本处理"""

import re
from typing import List

from src.config.config import global_config


def process_llm_response(text: str, enable_splitter: bool = True, enable_chinese_typo: bool = True) -> List[str]:
    """把模型的回复分成几句话，句数由配置限制"""
    if enable_chinese_typo:
        text = text.replace("的", "得", 1)
    if not enable_splitter:
        return [text]
    sentences = [part for part in re.split(r"[。！？]", text) if part]
    return sentences[: global_config.chat.max_sentences]
