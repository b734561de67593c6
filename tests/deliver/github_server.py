"""A loopback server that keeps GitHub's REST contract for pull requests: statuses, validation, pages, rate limits."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

TOKEN = "ghp_0123456789secret"
OWNER, NAME = "acme", "bot"
_PAGE = 2  # few a page, whatever is asked for: whoever follows no links misses most


@dataclass
class Hub:
    """The server's state: one repository, whose branches are those of a bare git repository on disk."""

    bare: Path
    url: str = ""
    pulls: list[dict[str, Any]] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    drafts: bool = True
    may_write: bool = True
    # How many more requests are answered before the limit is reached, and how that is said.
    remaining: int = 10_000
    limit: Callable[[], tuple[int, dict[str, str], str]] | None = None

    def branch(self, name: str) -> str | None:
        command = ["git", "-C", str(self.bare), "rev-parse", "--verify", "--quiet", f"refs/heads/{name}"]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or None

    def merge(self, number: int) -> None:
        self.pulls[number - 1] |= {"state": "closed", "merged_at": "2026-01-01T00:00:00Z"}

    @property
    def writes(self) -> list[tuple[str, str]]:
        return [request for request in self.requests if request[0] != "GET"]


Answer = tuple[int, Any, dict[str, str]]


def answer(hub: Hub, method: str, path: str, query: dict[str, list[str]], body: Any, token: str) -> Answer:
    if token not in (f"token {TOKEN}", f"Bearer {TOKEN}"):
        return 401, {"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest"}, {}
    hub.remaining -= 1
    if hub.remaining < 0 and hub.limit is not None:
        status, headers, message = hub.limit()
        return status, {"message": message}, headers
    here = f"/api/repos/{OWNER}/{NAME}"
    if path == here and method == "GET":
        return 200, repository(hub), {}
    if path == f"{here}/pulls" and method == "GET":
        return listed(hub, path, query)
    if method != "GET" and not hub.may_write:
        return 403, {"message": "Resource not accessible by personal access token"}, {}
    if path == f"{here}/pulls" and method == "POST":
        return opened(hub, body)
    if (found := re.fullmatch(rf"{here}/pulls/(\d+)", path)) and method == "PATCH":
        return edited(hub, hub.pulls[int(found[1]) - 1], body)
    if (found := re.fullmatch(rf"{here}/issues/(\d+)/labels", path)) and method == "POST":
        labels = hub.pulls[int(found[1]) - 1]["labels"]
        names = body if isinstance(body, list) else body["labels"]
        labels += [{"id": 1, "name": name} for name in names if name not in [item["name"] for item in labels]]
        return 200, labels, {}
    return 404, {"message": "Not Found", "documentation_url": "https://docs.github.com/rest"}, {}


def repository(hub: Hub) -> dict[str, Any]:
    return {
        "id": 7,
        "name": NAME,
        "full_name": f"{OWNER}/{NAME}",
        "owner": {"login": OWNER},
        "url": f"{hub.url}/repos/{OWNER}/{NAME}",
        "default_branch": "main",
    }


def listed(hub: Hub, path: str, query: dict[str, list[str]]) -> Answer:
    state, head = query.get("state", ["open"])[0], query.get("head", [""])[0]
    found = [
        pull for pull in reversed(hub.pulls) if state in ("all", pull["state"]) and head in ("", pull["head"]["label"])
    ]
    page = int(query.get("page", ["1"])[0])
    headers = {}
    if len(found) > page * _PAGE:
        rest = {name: values[0] for name, values in query.items() if name != "page"}
        following = f"{hub.url}{path.removeprefix('/api')}?{urlencode({**rest, 'page': page + 1})}"
        headers["Link"] = f'<{following}>; rel="next"'
    return 200, found[(page - 1) * _PAGE : page * _PAGE], headers


def opened(hub: Hub, body: dict[str, Any]) -> Answer:
    head, base = body["head"].removeprefix(f"{OWNER}:"), body["base"]
    if hub.branch(base) is None:
        return invalid("PullRequest", field="base")
    if hub.branch(head) is None:
        return invalid("PullRequest", field="head")
    if any(
        pull["state"] == "open" and (pull["head"]["ref"], pull["base"]["ref"]) == (head, base) for pull in hub.pulls
    ):
        return invalid("PullRequest", message=f"A pull request already exists for {OWNER}:{head}.")
    if hub.branch(head) == hub.branch(base):
        return invalid("PullRequest", message=f"No commits between {base} and {head}")
    if body.get("draft") and not hub.drafts:
        return 422, {"message": "Draft pull requests are not supported in this repository."}, {}
    if len(body.get("body", "")) > 65536 or not 0 < len(body["title"]) <= 256:
        return invalid("PullRequest", message="body is too long (maximum is 65536 characters)")
    number = len(hub.pulls) + 1
    url = f"{hub.url}/repos/{OWNER}/{NAME}"
    pull = {
        "number": number,
        "state": "open",
        "draft": bool(body.get("draft")),
        "title": body["title"],
        # GitHub gives texts back with the newlines of a form.
        "body": body["body"].replace("\n", "\r\n"),
        "merged_at": None,
        "labels": [],
        "url": f"{url}/pulls/{number}",
        "issue_url": f"{url}/issues/{number}",
        "html_url": f"https://git.example.org/{OWNER}/{NAME}/pull/{number}",
        "head": {"ref": head, "label": f"{OWNER}:{head}", "sha": hub.branch(head), "repo": repository(hub)},
        "base": {"ref": base, "label": f"{OWNER}:{base}", "sha": hub.branch(base), "repo": repository(hub)},
    }
    hub.pulls.append(pull)
    return 201, pull, {}


def edited(hub: Hub, pull: dict[str, Any], body: dict[str, Any]) -> Answer:
    if (base := body.get("base")) is not None:
        if hub.branch(base) is None:
            return invalid("PullRequest", field="base")
        pull["base"] = {**pull["base"], "ref": base, "sha": hub.branch(base)}
    if "body" in body:
        pull["body"] = body["body"].replace("\n", "\r\n")
    return 200, pull, {}


def invalid(resource: str, **error: str) -> Answer:
    code = "custom" if "message" in error else "invalid"
    return 422, {"message": "Validation Failed", "errors": [{"resource": resource, "code": code, **error}]}, {}


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # the body does not wait until the head has arrived

        def respond(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"{}")
            hub.requests.append((self.command, parts.path.removeprefix("/api")))
            token = self.headers.get("Authorization", "")
            status, data, headers = answer(hub, self.command, parts.path, parse_qs(parts.query), body, token)
            content = json.dumps(data).encode()
            self.send_response(status)
            for name, value in {
                "Content-Type": "application/json; charset=utf-8",
                "Content-Length": str(len(content)),
                "X-RateLimit-Limit": "5000",
                "X-RateLimit-Remaining": str(max(hub.remaining, 0)),
                "X-RateLimit-Reset": "1900000000",
                **headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = respond

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.url = f"http://127.0.0.1:{server.server_port}/api"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
