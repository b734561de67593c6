"""The sample, proven once for all tests, whichever workers want it."""

from __future__ import annotations

import fcntl
import os
import pickle
import sys
from pathlib import Path

import pytest

from codemods.prove.guest.shapes import GROUPS
from codemods.prove.proof import Proof
from codemods.prove.run import Run, prove
from codemods.tree import Checkout, open_checkout
from tests.conftest import SAMPLE, plan_of, survey_of
from tests.forms import after

PYTHON = Path(sys.executable)
# What of the sample is asked: endpoints and components, which take half of the time, are with pieces planted in them.
OF_SAMPLE = ("gateway", "apis", "sockets", "tasks", "state")


def proof_of(checkout: Checkout, folder: Path, python: Path = PYTHON, groups: tuple[str, ...] = GROUPS) -> Proof:
    """The proof of a checkout with every recipe, run in a folder."""
    plan = plan_of(checkout)
    folder.mkdir(parents=True)
    run = Run(checkout, survey_of(checkout), plan, survey_of(after(checkout, plan)), python, groups)
    return prove(run, folder)


@pytest.fixture(scope="session")
def proven(tmp_path_factory: pytest.TempPathFactory) -> Proof:
    """What the proof of the sample says."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    kept = folder / "proof.pickle"
    with (folder / "proof.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_bytes(pickle.dumps(proof_of(open_checkout(SAMPLE), folder / "proof", groups=OF_SAMPLE)))
    proof: Proof = pickle.loads(kept.read_bytes())
    return proof
