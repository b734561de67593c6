"""租户的文件目录"""

import re
from pathlib import Path

from src.common.message.tenant_context import get_current_agent_id, get_current_tenant_id
from src.config.config import PROJECT_ROOT

_STORAGE_ROOT = PROJECT_ROOT / "data" / "tenant_storage"

_UNSAFE = re.compile(r"[^a-zA-Z0-9_.-]")


def _segment(value: str) -> str:
    return _UNSAFE.sub("_", value)


def tenant_storage_root() -> Path:
    """data/tenant_storage/<租户>/<代理>"""
    tenant_id = get_current_tenant_id()
    if not tenant_id:
        raise RuntimeError("访问租户存储需要有效的租户上下文")
    agent_id = get_current_agent_id() or "default"
    return _STORAGE_ROOT / _segment(tenant_id) / _segment(agent_id)


def tenant_storage_path(*segments: str) -> Path:
    """租户目录下的路径"""
    return tenant_storage_root().joinpath(*segments)


def ensure_storage_subdir(*segments: str) -> Path:
    """同 tenant_storage_path，并保证目录存在"""
    path = tenant_storage_path(*segments)
    path.mkdir(parents=True, exist_ok=True)
    return path
