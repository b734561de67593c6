"""What is asked for by name: an audit of a part, and names that are nearly right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import CHAT, PERSON, Tenantize, assert_one_sentence


def listed(tenantize: Tenantize, *arguments: object) -> list[dict[str, str]]:
    document = json.loads(tenantize("audit", "--format", "json", *arguments).out)
    found: list[dict[str, str]] = [*document["entry_points"], *document["api_functions"]]
    assert sum(document["summary"]["entry_points"].values()) == len(document["entry_points"])
    return found


def test_only_a_verdict(tenantize: Tenantize, tree: Path) -> None:
    every, some = listed(tenantize, tree), listed(tenantize, "--only", "insecure", tree)
    assert some == [item for item in every if item["verdict"] == "insecure"] and 0 < len(some) < len(every)


def test_only_some_files(tenantize: Tenantize, tree: Path) -> None:
    assert {item["id"].partition(":")[0] for item in listed(tenantize, "--path", CHAT, tree)} == {CHAT}
    assert {item["id"].partition(":")[0] for item in listed(tenantize, "--path", f"./{CHAT}", tree)} == {CHAT}
    assert_one_sentence(tenantize("audit", "--path", "nope.py", tree), "--path nope.py matches no Python file")


def test_only_what_a_recipe_mends(tenantize: Tenantize, tree: Path) -> None:
    assert {item["kind"] for item in listed(tenantize, "--recipe", "webui-admin-context", tree)} == {"webui-handler"}
    assert listed(tenantize, "--recipe", "chat-manager-guard", tree) == []


def test_strict_counts_what_is_listed(tenantize: Tenantize, tree: Path) -> None:
    assert tenantize("audit", "--strict", "--path", PERSON, tree).status == 1
    assert tenantize("audit", "--strict", "--only", "secure", tree).status == 0


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["diff", "--recipe", "webui-admin-contxt"], "did you mean `webui-admin-context`?"),
        (["audit", "--only", "insecur"], "did you mean `insecure`?"),
        (["diff", "--path", "src/webui/chat_route.py"], f"did you mean {CHAT}?"),
    ],
)
def test_a_name_that_is_nearly_right_gets_the_right_one(
    tenantize: Tenantize, tree: Path, arguments: list[str], meant: str
) -> None:
    assert_one_sentence(tenantize(*arguments, tree), meant)
