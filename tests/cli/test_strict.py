"""A real checkout that was migrated passes `audit --strict`, once a person has decided what only a person can."""

from __future__ import annotations

import os
import tomllib
from collections import Counter
from pathlib import Path

import pytest
import tomlkit

from tests.cli.running import Tenantize
from tests.conftest import commit_all, copy_of

REAL = os.environ.get("MAIMBOT_TREE")
# What is left to a person, by what the audit says is wrong: how often, what is decided, and why no recipe can.
LEFT = {
    "joined-ids": (2, "accepted", "rows are stored under a digest of one, the message server is given the other"),
    "lone-agent": (2, "accepted", "the service of configurations takes the agent's id alone, which is its key there"),
    "request-path": (2, "accepted", "the settings of an adapter lie wherever the admin says"),
    "shared-state": (1, "process", "how busy a model is: all tenants' requests go to the same ones"),
}


def kind_of(at: str) -> str:
    return at.rpartition("#")[2].partition(" ")[0]


@pytest.mark.skipif(not REAL, reason="MAIMBOT_TREE names no checkout")
def test_a_migrated_tree_is_as_strict_wants_it_once_these_are_decided(tenantize: Tenantize, tmp_path: Path) -> None:
    tree = copy_of(Path(REAL or "."), tmp_path / "tree")
    commit_all(tree)
    assert tenantize("apply", tree).status == 0
    assert tenantize("audit", "--strict", tree).status == 1
    open_places = [item["at"] for item in tomllib.loads(tenantize("audit", "--decisions", tree).out)["decision"]]
    assert Counter(map(kind_of, open_places)) == {kind: count for kind, (count, _, _) in LEFT.items()}
    decided = tomlkit.aot()
    for at in open_places:
        _, answer, why = LEFT[kind_of(at)]
        decided.append(tomlkit.item({"at": at, "is": answer, "why": why}))
    (tree / "tenantize.toml").write_text(tomlkit.dumps({"decision": decided}), encoding="utf-8")
    strict = tenantize("audit", "--strict", tree)
    assert (strict.status, "insecure" in strict.out.replace("0 insecure", "")) == (0, False)
    # A decision is one of this tree's places, and no pass for all: without one of them it is 1 again.
    (tree / "tenantize.toml").write_text(tomlkit.dumps({"decision": decided[1:]}), encoding="utf-8")
    assert tenantize("audit", "--strict", tree).status == 1
