"""A message to the sample's WebUI chat, as its page sends it, and what comes back. Runs inside a copy of the sample."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path.cwd()))
logging.disable(logging.CRITICAL)


def main() -> None:
    from fastapi.testclient import TestClient

    from src.webui.token_manager import get_token_manager  # type: ignore[import-not-found]
    from src.webui.webui_server import WebUIServer  # type: ignore[import-not-found]

    logged_in = {"maibot_session": get_token_manager().get_token()}
    with (
        TestClient(WebUIServer().app, cookies=logged_in) as client,
        client.websocket_connect("/api/chat/ws?user_id=demo", headers={"Origin": "http://testserver"}) as socket,
    ):
        socket.send_json({"type": "message", "content": "你好"})
        answer = first_answer(socket)
        print(f"{answer['type']}: {answer['content']}")


def first_answer(socket: Any) -> dict[str, Any]:
    """The first thing that the chat itself says, or the error it gives instead."""
    while True:
        message: dict[str, Any] = socket.receive_json()
        if message["type"] in ("bot_message", "error"):
            return message


if __name__ == "__main__":
    main()
