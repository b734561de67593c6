"""表达方式管理"""

from __future__ import annotations

import functools
from typing import Annotated, Any, Dict, List, Optional

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, Field

from src.common.database.database_model import Expression
from src.common.logger import get_logger
from src.webui.auth import get_current_token

logger = get_logger("webui.expression")

router = APIRouter(prefix="/expression", tags=["Expression"])

Token = Annotated[str, Depends(get_current_token)]


class ExpressionCreateRequest(BaseModel):
    """新建的内容"""

    situation: str = Field(..., min_length=1)
    style: str
    chat_id: str = ""


class ExpressionItem(BaseModel):
    """一条表达方式"""

    id: int
    situation: str
    style: str
    chat_id: str


class BatchDeleteRequest(BaseModel):
    """批量删除的内容"""

    ids: List[int]


def log_call(func):
    """记录调用"""

    @functools.wraps(func)
    async def wrapper(*args, **kwargs):
        logger.info(f"调用 {func.__name__}")
        return await func(*args, **kwargs)

    return wrapper


def _to_item(row: Expression) -> ExpressionItem:
    return ExpressionItem(id=row.id, situation=row.situation, style=row.style, chat_id=row.chat_id)


@router.get("/list")
@router.get("/all", include_in_schema=False)
async def list_expressions(
    token: Token,
    chat_id: Annotated[Optional[str], Query(description="只看一个聊天")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> List[ExpressionItem]:
    """表达方式列表，两个地址"""
    query = Expression.select()
    if chat_id:
        query = query.where(Expression.chat_id == chat_id)
    return [_to_item(row) for row in query.limit(limit)]


@router.post("/", response_model=ExpressionItem)
@log_call
async def create_expression(request: ExpressionCreateRequest, token: Token) -> ExpressionItem:
    """新建表达方式"""
    row = Expression.create(situation=request.situation, style=request.style, chat_id=request.chat_id)
    return _to_item(row)


@router.post("/batch/delete")
@log_call
async def batch_delete(request: BatchDeleteRequest, token: str = Depends(get_current_token)) -> Dict[str, Any]:
    """批量删除"""
    deleted = Expression.delete().where(Expression.id.in_(request.ids)).execute()
    return {"success": True, "deleted": deleted}


@router.delete("/{expression_id}")
async def delete_expression(expression_id: int, token: Token) -> Dict[str, Any]:
    """删除一条"""
    if not Expression.delete().where(Expression.id == expression_id).execute():
        raise HTTPException(status_code=404, detail="表达方式不存在")
    return {"success": True}


@router.get("/help")
@log_call
async def get_expression_help() -> Dict[str, str]:
    """说明"""
    return {"help": "表达方式由情境和风格组成"}
