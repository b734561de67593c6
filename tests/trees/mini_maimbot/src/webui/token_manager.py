"""WebUI 的访问令牌"""

import json
import secrets
from pathlib import Path
from typing import Any, Dict, Optional

from src.common.logger import get_logger
from src.config.config import PROJECT_ROOT

logger = get_logger("webui.token")


class TokenManager:
    """令牌保存在 data/webui.json"""

    def __init__(self, config_path: Optional[Path] = None) -> None:
        self.config_path = config_path or PROJECT_ROOT / "data" / "webui.json"
        if not self.config_path.exists():
            self._save({"access_token": secrets.token_hex(32), "first_setup_completed": False})

    def _load(self) -> Dict[str, Any]:
        return json.loads(self.config_path.read_text(encoding="utf-8"))

    def _save(self, config: Dict[str, Any]) -> None:
        self.config_path.parent.mkdir(parents=True, exist_ok=True)
        self.config_path.write_text(json.dumps(config, ensure_ascii=False, indent=2), encoding="utf-8")

    def get_token(self) -> str:
        return self._load()["access_token"]

    def verify_token(self, token: str) -> bool:
        return bool(token) and secrets.compare_digest(token.encode(), self.get_token().encode())

    def update_token(self, new_token: str) -> None:
        self._save({**self._load(), "access_token": new_token})

    def is_first_setup(self) -> bool:
        return not self._load().get("first_setup_completed", False)


_token_manager: Optional[TokenManager] = None


def get_token_manager() -> TokenManager:
    """全局令牌管理器"""
    global _token_manager
    if _token_manager is None:
        _token_manager = TokenManager()
    return _token_manager
