"""The wheel brings the command and the recipes along; an editable install is not what users have."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import SAMPLE

PROJECT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout with what is installed: the build backend is a development dependency."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(PROJECT)]
    subprocess.run(build, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_it_holds_every_recipe_and_support_file(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    for path in (PROJECT / "recipes").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert f"codemods/recipes/{path.relative_to(PROJECT / 'recipes').as_posix()}" in inside


def test_it_holds_no_tests_and_no_sample(wheel: Path) -> None:
    inside = zipfile.ZipFile(wheel).namelist()
    assert all(name.startswith(("codemods/", "tenantize-")) for name in inside)


def test_the_command_runs_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    # Only the wheel's own code and the environment's libraries are on the path, not this checkout.
    script = (
        f"import sys; sys.path[:] = [p for p in sys.path if p != {str(PROJECT)!r}]; sys.path.insert(0, {str(site)!r})"
    )
    script += (
        "; from codemods.cli import main as cli; assert cli.__file__.startswith(sys.path[0]), cli.__file__; cli.main()"
    )
    command = [sys.executable, "-I", "-c", script, "diff", "--check", "--stat", str(SAMPLE)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=tmp_path, check=False)
    assert done.returncode == 1, done.stderr
    assert "src/webui/tenant.py" in done.stdout
