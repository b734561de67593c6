"""Starts a tree's app as bot.py would, stops it, and prints what it logged as errors. Runs inside of a copy."""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))


class Errors(logging.Handler):
    """Notes what goes wrong without ending the app."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.noted: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.noted.append(f"{record.name} {record.getMessage()}")


async def main() -> None:
    errors = Errors()
    logging.getLogger().addHandler(errors)
    from src.main import MainSystem  # type: ignore[import-not-found]
    from src.manager.async_task_manager import async_task_manager  # type: ignore[import-not-found]
    from src.plugin_system.base.component_types import EventType  # type: ignore[import-not-found]
    from src.plugin_system.core.events_manager import events_manager  # type: ignore[import-not-found]

    await MainSystem().initialize()
    await asyncio.sleep(0.05)
    await events_manager.handle_mai_events(event_type=EventType.ON_STOP)
    await async_task_manager.stop_and_wait_all_tasks()
    print("\n".join(sorted(errors.noted)))


if __name__ == "__main__":
    asyncio.run(asyncio.wait_for(main(), 20))
