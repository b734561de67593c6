"""每个聊天的发言频率"""

from typing import Dict

MIN_ADJUST, MAX_ADJUST = 0.1, 5.0


class FrequencyControl:
    """一个聊天的频率调整值"""

    def __init__(self, chat_id: str) -> None:
        self.chat_id = chat_id
        self.talk_frequency_adjust = 1.0

    def get_talk_frequency_adjust(self) -> float:
        return self.talk_frequency_adjust

    def set_talk_frequency_adjust(self, value: float) -> None:
        self.talk_frequency_adjust = max(MIN_ADJUST, min(MAX_ADJUST, value))


class FrequencyControlManager:
    """以聊天 id 为键"""

    def __init__(self) -> None:
        self.frequency_control_dict: Dict[str, FrequencyControl] = {}

    def get_or_create_frequency_control(self, chat_id: str) -> FrequencyControl:
        """没有时新建"""
        control = self.frequency_control_dict.get(chat_id)
        if control is None:
            control = self.frequency_control_dict[chat_id] = FrequencyControl(chat_id)
        return control


frequency_control_manager = FrequencyControlManager()
