"""后台定时任务"""

import asyncio
from typing import Dict, Optional

from src.common.logger import get_logger
from src.common.message.tenant_context import tenant_context_async
from src.manager.active_tenants import list_active

logger = get_logger("async_task_manager")


class AsyncTask:
    """一个定时任务；per_tenant 的任务对每个活跃租户各运行一次"""

    def __init__(
        self,
        task_name: Optional[str] = None,
        wait_before_start: float = 0,
        run_interval: float = 0,
        per_tenant: bool = True,
    ) -> None:
        self.task_name = task_name or self.__class__.__name__
        self.wait_before_start = wait_before_start
        self.run_interval = run_interval
        self.per_tenant = per_tenant

    async def run(self) -> None:
        """任务内容"""
        raise NotImplementedError("run() 必须由子类实现")

    async def run_for(self, tenant_id: str, agent_id: str) -> None:
        """以指定租户运行一次"""
        async with tenant_context_async(tenant_id, agent_id):
            await self.run()

    async def _run_once(self) -> None:
        if not self.per_tenant:
            await self.run()
            return
        for tenant_id, agent_id in list_active():
            await self.run_for(tenant_id, agent_id)

    async def start_task(self, abort_flag: asyncio.Event) -> None:
        if self.wait_before_start > 0:
            await asyncio.sleep(self.wait_before_start)
        while not abort_flag.is_set():
            try:
                await self._run_once()
            except Exception as e:
                logger.error(f"任务 {self.task_name} 出错: {e}")
            if self.run_interval <= 0:
                break
            await asyncio.sleep(self.run_interval)


class AsyncTaskManager:
    """任务管理器"""

    def __init__(self) -> None:
        self.tasks: Dict[str, asyncio.Task] = {}
        self.abort_flag: Optional[asyncio.Event] = None

    async def add_task(self, task: AsyncTask) -> None:
        if not isinstance(task, AsyncTask):
            raise TypeError(f"task 应当是 AsyncTask，得到 {type(task)}")
        if self.abort_flag is None:
            self.abort_flag = asyncio.Event()
        old = self.tasks.get(task.task_name)
        if old is not None and not old.done():
            logger.warning(f"已有同名任务 {task.task_name}，将替换它")
            old.cancel()
        self.tasks[task.task_name] = asyncio.create_task(task.start_task(self.abort_flag), name=task.task_name)

    async def stop_and_wait_all_tasks(self) -> None:
        """停止全部任务并等待结束"""
        if self.abort_flag is not None:
            self.abort_flag.set()
        for task in self.tasks.values():
            task.cancel()
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)
        self.tasks.clear()
        self.abort_flag = None


async_task_manager = AsyncTaskManager()
