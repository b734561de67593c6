"""What a start handler's author has decided is what becomes of it."""

from __future__ import annotations

from textwrap import dedent

from codemods.knowledge.decisions import Decision
from codemods.knowledge.recipes import chosen_recipes
from codemods.knowledge.state import load_state
from codemods.plan.make import Plan, make_plan
from codemods.survey.decided import Decisions
from codemods.survey.survey import Survey, survey_files
from tests.forms import form_repository

AT = "plugin.py:Start#event-handler"
SERVES = """
    import asyncio

    import uvicorn
    from src.config.config import global_config
    from src.plugin_system import BaseEventHandler, BasePlugin, EventType, register_plugin


    class Start(BaseEventHandler):
        event_type = EventType.ON_START
        handler_name = "start"

        async def execute(self, message):
            asyncio.create_task(uvicorn.Server(uvicorn.Config(None, host=global_config.bot.nickname)).serve())
            return True, True, None, None, None


    @register_plugin
    class FormPlugin(BasePlugin):
        plugin_name = "form_plugin"

        def get_plugin_components(self):
            return [(Start.get_handler_info(), Start)]
"""
SHARES = """
    import json

    from src.plugin_system import BaseEventHandler, BasePlugin, EventType, register_plugin, send_api


    class Start(BaseEventHandler):
        event_type = EventType.ON_START
        handler_name = "start"

        async def execute(self, message):
            with open("/var/lib/form/names.json") as file:
                names = json.load(file)
            await send_api.text_to_stream("hello", names[0])
            with open("/var/lib/form/names.json", "w") as file:
                json.dump(names[1:], file)
            return True, True, None, None, None


    @register_plugin
    class FormPlugin(BasePlugin):
        plugin_name = "form_plugin"

        def get_plugin_components(self):
            return [(Start.get_handler_info(), Start)]
"""


def surveyed(text: str, answer: str = "") -> Survey:
    decisions = (Decision(AT, answer, "so", None, "tenantize.toml", 1),) if answer else ()
    checkout = form_repository({"plugin.py": dedent(text)})
    return survey_files(checkout.files, load_state(), 1, decisions=Decisions(decisions))


def planned(text: str, answer: str = "") -> Plan:
    checkout = form_repository({"plugin.py": dedent(text)})
    return make_plan(checkout, surveyed(text, answer), chosen_recipes(["on-tenant-load"]), named=True)


def test_what_does_both_is_asked_about() -> None:
    survey = surveyed(SERVES)
    assert AT in [item.at for item in survey.undecided]
    assert "process" in survey.ended_by(next(item for item in survey.undecided if item.at == AT))
    assert planned(SERVES).changes == ()


def test_what_is_the_processs_stays_and_is_shown_with_the_decision() -> None:
    survey = surveyed(SERVES, "process")
    (item,) = [each for each in survey.decided if each.at == AT]
    assert item.verdict == "global"
    assert survey.undecided == []
    assert survey.findings() == []
    plan = planned(SERVES, "process")
    assert (plan.changes, plan.findings) == ((), ())


def test_what_shares_its_files_on_purpose_moves() -> None:
    assert planned(SHARES).changes == ()
    (change,) = planned(SHARES, "shared").changes
    assert b"event_type = EventType.ON_TENANT_LOAD" in change.after
