"""租户的文件目录"""

from pathlib import Path

from src.common.message.tenant_context import get_current_agent_id, get_current_tenant_id
from src.config.config import PROJECT_ROOT

_STORAGE_ROOT = PROJECT_ROOT / "data" / "tenant_storage"


def tenant_storage_path(*segments: str) -> Path:
    """data/tenant_storage/<租户>/<代理>/... 下的路径"""
    tenant_id = get_current_tenant_id()
    if not tenant_id:
        raise RuntimeError("访问租户存储需要有效的租户上下文")
    agent_id = get_current_agent_id() or "default"
    return _STORAGE_ROOT.joinpath(tenant_id, agent_id, *segments)


def ensure_storage_subdir(*segments: str) -> Path:
    """同 tenant_storage_path，并保证目录存在"""
    path = tenant_storage_path(*segments)
    path.mkdir(parents=True, exist_ok=True)
    return path
