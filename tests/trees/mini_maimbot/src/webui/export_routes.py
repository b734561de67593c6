"""导出，响应体在处理函数返回之后才产生"""

import asyncio
import json
from typing import AsyncIterator, Iterator

from fastapi import APIRouter, BackgroundTasks, Depends, HTTPException
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.background import BackgroundTask

from src.common.database.database_model import LLMUsage, Messages, PersonInfo
from src.common.logger import get_logger
from src.webui.auth import get_current_token

logger = get_logger("webui.export")

router = APIRouter(prefix="/export", tags=["Export"], dependencies=[Depends(get_current_token)])


def _record_export(kind: str) -> None:
    """记一笔导出"""
    LLMUsage.create(model_name="export", request_type=kind, total_tokens=0)


def _person_lines() -> Iterator[str]:
    """边读边写的人物列表"""
    for person in PersonInfo.select().order_by(PersonInfo.id):
        yield json.dumps({"user_id": person.user_id, "nickname": person.nickname}, ensure_ascii=False) + "\n"


async def current_person(person_id: str) -> PersonInfo:
    """依赖：由路径中的 id 取得人物"""
    person = PersonInfo.get_or_none(PersonInfo.person_id == person_id)
    if person is None:
        raise HTTPException(status_code=404, detail="人物不存在")
    return person


@router.get("/messages.jsonl")
async def export_messages():
    """全部消息，异步生成器"""

    async def body() -> AsyncIterator[str]:
        for message in Messages.select().order_by(Messages.time):
            yield json.dumps({"text": message.processed_plain_text}, ensure_ascii=False) + "\n"
            await asyncio.sleep(0)

    return StreamingResponse(body(), media_type="application/x-ndjson")


@router.get("/persons.jsonl")
async def export_persons():
    """全部人物，同步生成器"""
    return StreamingResponse(_person_lines(), media_type="application/x-ndjson")


@router.get("/messages/count")
async def count_messages(background_tasks: BackgroundTasks):
    """消息数，响应之后记一笔"""
    total = Messages.select().count()
    background_tasks.add_task(_record_export, "count")
    return {"success": True, "total": total}


@router.post("/touch")
async def touch_export():
    """什么都不读，响应之后记一笔"""
    return JSONResponse({"success": True}, background=BackgroundTask(_record_export, "touch"))


@router.get("/person/{person_id}")
async def export_person(person: PersonInfo = Depends(current_person)):
    """一个人物，由依赖读取"""
    return {"success": True, "nickname": person.nickname, "user_id": person.user_id}


@router.get("/formats")
async def get_export_formats():
    """支持的格式"""
    return {"formats": ["jsonl"]}
