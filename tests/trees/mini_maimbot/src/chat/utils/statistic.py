"""统计：耗时的部分在线程里进行"""

import asyncio
import concurrent.futures
import platform
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Dict, List

from src.common.database.database_model import LLMUsage, Messages
from src.common.logger import get_logger
from src.manager.async_task_manager import AsyncTask

logger = get_logger("statistic")


class StatisticOutputTask(AsyncTask):
    """对每个活跃租户各统计一次"""

    def __init__(self) -> None:
        super().__init__(task_name="StatisticOutputTask", wait_before_start=30, run_interval=300)
        self.output: Dict[str, Any] = {}

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        with concurrent.futures.ThreadPoolExecutor() as executor:
            counting = loop.run_in_executor(executor, self._count_messages, "webui")
            machine = loop.run_in_executor(executor, self._machine)
            self.output = {"messages": await counting, "machine": await machine}

    @staticmethod
    def _count_messages(chat_platform: str) -> int:
        return Messages.select().where(Messages.platform == chat_platform).count()

    @staticmethod
    def _machine() -> str:
        """与租户无关"""
        return platform.machine()


class UsageReport:
    """一次用量报告，由线程与定时器凑成"""

    def __init__(self) -> None:
        self.lines: List[str] = []
        self.ready = threading.Event()

    def _add_total(self, *_: Any) -> None:
        self.lines.append(f"共 {LLMUsage.select().count()} 次调用")
        self.ready.set()

    def _tokens_of(self, model_name: str) -> int:
        return sum(row.total_tokens for row in LLMUsage.select().where(LLMUsage.model_name == model_name))

    def in_thread(self) -> threading.Thread:
        thread = threading.Thread(target=self._add_total, daemon=True)
        thread.start()
        return thread

    def after(self, seconds: float) -> threading.Timer:
        timer = threading.Timer(seconds, self._add_total)
        timer.daemon = True
        timer.start()
        return timer

    def of_models(self, names: List[str]) -> List[int]:
        with ThreadPoolExecutor(max_workers=2) as pool:
            return list(pool.map(self._tokens_of, names))

    def of_model(self, name: str) -> int:
        with ThreadPoolExecutor(max_workers=1) as pool:
            return pool.submit(partial(self._tokens_of, model_name=name)).result()

    def when_done(self) -> "Future[None]":
        """完成后在线程里补上总数"""
        with ThreadPoolExecutor(max_workers=1) as pool:
            future = pool.submit(time.sleep, 0.05)
            future.add_done_callback(lambda done: self._add_total(done))
        return future

    async def from_thread(self) -> None:
        """线程里把总数交回事件循环"""
        loop = asyncio.get_running_loop()
        added = asyncio.Event()

        def add() -> None:
            self._add_total()
            added.set()

        def work() -> None:
            loop.call_soon_threadsafe(add)

        threading.Thread(target=work, daemon=True).start()
        await asyncio.wait_for(added.wait(), 5)
