"""配置类的基类"""

from dataclasses import dataclass, fields
from typing import Any, Dict, Type, TypeVar

T = TypeVar("T", bound="ConfigBase")


@dataclass
class ConfigBase:
    """可以由字典构造的配置"""

    @classmethod
    def from_dict(cls: Type[T], data: Dict[str, Any]) -> T:
        known = {f.name for f in fields(cls)}
        unknown = set(data) - known
        if unknown:
            raise ValueError(f"{cls.__name__} 没有配置项: {sorted(unknown)}")
        return cls(**data)
