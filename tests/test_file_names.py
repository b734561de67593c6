"""Files whose names hold what elsewhere separates: they are read and edited like others."""

from __future__ import annotations

from codemods.deliver.pulls.verdicts import audit_rows
from codemods.tree import Checkout, open_checkout
from tests.conftest import SAMPLE, plan_of, survey_of
from tests.forms import after

ODD, PLUGIN = "src/webui/odd:routes.py", "plugins/odd:one/plugin.py"
HANDLER = b'''"""Handlers."""
from fastapi import APIRouter

from src.chat.message_receive.chat_stream import get_chat_manager

router = APIRouter()


class Lister:
    def names(self):
        return list(get_chat_manager().streams)


@router.get("/odd")
async def get_odd():
    return Lister().names()
'''
START = b'''"""A plugin."""
from src.plugin_system import BaseEventHandler, EventType

_words = {}


class Start(BaseEventHandler):
    event_type = EventType.ON_START
    handler_name = "start"

    async def execute(self, message):
        _words["a"] = self.get_config("form.words", [])
        return True, True, None, None, None
'''


def odd() -> Checkout:
    return open_checkout(SAMPLE).changed({ODD: HANDLER, PLUGIN: START})


def test_a_colon_in_a_files_name_separates_nothing() -> None:
    survey = survey_of(odd())
    rows = {(row.path, row.name): row for row in audit_rows(survey)}
    assert (rows[ODD, "get_odd"].verdict, rows[PLUGIN, "Start"].verdict) == ("insecure", "insecure")
    assert "get_odd → Lister.names → " in rows[ODD, "get_odd"].reason


def test_such_a_file_is_migrated_like_others() -> None:
    checkout = odd()
    migrated = after(checkout, plan_of(checkout))
    assert b"@webui_tenant\nasync def get_odd" in migrated.by_path[ODD].data
    assert b"EventType.ON_TENANT_LOAD" in migrated.by_path[PLUGIN].data
    assert {row.verdict for row in audit_rows(survey_of(migrated)) if row.path == ODD} == {"secure"}
