"""Leaks of what has no name of its own, or more than one: answers that a cache gives again, other names, and classes
that no statement makes."""

from __future__ import annotations

from tests.survey.shared_state.planted import Piece

_KEYED = """
from functools import lru_cache

from src.common.message.tenant_context import current_tenant_id


@lru_cache
def seen(whose):
    return []


@router.get("/seen", dependencies=[Depends(ask)])
@webui_tenant
async def listed(chat: str):
    seen(KEY).extend(rows_of(chat))MARK
    return seen(KEY)
"""
_ALIAS = """
from collections import ChainMap
from types import MappingProxyType

_seen = {}
seen = VIEW


def remember(key, value):
    _seen[key] = value  # leak


def recall(key):  # leak
    return seen.get(key)
"""


def _keyed(name: str, key: str, mark: str = "") -> Piece:
    return Piece(name, "webui", _KEYED.replace("KEY", key).replace("MARK", mark))


LEAKS = (
    Piece(
        "kept_generator",
        "api",
        """
        def _collect():
            seen = []
            while True:
                seen.append((yield list(seen)))  # leak


        _collected = _collect()
        next(_collected)


        def remember(text):  # leak
            return _collected.send(text)
        """,
    ),
    Piece(
        "class_of_table",
        "plugin",
        """
        _SEEN = []


        def make(name):
            async def execute(self):
                _SEEN.append(self.message.plain_text)  # leak
                return True, str(_SEEN), True

            return type(name, (BaseCommand,), {"command_name": name, "execute": execute})  # leak


        Do = make("do")


        @register_plugin
        class ThisPlugin(BasePlugin):
            plugin_name = "class_of_table"

            def get_plugin_components(self):
                return [(Do.get_command_info(), Do)]
        """,
    ),
    _keyed("cache_by_chat", "chat", "  # leak"),
    Piece("alias_plain", "api", _ALIAS.replace("VIEW", "_seen")),
    Piece("alias_proxy", "api", _ALIAS.replace("VIEW", "MappingProxyType(_seen)")),
    Piece("alias_chained", "api", _ALIAS.replace("VIEW", "ChainMap(_seen, {})")),
    Piece(
        "alias_attribute",
        "api",
        """
        from types import MappingProxyType


        class _Keeper:
            def __init__(self):
                self._seen = {}
                self.seen = MappingProxyType(self._seen)


        _keeper = _Keeper()


        def remember(key, value):
            _keeper._seen[key] = value  # leak


        def recall(key):  # leak
            return _keeper.seen.get(key)
        """,
    ),
    Piece(
        "cache_by_name",
        "webui",
        """
        from functools import cache


        @cache
        def seen():
            found = {}
            return found


        @router.get("/seen", dependencies=[Depends(ask)])
        @webui_tenant
        async def listed(chat: str):
            found = seen()
            found[chat] = rows_of(chat)  # leak
            return found
        """,
    ),
    Piece(
        "cache_by_call",
        "webui",
        """
        from functools import lru_cache


        def make():
            return []


        seen = lru_cache(make)


        @router.get("/seen", dependencies=[Depends(ask)])
        @webui_tenant
        async def listed(chat: str):
            seen().extend(rows_of(chat))  # leak
            return seen()
        """,
    ),
    Piece(
        "cache_of_method",
        "webui",
        """
        from functools import cache


        class Box:
            @cache
            def texts(self):
                return []


        BOX = Box()


        @router.get("/seen", dependencies=[Depends(ask)])
        @webui_tenant
        async def listed(chat: str):
            BOX.texts().extend(rows_of(chat))  # leak
            return BOX.texts()
        """,
    ),
)
QUIET = (
    _keyed("cache_by_tenant", "current_tenant_id()"),
    Piece(
        "cache_copied",
        "webui",
        """
        from functools import cache


        @cache
        def words():
            return {"a": 1}


        @router.get("/words", dependencies=[Depends(ask)])
        @webui_tenant
        async def listed(chat: str):
            found = dict(words())
            found[chat] = rows_of(chat)
            return found
        """,
    ),
    Piece(
        "alias_of_constant",
        "api",
        """
        from types import MappingProxyType

        _words = {"a": 1}
        words = MappingProxyType(_words)


        def word(key):
            return words.get(key)
        """,
    ),
)
