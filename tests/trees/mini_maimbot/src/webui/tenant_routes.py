"""租户管理"""

from fastapi import APIRouter, Depends

from src.common.database.database_model import Messages, PersonInfo
from src.common.message.tenant_context import tenant_context_async
from src.manager.active_tenants import list_active
from src.webui.auth import get_current_token

router = APIRouter(prefix="/tenants", tags=["Tenant"], dependencies=[Depends(get_current_token)])


@router.get("/active")
async def get_active_tenants():
    """最近活跃的租户"""
    return {"tenants": [{"tenant_id": tenant, "agent_id": agent} for tenant, agent in list_active()]}


@router.get("/{tenant_id}/{agent_id}/summary")
async def get_tenant_summary(tenant_id: str, agent_id: str):
    """一个租户的概况，自己进入了租户上下文"""
    async with tenant_context_async(tenant_id, agent_id):
        return {
            "tenant_id": tenant_id,
            "messages": Messages.select().count(),
            "persons": PersonInfo.select().count(),
        }
