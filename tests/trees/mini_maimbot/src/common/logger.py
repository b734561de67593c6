"""日志"""

import asyncio
import json
import logging
import os
from pathlib import Path

_FORMAT = "%(asctime)s [%(levelname)s] %(name)s: %(message)s"
LOG_FILE = Path(__file__).resolve().parents[2] / "logs" / "app.jsonl"
_configured = False


class JsonFileHandler(logging.Handler):
    """日志文件，每行一个 JSON 对象"""

    def format(self, record: logging.LogRecord) -> str:
        entry = {"module": record.name, "level": record.levelname, "event": record.getMessage()}
        return json.dumps(entry, ensure_ascii=False)

    def emit(self, record: logging.LogRecord) -> None:
        LOG_FILE.parent.mkdir(exist_ok=True)
        with open(LOG_FILE, "a", encoding="utf-8") as file:
            file.write(self.format(record) + "\n")


class PageLogHandler(logging.Handler):
    """把日志推送到打开着的日志页面"""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.loop = loop

    def emit(self, record: logging.LogRecord) -> None:
        from src.webui.logs_ws import broadcast_log

        entry = {"module": record.name, "level": record.levelname, "message": record.getMessage()}
        asyncio.run_coroutine_threadsafe(broadcast_log(entry), self.loop)


def _configure_once() -> None:
    global _configured
    if not _configured:
        logging.basicConfig(level=os.environ.get("LOG_LEVEL", "INFO"), format=_FORMAT)
        _configured = True


def get_logger(name: str) -> logging.Logger:
    """取得一个带名字的日志器"""
    _configure_once()
    return logging.getLogger(f"mini.{name}")


def start_log_handlers(loop: asyncio.AbstractEventLoop) -> None:
    """开始写日志文件，并推送到日志页面"""
    for handler in (JsonFileHandler(), PageLogHandler(loop)):
        logging.getLogger("mini").addHandler(handler)
