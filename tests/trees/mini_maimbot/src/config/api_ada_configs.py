"""各种任务使用的模型"""

from dataclasses import dataclass, field
from typing import List

from src.config.config_base import ConfigBase


@dataclass
class TaskConfig(ConfigBase):
    """一种任务的模型"""

    model_list: List[str] = field(default_factory=list)
    temperature: float = 0.7
    max_tokens: int = 1024


@dataclass
class ModelTaskConfig(ConfigBase):
    """所有任务"""

    replyer: TaskConfig = field(default_factory=TaskConfig)
    planner: TaskConfig = field(default_factory=TaskConfig)
    utils: TaskConfig = field(default_factory=TaskConfig)
