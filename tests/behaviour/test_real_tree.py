"""A real checkout, proven: what crossed as it is does not cross once it is migrated, and owners are answered.

Runs where real_setup.py says.
"""

from __future__ import annotations

import fcntl
import os
import pickle
from pathlib import Path

import pytest

from codemods.prove.guest.shapes import APART, CROSSED, NOT_REACHED
from codemods.prove.proof import Proof
from codemods.tree import open_checkout
from tests.behaviour.real_setup import MISSING as MISSING
from tests.behaviour.real_setup import only_real
from tests.prove.conftest import proof_of

pytestmark = only_real
APIS, HANDLERS, GATEWAY = "Plugin APIs", "WebUI handlers", "Gateway"
MINUTES, RESTART = "Minutes of a moved clock", "Stop and restart"
NO_TENANT = "Tenant context missing"
# What no recipe mends yet: sockets that send the process's log and what becomes of plugins to everybody.
STILL_CROSS = {
    "src/webui/logs_ws.py:websocket_logs",
    "src/webui/plugin_progress_ws.py:websocket_plugin_progress",
}


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Proof:
    """The proof of the real checkout, made once, also when several workers want it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    kept = folder / "real_proof.pickle"
    with (folder / "real_proof.lock").open("w") as lock, pytest.MonkeyPatch.context() as patch:
        fcntl.flock(lock, fcntl.LOCK_EX)
        patch.setenv("PYTHONPATH", os.environ["MAIM_DB_SRC"])
        if not kept.exists():
            checkout = open_checkout(Path(os.environ["MAIMBOT_TREE"]))
            proof = proof_of(checkout, folder / "real_proof", Path(os.environ["MAIMBOT_PYTHON"]))
            kept.write_bytes(pickle.dumps(proof))
    found: Proof = pickle.loads(kept.read_bytes())
    return found


def test_before_functions_and_handlers_cross_or_miss_their_tenant(real: Proof) -> None:
    assert sum(way.before.verdict == CROSSED for way in real.ways if way.section == APIS) > 5
    assert any(NO_TENANT in way.before.why for way in real.ways if way.section == HANDLERS)


@pytest.mark.parametrize("section", [GATEWAY, HANDLERS, APIS, MINUTES, RESTART])
def test_after_nothing_crosses_there(real: Proof, section: str) -> None:
    assert {way.id for way in real.crossed if way.section == section} <= STILL_CROSS


def test_after_handlers_that_missed_their_tenant_have_one(real: Proof) -> None:
    """Some still refuse ids that the proof has made up."""
    missed = [way for way in real.ways if way.section == HANDLERS and NO_TENANT in way.before.why]
    assert [way.id for way in missed if NO_TENANT in way.after.why] == []
    assert sum(way.after.verdict == APART for way in missed) > len(missed) / 2


def test_after_a_restart_everybody_has_what_is_the_own(real: Proof) -> None:
    """As strangers had it before, too; and nothing is lost that the tree keeps today."""
    again = [way for way in real.ways if way.section == RESTART]
    assert sum(way.before.verdict == CROSSED for way in again) > 3
    assert sum(way.after.verdict == APART for way in again) > 10
    assert [way.id for way in real.lost] == []


def test_in_some_minutes_tasks_and_loops_run_for_both(real: Proof) -> None:
    assert sum(way.after.verdict == APART for way in real.ways if way.section == MINUTES) > 3


def test_what_the_audit_calls_harmless_does_not_cross(real: Proof) -> None:
    assert [way.id for way in real.faults] == []


def test_no_way_is_lost(real: Proof) -> None:
    lost = [
        way.id
        for way in real.ways
        if way.section in (GATEWAY, HANDLERS, APIS) and _is_lost(way.before.verdict, way.after.verdict)
    ]
    assert lost == []


def _is_lost(before: str, after: str) -> bool:
    return (before == APART and after not in (APART, CROSSED)) or after == NOT_REACHED != before
