"""Every GET endpoint of a real checkout's WebUI that needs no arguments, and what it answers. Runs inside the tree."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

# Code of the tree prints, colours and logs; the answers go to the file that is named on the command line.
logging.disable(logging.CRITICAL)


def main(output: str) -> None:
    answers = asyncio.run(observe())
    Path(output).write_text(json.dumps(answers, ensure_ascii=False), encoding="utf-8")
    # The tree's background threads need not be waited for.
    os._exit(0)


async def observe() -> dict[str, list[Any]]:
    """Path → status and body of the answer to a caller with the tree's own token."""
    import httpx

    from src.webui.token_manager import get_token_manager  # type: ignore[import-not-found]
    from src.webui.webui_server import WebUIServer  # type: ignore[import-not-found]

    create_tables()
    app = WebUIServer().app
    headers = {"Authorization": f"Bearer {get_token_manager().get_token()}"}
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    answers: dict[str, list[Any]] = {}
    async with httpx.AsyncClient(transport=transport, base_url="http://tree", headers=headers) as client:
        for path, operations in app.openapi()["paths"].items():
            parameters = operations.get("get", {"parameters": [{"required": True}]}).get("parameters", [])
            if not any(parameter.get("required") for parameter in parameters):
                answer = await client.get(path)
                answers[path] = [answer.status_code, answer.text]
    return answers


def create_tables() -> None:
    from src.common.database import database_model  # type: ignore[import-not-found]

    models: list[Any] = [each for each in vars(database_model).values() if isinstance(each, type)]
    for model in models:
        if issubclass(model, database_model.BaseModel):
            try:
                model.create_table(safe=True)
            except Exception as error:  # a model of the tree that cannot have a table, migrated or not
                print(f"{model.__name__}: {error!r}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1])
