"""log-scope: who gets which lines of a log afterwards, and what is left alone."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from codemods.tree import Checkout
from tests.conftest import plan_of, survey_of
from tests.forms import RecipeSnapshots, after, form_tree, shown_plan
from tests.survey.logs.test_kept import READS, WATCH, WRITES

RECIPE, STANDS_ON, FORM = "log-scope", ("tenant-foundation", "webui-admin-context"), "src/webui/watch.py"
PAGE = WATCH.replace("from src.common.tenant_logs import masked, own_lines, own_listeners, with_tenant\n\n", "")
SECRETS = """
from src.common.logger import get_logger

logger = get_logger("keys")


def show(api_key, tokens, hub):
    logger.info(f"{len(tokens)} tokens, {api_key[:10]}... of {hub}")
    logger.warning("key %s, password %s", api_key, hub.settings.password)
    return api_key
"""

UNCHANGED = {
    "a page that shows no log": PAGE.replace("(logging.Handler)", ""),
    "a log to the console": "import logging\n\nlogging.getLogger().addHandler(logging.StreamHandler())\n",
    "what is counted": SECRETS.split("    logger.info")[0] + "    logger.info(f'{len(tokens)} tokens')\n",
    "a key that is not logged": SECRETS.split("    logger.info")[0] + "    return hub.login(api_key)\n",
}
CHANGED = {"a page of the log": PAGE + READS + WRITES, "secrets": SECRETS}

GATEWAY, HANDLER = (
    "src/common/message/api.py",
    """
from src.chat.message_receive.bot import chat_bot
from src.common.logger import get_logger
from src.common.message.tenant_context import tenant_context_async

logger = get_logger("handler")


async def message_handler(message, metadata):
    tenant_id = metadata.get("tenant_id")
    agent_id = metadata.get("agent_id")
    try:
        async with tenant_context_async(tenant_id, agent_id):
            await chat_bot.message_process(message)
    except Exception as error:
        # 出错的消息
        logger.error(f"{error}: {message.text}")
    logger.info("done")
    logger.info(f"{message.text} done")
""",
)


@pytest.mark.parametrize("form", UNCHANGED)
def test_stays_as_it_is(form: str) -> None:
    checkout = form_tree({FORM: UNCHANGED[form]})
    without, plan = plan_of(checkout, *STANDS_ON), plan_of(checkout, *STANDS_ON, RECIPE)
    assert after(checkout, plan).by_path[FORM].data == after(checkout, without).by_path[FORM].data


@pytest.mark.parametrize("form", CHANGED)
def test_keeps_lines_apart(form: str, snapshot: SnapshotAssertion) -> None:
    files = {FORM: CHANGED[form]}
    checkout = form_tree(files)
    made = shown_plan(form, files, checkout, plan_of(checkout, *STANDS_ON, RECIPE))
    assert made == snapshot(extension_class=RecipeSnapshots)


def test_a_gateways_lines_of_a_message_are_its_tenants(snapshot: SnapshotAssertion) -> None:
    files = {FORM: PAGE, GATEWAY: HANDLER.lstrip("\n")}
    checkout = form_tree(files)
    plan = plan_of(checkout, *STANDS_ON, RECIPE)
    outside = [item.what for item in survey_of(checkout).findings() if item.what == "log-outside"]
    assert outside == ["log-outside", "log-outside"]
    assert [item for item in survey_of(after(checkout, plan)).findings() if item.what == "log-outside"] == []
    made = shown_plan("what a gateway logs", {GATEWAY: files[GATEWAY]}, checkout, plan)
    assert made == snapshot(extension_class=RecipeSnapshots)


def test_the_audit_sees_it_and_sees_it_mended() -> None:
    checkout = form_tree({FORM: CHANGED["a page of the log"] + SECRETS})
    migrated = after(checkout, plan_of(checkout, *STANDS_ON, RECIPE))

    def open_in(tree: Checkout) -> list[str]:
        return sorted(item.what.split(" ")[0] for item in survey_of(tree).findings() if item.path == FORM)

    assert open_in(checkout) == ["log-lines", "log-record", "log-sink", "logged-secret", "logged-secret"]
    assert open_in(migrated) == []
    assert [item.verdict for item in survey_of(migrated).entry_points("webui-handler") if item.path == FORM] == [
        "secure"
    ]
