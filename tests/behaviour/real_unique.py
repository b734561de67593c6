"""What two tenants of a real checkout can store of one user, and of one chat's id. Runs inside the tree."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any

from peewee import IntegrityError

from tests.behaviour.real import get_ready
from tests.behaviour.sample import inside, module

# Code of the tree prints, colours and logs; what was seen goes to the file that is named on the command line.
logging.disable(logging.CRITICAL)
PAIRS = (("甲", "one"), ("乙", "one"))


def main(output: str) -> None:
    get_ready()
    seen = {pair[0]: known_by(pair) for pair in PAIRS}
    Path(output).write_text(json.dumps(seen, ensure_ascii=False), encoding="utf-8")
    # The tree's background threads need not be waited for.
    os._exit(0)


def known_by(pair: tuple[str, str]) -> dict[str, Any]:
    """A tenant meets the user and caches a picture, by the tree's own ways, and replaces a stream; what it has then."""
    models = module("common.database.database_model")
    with inside(pair):
        module("person_info.person_info").Person.register_person("qq", "777", f"known by {pair[0]}")
        keep_picture(models, pair[0])
        models.ChatStreams.replace(**stream(pair)).execute()
        return {
            "persons": [person.nickname for person in models.PersonInfo.select()],
            "pictures": [picture.description for picture in models.EmojiDescriptionCache.select()],
            "streams": [each.user_nickname for each in models.ChatStreams.select()],
        }


def keep_picture(models: Any, name: str) -> None:
    row = {"description": f"seen by {name}", "timestamp": time.time()}
    with contextlib.suppress(IntegrityError):
        models.EmojiDescriptionCache.get_or_create(emoji_hash="of-both", defaults=row)


def stream(pair: tuple[str, str]) -> dict[str, Any]:
    return {
        "stream_id": "of-both",
        "tenant_id": pair[0],
        "agent_id": pair[1],
        "platform": "qq",
        "create_time": 1.0,
        "last_active_time": 1.0,
        "user_platform": "qq",
        "user_id": "777",
        "user_nickname": f"of {pair[0]}",
    }


if __name__ == "__main__":
    main(sys.argv[1])
