"""`tenantize explain`: kinds and recipes by name, and what the audit names in a tree."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import CHAT, Tenantize, assert_one_sentence


def test_explain_tells_of_an_item_where_it_stands(tenantize: Tenantize, tree: Path) -> None:
    at = f"{CHAT}:get_chat#webui-handler"
    answer = tenantize("explain", at, tree)
    assert answer.status == 0
    first, way, line, *rest = answer.out.splitlines()
    assert first.startswith(f"{CHAT}:10: insecure get_chat: ")
    assert way == f"  {CHAT}:11: get_chat" and line.strip() == "return get_current_tenant_id()"
    assert any(text.startswith("webui-handler: ") for text in rest)
    assert_one_sentence(tenantize("explain", f"{CHAT}:get_chats#webui-handler", tree), f"did you mean `{at}`?")
    assert_one_sentence(tenantize("explain", "webui-handlers"), "did you mean `webui-handler`?")


def test_explain_lists_what_it_explains(tenantize: Tenantize) -> None:
    listed = tenantize("explain").out
    assert "tenant-foundation\n" in listed and "shared-state, cached-answer, tenant-runs, kept-answer\n" in listed
