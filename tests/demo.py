"""`make demo`: the migration of a temporary copy of the sample tree, as a user would run it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conftest import SAMPLE, commit_all, copy_of

CHAT = Path(__file__).with_name("demo_chat.py")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tenantize-demo-") as folder:
        tree = copy_of(SAMPLE, Path(folder) / "mini_maimbot")
        commit_all(tree)
        heading("The sample's WebUI chat today")
        chat(tree)
        heading("What the audit says of it")
        tenantize(tree, "audit", between=("src/webui/chat_routes.py", "src/webui/config_routes.py"))
        tenantize(tree, "audit", only_end=True)
        heading("The migration, as a diff")
        tenantize(tree, "diff", "--stat")
        tenantize(tree, "diff", between=("+++ b/src/webui/chat_routes.py", "diff --git a/src/webui/config_routes.py"))
        heading("Applied")
        tenantize(tree, "apply")
        tenantize(tree, "audit", only_end=True)
        heading("The same chat, migrated")
        chat(tree)
        heading("Taken back")
        tenantize(tree, "undo", only_end=True)
    print("\nYour own checkout:  .venv/bin/tenantize diff ../MaiMBot   and then   .venv/bin/tenantize apply ../MaiMBot")


def heading(text: str) -> None:
    print(f"\n\033[1m── {text} ──\033[0m" if sys.stdout.isatty() else f"\n── {text} ──", flush=True)


def chat(tree: Path) -> None:
    print("$ a browser says 你好 to /api/chat/ws, and the answer is")
    show(run(tree, [sys.executable, "-W", "ignore", str(CHAT)]))


def tenantize(tree: Path, *arguments: str, only_end: bool = False, between: tuple[str, str] | None = None) -> None:
    """Run a command; show its end (of an audit, the counts), the lines from one text to before another, or all."""
    lines = run(tree, [sys.executable, "-m", "codemods.cli", *arguments])
    command = " ".join(["tenantize", *arguments])
    if only_end:
        lines = lines[len(lines) - lines[::-1].index("") :] if "" in lines else lines[-1:]
        command = f"{command} | tail -n {len(lines)}"
    if between:
        start = next(number for number, line in enumerate(lines) if between[0] in line)
        stop = next(number for number, line in enumerate(lines) if between[1] in line)
        command, lines = f"{command}    (an excerpt)", lines[start:stop]
    print(f"$ {command}")
    show(lines)


def show(lines: list[str]) -> None:
    print("\n".join(lines), flush=True)


def run(tree: Path, command: list[str]) -> list[str]:
    """The lines that a command prints when it runs in the tree; the demo ends where it fails."""
    done = subprocess.run(command, cwd=tree, capture_output=True, check=False)
    # A patch holds bytes of whatever encoding the tree's files have.
    output = (done.stdout + done.stderr).decode("utf-8", errors="replace")
    if done.returncode:
        sys.exit(f"{output}\nThe demo stopped: that command ended with status {done.returncode}.")
    return output.splitlines()


if __name__ == "__main__":
    main()
