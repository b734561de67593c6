"""Tests of the tree are no part of the app: they decide nothing, and those that will fail are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from codemods.survey.own_tests import is_named_as_test
from tests.cli.running import Tenantize, tenantize  # noqa: F401
from tests.conftest import SAMPLE, commit_all, copy_of, plan_of, survey_of
from tests.forms import form_tree

ROUTE = """
    from fastapi import APIRouter
    from src.common.database.database_model import Messages

    router = APIRouter()

    @router.get("/speed")
    async def speed():
        return Messages.select().count()
"""
CALLING = """
    from peewee import Model, TextField
    from src.common.message.tenant_context import tenant_context
    from src.plugin_system.apis import database_api, chat_api

    class Sample(Model):
        text = TextField()

    async def test_rows():
        assert await database_api.db_query(Sample, query_type="count") == 1

    def test_in_a_tenant():
        with tenant_context("a", "b"):
            chat_api.get_all_streams()

    def test_nothing():
        assert True
"""

# What makes the sample's map of chats a plain dict.
_AS_PLAIN_DICT = {
    "self.streams: ContextAwareMap = ContextAwareMap()": "self.streams = {}",
    'self.streams.set_with_context(stream.stream_id, stream, stream.tenant_id, stream.agent_id or "")': (
        "self.streams[stream.stream_id] = stream"
    ),
}


@pytest.mark.parametrize(
    "path", ["src/webui/testing.py", "plugins/tests/plugin.py", "src/contest.py", "plugins/test_a/b.py"]
)
def test_what_is_called_otherwise_is_no_test(path: str) -> None:
    assert not is_named_as_test(path)


@pytest.mark.parametrize(
    "path",
    ["tests/helpers.py", "src/webui/tests/x.py", "src/test_a.py", "plugins/a/tests/b.py", "conftest.py", "a/b_test.py"],
)
def test_tests_are_known_by_their_names(path: str) -> None:
    assert is_named_as_test(path)


def test_what_the_app_imports_is_the_app_whatever_it_is_called() -> None:
    files = {"src/webui/speed_test.py": ROUTE, "src/webui/app.py": "from src.webui.speed_test import router\n"}
    assert [item.name for item in survey_of(form_tree(files)).entry_points("webui-handler")] == ["speed"]


def test_a_test_is_no_entry_point_and_decides_nothing() -> None:
    survey = survey_of(form_tree({"src/webui/speed_test.py": ROUTE, "tests/test_api.py": CALLING}))
    assert survey.entry_points("webui-handler") == []
    without = survey_of(form_tree({}))
    assert survey.findings() == without.findings() and survey.api_functions == without.api_functions


def test_tests_that_will_fail_are_named() -> None:
    assert survey_of(form_tree({"tests/test_api.py": CALLING})).failing_tests == ("tests/test_api.py:8",)


def test_uses_in_tests_do_not_keep_a_map_as_it_is() -> None:
    test = """
        from src.chat.message_receive.chat_stream import ChatManager

        def test_starts_empty():
            assert_equal(ChatManager().streams, {})
    """
    path = "src/chat/message_receive/chat_stream.py"
    plain = (SAMPLE / path).read_text(encoding="utf-8")
    for line, instead in _AS_PLAIN_DICT.items():
        assert line in plain
        plain = plain.replace(line, instead)
    plan = plan_of(form_tree({path: plain, "tests/test_manager.py": test}), "tenant-foundation", "chat-manager-guard")
    after = next(change.after.decode() for change in plan.changes if change.path == path)
    assert "self.streams = ContextAwareMap()" in after and "@for_each_tenant" in after


@pytest.mark.parametrize("command", [("apply",), ("diff", "--stat"), ("audit",)], ids=" ".join)
def test_they_are_named_in_one_line(command: tuple[str, ...], tenantize: Tenantize, tmp_path: Path) -> None:  # noqa: F811
    tree = copy_of(SAMPLE, tmp_path / "tree")
    (tree / "tests").mkdir()
    (tree / "tests/test_api.py").write_text(
        "from src.plugin_system.apis import chat_api\n\n\ndef test_all():\n    chat_api.get_all_streams()\n"
    )
    commit_all(tree)
    lines = [line for line in tenantize(*command, tree).err.splitlines() if "tests/" in line]
    assert len(lines) == 1 and lines[0].startswith("tests/test_api.py:4: the tree's own tests call here what raises")
