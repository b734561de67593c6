"""入口脚本"""

import asyncio
import sys

from src.common.logger import get_logger
from src.main import main

logger = get_logger("main")


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        logger.info("收到中断信号，程序退出")
        sys.exit(0)
