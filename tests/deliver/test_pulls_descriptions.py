"""What a maintainer reads of a pull request: why, what differs, the risk, a sample, how to check and take it back."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import CHAT, SUPPORT
from tests.deliver import test_pulls_branches as made
from tests.deliver.test_pulls_branches import FOUNDATION, PEOPLE, WEBUI, Pulls, git

# Its fixtures.
tenantize, prototype, tree, pulls = made.tenantize, made.prototype, made.tree, made.pulls


def test_descriptions_are_the_branches_own(pulls: Pulls, tree: Path) -> None:
    pulls()
    text = git(tree, "config", f"branch.{WEBUI}.description")
    assert text.startswith(f"Waits for `{FOUNDATION}`")
    line = git(tree, "show", f"{WEBUI}:{CHAT}").splitlines().index("async def get_chat():") + 1
    for part in (
        "## Why\n\n> Calls `await chat_bot.message_process(message_data)` **DIRECTLY**.",
        "**webui-admin-context**: Every WebUI handler",
        f"| `{CHAT}` | +2 −",
        "| `get_chat` |",
        f"| `{SUPPORT}` (new) | +",
        "today and with all branches of tenantize merged",
        "| insecure | 1 | 0 |",
        f"| `{CHAT}:{line}` `get_chat` | **insecure**: no tenant:",
        "tenantize audit",
        "## What behaves differently\n\n- Requests without the WebUI's token get 401",
        "**Risk**: Medium: ",
        f"## A sample\n\n`{CHAT}`\n\n````diff\n@@",
        "+@webui_tenant",
        "`git revert -m 1 <merge>`",
        f"What stands on it goes first: `{PEOPLE}`.",
    ):
        assert part in text, part
    assert "No verdict of the audit changes" in git(tree, "config", f"branch.{FOUNDATION}.description")
    pulls("--lang", "zh")
    chinese = git(tree, "config", f"branch.{WEBUI}.description")
    assert "## 为什么" in chinese and "## 行为变化" in chinese and "| 不安全 | 1 | 0 |" in chinese
    assert "no tenant" not in chinese
