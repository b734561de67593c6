# -*- coding: gbk -*-
"""人物数量，这个文件是 GBK 编码"""

from fastapi import APIRouter, Depends

from src.common.database.database_model import PersonInfo
from src.webui.auth import get_current_token

router = APIRouter(prefix="/gbk", tags=["人物"])


@router.get("/persons/count")
async def get_person_count(token: str = Depends(get_current_token)):
    """认识的人数"""
    return {"标签": "认识的人数", "count": PersonInfo.select().count()}
