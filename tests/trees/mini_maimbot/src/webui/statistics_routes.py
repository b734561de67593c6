"""统计数据"""

import time
from typing import Any, Dict, Optional

from fastapi import APIRouter, Cookie, Header, HTTPException, Query
from peewee import fn
from pydantic import BaseModel

from src.common.database.database_model import LLMUsage, Messages
from src.common.logger import get_logger
from src.webui.auth import verify_auth_token_from_cookie_or_header

logger = get_logger("webui.statistics")

router = APIRouter(prefix="/statistics", tags=["statistics"])


class StatisticsSummary(BaseModel):
    """汇总"""

    total_requests: int = 0
    total_tokens: int = 0
    total_messages: int = 0


async def _count_usage(since: float) -> Dict[str, int]:
    """直接查表"""
    row = (
        LLMUsage.select(fn.COUNT(LLMUsage.id).alias("requests"), fn.SUM(LLMUsage.total_tokens).alias("tokens"))
        .where(LLMUsage.timestamp >= since)
        .get()
    )
    return {"requests": row.requests or 0, "tokens": row.tokens or 0}


async def _count_messages(since: float) -> int:
    return Messages.select().where(Messages.time >= since).count()


async def _get_summary(hours: int) -> StatisticsSummary:
    since = time.time() - hours * 3600
    usage = await _count_usage(since)
    return StatisticsSummary(
        total_requests=usage["requests"],
        total_tokens=usage["tokens"],
        total_messages=await _count_messages(since),
    )


async def _get_model_statistics() -> Dict[str, Any]:
    query = LLMUsage.select(LLMUsage.model_name, fn.COUNT(LLMUsage.id).alias("requests"))
    return {row.model_name: row.requests for row in query.group_by(LLMUsage.model_name)}


@router.get("/summary", response_model=StatisticsSummary)
async def get_summary(
    hours: int = Query(24, ge=1, le=720),
    maibot_session: Optional[str] = Cookie(None),
    authorization: Optional[str] = Header(None),
):
    """一段时间的汇总"""
    verify_auth_token_from_cookie_or_header(maibot_session, authorization)
    try:
        return await _get_summary(hours)
    except Exception as e:
        logger.error(f"获取统计数据失败: {e}")
        raise HTTPException(status_code=500, detail=f"获取统计数据失败: {e}") from e


@router.get("/models")
async def get_model_stats(
    maibot_session: Optional[str] = Cookie(None),
    authorization: Optional[str] = Header(None),
):
    """每个模型的用量"""
    verify_auth_token_from_cookie_or_header(maibot_session, authorization)
    try:
        return {"success": True, "models": await _get_model_statistics()}
    except Exception as e:
        logger.error(f"获取模型统计失败: {e}")
        raise HTTPException(status_code=500, detail=f"获取模型统计失败: {e}") from e


@router.get("/ranges")
async def get_time_ranges():
    """可选的时间范围"""
    return {"ranges": [{"label": "一天", "hours": 24}, {"label": "一周", "hours": 168}]}
