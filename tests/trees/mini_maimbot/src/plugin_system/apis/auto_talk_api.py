"""主动发言 API"""

from src.common.logger import get_logger

logger = get_logger("auto_talk_api")


def set_question_probability_multiplier(chat_id: str, multiplier: float) -> bool:
    """设置一个群聊主动发言的概率乘数，负数当作 0"""
    try:
        multiplier = max(0.0, float(multiplier))
        from src.chat.heart_flow.heartflow import heartflow as _heartflow

        loop = _heartflow.heartflow_chat_list.get(chat_id)
        if getattr(loop, "question_probability_multiplier", None) is None:
            logger.warning(f"[AutoTalkAPI] {chat_id} 没有可以设置的聊天循环")
            return False
        loop.question_probability_multiplier = multiplier
        return True
    except Exception as e:
        logger.error(f"[AutoTalkAPI] 设置乘数失败: {e}")
        return False


def get_question_probability_multiplier(chat_id: str) -> float:
    """一个群聊主动发言的概率乘数，没有时为 0"""
    try:
        from src.chat.heart_flow.heartflow import heartflow as _heartflow

        return _heartflow.heartflow_chat_list[chat_id].question_probability_multiplier
    except Exception:
        return 0.0
