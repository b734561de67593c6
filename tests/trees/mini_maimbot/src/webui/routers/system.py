"""系统控制"""

import time
from typing import Optional

from fastapi import APIRouter, Cookie, Header
from pydantic import BaseModel

from src.common.logger import get_logger
from src.config.config import MMC_VERSION
from src.webui.auth import verify_auth_token_from_cookie_or_header

logger = get_logger("webui.system")

router = APIRouter(prefix="/system", tags=["system"])

_start_time = time.time()


class StatusResponse(BaseModel):
    """运行状态"""

    running: bool
    uptime: float
    version: str


@router.get("/status", response_model=StatusResponse)
async def get_status():
    """运行状态"""
    return StatusResponse(running=True, uptime=time.time() - _start_time, version=MMC_VERSION)


@router.post("/restart")
async def restart(maibot_session: Optional[str] = Cookie(None), authorization: Optional[str] = Header(None)):
    """重启，这里什么都不做"""
    verify_auth_token_from_cookie_or_header(maibot_session, authorization)
    logger.info("收到重启请求")
    return {"success": True, "message": "正在重启"}
