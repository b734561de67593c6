"""情绪与知识"""

from typing import Any, Dict, List

from fastapi import APIRouter, Depends

from src.webui.auth import get_current_token

router = APIRouter(prefix="/knowledge", tags=["Knowledge"])


def _collect_moods() -> List[Dict[str, Any]]:
    """收集每个聊天的情绪"""
    from src.mood.mood_manager import mood_manager

    return [{"chat_id": chat_id, "mood": mood.mood_state} for chat_id, mood in mood_manager.mood_list.items()]


@router.get("/moods")
async def get_moods(token: str = Depends(get_current_token)):
    """全部聊天的情绪"""
    return {"success": True, "moods": _collect_moods()}


@router.get("/kinds")
async def get_knowledge_kinds():
    """知识的种类"""
    return {"kinds": ["情绪"]}