"""The sample and a real checkout, proven once for all tests, whichever workers want it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from codemods.prove.guest.shapes import GROUPS
from codemods.prove.proof import Proof
from codemods.prove.run import Run, prove
from codemods.tree import Checkout, open_checkout
from tests.behaviour.running import MISSING, NO_REAL, real_tree
from tests.conftest import SAMPLE, plan_of, survey_of
from tests.forms import after
from tests.once import made_once

PYTHON = Path(sys.executable)
# What of the sample is asked: endpoints and components, which take half of the time, are with pieces planted in them.
OF_SAMPLE = ("gateway", "apis", "chats", "sockets", "tasks", "state")


def proof_of(checkout: Checkout, folder: Path, python: Path = PYTHON, groups: tuple[str, ...] = GROUPS) -> Proof:
    """The proof of a checkout with every recipe, run in a folder."""
    plan = plan_of(checkout)
    folder.mkdir(parents=True)
    run = Run(checkout, survey_of(checkout), plan, survey_of(after(checkout, plan)), python, groups)
    return prove(run, folder)


@pytest.fixture(scope="session")
def sample() -> Proof:
    """What the proof of the sample says."""
    proof: Proof = made_once("sample", lambda folder: proof_of(open_checkout(SAMPLE), folder / "run", groups=OF_SAMPLE))
    return proof


@pytest.fixture(scope="session")
def real() -> Proof:
    """What the proof of the real checkout says."""
    if MISSING:
        pytest.skip(NO_REAL)
    proof: Proof = made_once("real", _of_real)
    return proof


def _of_real(folder: Path) -> Proof:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.environ["MAIM_DB_SRC"])
        return proof_of(open_checkout(real_tree()), folder / "run", Path(os.environ["MAIMBOT_PYTHON"]))
