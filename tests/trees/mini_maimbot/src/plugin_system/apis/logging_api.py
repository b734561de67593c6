"""日志 API"""

from src.common.logger import get_logger

__all__ = ["get_logger"]
