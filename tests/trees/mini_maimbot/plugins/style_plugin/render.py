"""按设置改写文字"""

from .settings import settings


def render(text: str) -> str:
    """加上前缀与感叹号"""
    return f"{settings.prefix}{text}{'！' * settings.excited}"
