"""各节配置"""

from dataclasses import dataclass, field
from typing import List

from src.config.api_ada_configs import ModelTaskConfig, TaskConfig
from src.config.config_base import ConfigBase


@dataclass
class BotConfig(ConfigBase):
    """机器人自身"""

    nickname: str = "小麦"
    platform: str = "qq"
    qq_account: str = "10000"
    alias_names: List[str] = field(default_factory=list)


@dataclass
class ChatConfig(ConfigBase):
    """聊天"""

    max_context_size: int = 20
    talk_value: float = 1.0
    max_sentences: int = 3

    def get_talk_value(self, chat_id: str) -> float:
        """一个聊天的发言频率，这里对所有聊天相同"""
        return self.talk_value


@dataclass
class MoodConfig(ConfigBase):
    """情绪"""

    enable_mood: bool = True
    default_mood: str = "平静"


@dataclass
class ModelConfig(ConfigBase):
    """模型"""

    default_model: str = "mini-echo"
    temperature: float = 0.7

    @property
    def model_task_config(self) -> ModelTaskConfig:
        """所有任务都使用默认的模型"""
        task = TaskConfig([self.default_model], self.temperature)
        return ModelTaskConfig(replyer=task, planner=task, utils=task)
