"""What can be refused is refused before anything is worked out; whatever a server answers is one sentence."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from codemods.cli import work
from tests.cli import running
from tests.cli.running import Tenantize, assert_one_sentence
from tests.deliver import test_pulls_branches, test_pulls_remote
from tests.deliver.github_server import TOKEN, Hub
from tests.deliver.test_pulls_branches import Pulls, branches, git

# Their fixtures.
tenantize, prototype = running.tenantize, running.prototype
tree, pulls = test_pulls_branches.tree, test_pulls_branches.pulls
bare, hub = test_pulls_remote.bare, test_pulls_remote.hub


@pytest.fixture
def nothing_is_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def survey(*_: object, **__: object) -> Any:
        raise AssertionError("a survey was begun")

    monkeypatch.setattr(work, "survey", survey)


@pytest.mark.usefixtures("nothing_is_worked_out")
@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--open"], "token"),
        (["--open", "--api", "https://[bad/"], "token"),
        (["--push", "nosuch"], "no remote 'nosuch'"),
        (["--group", "bad"], "NAME=GLOB"),
        (["--patches", "/proc/x"], "cannot be written"),
        (["--patches", "."], "holds other files"),
        (["--path", "nope.py"], "matches no Python file"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_refused_first(
    options: list[str], says: str, pulls: Pulls, tree: Path, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_TOKEN", "GH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    assert_one_sentence(pulls(*options), says)
    assert branches(tree) == {}


@pytest.mark.usefixtures("nothing_is_worked_out")
@pytest.mark.parametrize("api", ["https://[bad/", "https://git.example.org:99999/api", "nonsense", "http://"])
def test_an_address_that_is_none(api: str, pulls: Pulls, hub: Hub) -> None:
    assert_one_sentence(pulls("--open", "--api", api), f"--api {api} is no address")


@pytest.mark.usefixtures("nothing_is_worked_out")
@pytest.mark.parametrize("command", ["audit", "diff", "apply"])
def test_a_path_or_state_file_that_is_none_is_refused_first(command: str, tenantize: Tenantize, tree: Path) -> None:
    if command != "audit":
        assert_one_sentence(tenantize(command, "--path", "nope.py", tree), "--path nope.py")


def test_a_dirty_file_is_refused_before_the_others_are_planned(
    tenantize: Tenantize, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tree / running.CHAT
    path.write_bytes(path.read_bytes() + b"# mine\n")
    planned = []
    plan = work.plan

    def noted(checkout: Any, surveyed: Any, selection: Any, **more: Any) -> Any:
        planned.append(selection.paths)
        return plan(checkout, surveyed, selection, **more)

    monkeypatch.setattr(work, "plan", noted)
    assert_one_sentence(tenantize("apply", tree), running.CHAT, "uncommitted")
    assert planned == [(running.CHAT,)]


# Servers


@dataclass
class Odd:
    """A server that answers everything alike, and keeps what it was sent."""

    status: int
    headers: dict[str, str]
    body: bytes
    seen: list[str] = field(default_factory=list)


@contextmanager
def answering(odd: Odd) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def respond(self) -> None:
            odd.seen.append(self.headers.get("Authorization", ""))
            self.send_response(odd.status)
            for name, value in {"Content-Length": str(len(odd.body)), **odd.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(odd.body)

        do_GET = do_POST = do_PATCH = respond

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


ANSWERS = {
    "nothing": (200, {}, b""),
    "cut off": (200, {}, b'{"id": 7, "na'),
    "a list": (200, {}, b"[1, 2]"),
    "a number": (200, {}, b"7"),
    "null": (200, {}, b"null"),
    "other types": (200, {}, b'{"id": "x", "name": [], "url": 3, "owner": 4}'),
    "a page": (200, {"Content-Type": "text/html"}, b"<html>\x1b]0;owned\x07</html>"),
    "not utf-8": (200, {}, b"\xff\xfe\x80"),
    "errors of numbers": (422, {}, b'{"message": "no", "errors": [1, null, {"message": 2}]}'),
    "errors of no list": (422, {}, b'{"message": ["no"], "errors": 5}'),
    "a message to a terminal": (403, {}, b'{"message": "\\u001b]0;owned\\u0007"}'),
    "a far reset": (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "99999999999999999"}, b"{}"),
    "an odd reset": (429, {"Retry-After": "soon", "X-RateLimit-Reset": "\xb2"}, b"{}"),
    "teapot": (418, {}, b""),
    "a wrong length": (200, {"Content-Length": "999999"}, b"{}"),
}


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.usefixtures("hub", "nothing_is_worked_out")
def test_whatever_a_server_answers_is_one_sentence(name: str, tenantize: Tenantize, tree: Path) -> None:
    with answering(Odd(*ANSWERS[name])) as url:
        answer = tenantize("pulls", "--open", "--api", url, tree)
    assert_one_sentence(answer, url)
    assert TOKEN not in answer.err and "\x1b" not in answer.err


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.usefixtures("hub", "nothing_is_worked_out")
def test_a_redirect_never_takes_the_token_along(status: int, tenantize: Tenantize, tree: Path) -> None:
    elsewhere = Odd(200, {}, b"{}")
    with answering(elsewhere) as target, answering(Odd(status, {"Location": f"{target}/x"}, b"")) as url:
        answer = tenantize("pulls", "--open", "--api", url.replace("127.0.0.1", "localhost"), tree)
    assert_one_sentence(answer)
    assert TOKEN not in answer.err
    assert not [header for header in elsewhere.seen if TOKEN in header]


def test_what_a_pull_changes_is_the_diff_of_its_branch_alone(pulls: Pulls, tree: Path) -> None:
    pulls()
    for name in branches(tree):
        text = git(tree, "config", f"branch.{name}.description")
        (command,) = [line.partition("  #")[0].split() for line in text.splitlines() if line.startswith("git diff")]
        shown = git(tree, *command[1:], "--name-only").split()
        for path in shown:
            assert f"`{path}`" in text.partition("## Audit")[0]
        assert f"python -m py_compile {' '.join(shown)}  #" in text
