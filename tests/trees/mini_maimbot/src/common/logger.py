"""日志"""

import logging
import os

_FORMAT = "%(asctime)s [%(levelname)s] %(name)s: %(message)s"
_configured = False


def _configure_once() -> None:
    global _configured
    if not _configured:
        logging.basicConfig(level=os.environ.get("LOG_LEVEL", "INFO"), format=_FORMAT)
        _configured = True


def get_logger(name: str) -> logging.Logger:
    """取得一个带名字的日志器"""
    _configure_once()
    return logging.getLogger(f"mini.{name}")
