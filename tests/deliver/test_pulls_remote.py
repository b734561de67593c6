"""Branches on a bare remote on disk, and pull requests on a loopback server that keeps GitHub's contract."""

from __future__ import annotations

import functools
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import github
import pytest

from tests.cli import running
from tests.cli.running import CHAT, PERSON, Answer, Tenantize
from tests.conftest import commit_all
from tests.deliver import test_pulls_branches
from tests.deliver.github_server import NAME, OWNER, TOKEN, Hub, serving
from tests.deliver.test_pulls_branches import ALL, FOUNDATION, PEOPLE, WEBUI, Pulls, branches, git, statuses

# Their fixtures.
tenantize, prototype = running.tenantize, running.prototype
tree, pulls = test_pulls_branches.tree, test_pulls_branches.pulls

ORDER = (FOUNDATION, WEBUI, PEOPLE)
PROTECTED = '#!/bin/sh\ncase "$1" in refs/heads/tenantize/webui) echo protected >&2; exit 1;; esac\n'


@pytest.fixture
def bare(tree: Path, tmp_path: Path) -> Path:
    """The tree's remote `origin`, which has its main branch."""
    bare = tmp_path / OWNER / f"{NAME}.git"
    bare.mkdir(parents=True)
    git(bare, "init", "--quiet", "--bare", "--initial-branch=main")
    git(tree, "remote", "add", "origin", str(bare))
    git(tree, "push", "--quiet", "--set-upstream", "origin", "main")
    return bare


@pytest.fixture
def hub(bare: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    from codemods.deliver.pulls import server

    # Nobody is spared by a pause here: neither by ours between writes nor by the library's before each request.
    monkeypatch.setattr(server, "PAUSE", 0)
    monkeypatch.setattr(github, "Github", functools.partial(github.Github, seconds_between_requests=0))
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with serving(Hub(bare)) as hub:
        yield hub


def pushed(answer: Answer) -> dict[str, str]:
    return {name.removeprefix("origin/"): rest for name, rest in statuses(answer).items() if name.startswith("origin/")}


def commit(tree: Path, path: str = "bot.py") -> None:
    with (tree / path).open("a") as file:
        file.write("# more\n")
    commit_all(tree)


# A remote


def test_branches_are_pushed_and_again_are_not(pulls: Pulls, tree: Path, bare: Path) -> None:
    assert pushed(pulls("--push", "origin")) == dict.fromkeys(ALL, "new")
    assert branches(bare) == branches(tree)
    assert pushed(pulls("--push", "origin")) == dict.fromkeys(ALL, "as it was")


def test_rebuilt_branches_replace_ours_and_no_other_refs_are_pushed(pulls: Pulls, tree: Path, bare: Path) -> None:
    git(tree, "tag", "--annotate", "v1", "--message", "v1")
    git(tree, "config", "push.followTags", "true")
    pulls("--push", "origin")
    commit(tree)
    assert pushed(pulls("--push", "origin")) == dict.fromkeys(ALL, "rebuilt")
    assert branches(bare) == branches(tree)
    assert git(bare, "tag") == ""
    assert git(bare, "rev-parse", "main") != git(tree, "rev-parse", "main")


def test_from_another_clone_ours_are_known(pulls: Pulls, tree: Path, bare: Path) -> None:
    pulls("--push", "origin")
    git(tree, "branch", "-D", *ALL)
    git(tree, "reflog", "expire", "--expire=now", "--all")
    git(tree, "gc", "--quiet", "--prune=now")
    commit(tree)
    assert pushed(pulls("--push", "origin")) == dict.fromkeys(ALL, "rebuilt")


@pytest.mark.parametrize("is_known", [False, True])
def test_what_a_person_pushed_stays(pulls: Pulls, tree: Path, bare: Path, tmp_path: Path, is_known: bool) -> None:
    pulls("--push", "origin")
    other = tmp_path / "other"
    git(tmp_path, "clone", "--quiet", "--branch", WEBUI, str(bare), str(other))
    (other / "mine.txt").write_text("mine")
    commit_all(other)
    git(other, "push", "--quiet", "origin", WEBUI)
    if is_known:
        git(tree, "fetch", "--quiet")
    commit(tree)
    mine = branches(bare)[WEBUI]
    answer = pushed(pulls("--push", "origin"))
    assert answer[WEBUI] == f"left alone: a person has committed to it ({mine[:8]} tree)"
    assert answer[FOUNDATION] == answer[PEOPLE] == "rebuilt"
    assert branches(bare)[WEBUI] == mine


def test_a_branch_that_a_person_committed_to_here_is_not_pushed(pulls: Pulls, tree: Path, bare: Path) -> None:
    pulls()
    git(tree, "switch", "--quiet", WEBUI)
    commit(tree)
    git(tree, "switch", "--quiet", "main")
    answer = pulls("--push", "origin")
    assert statuses(answer)[WEBUI].startswith("left alone: a person") and set(pushed(answer)) == {FOUNDATION, PEOPLE}


def test_a_protected_branch_stops_and_the_next_run_goes_on(pulls: Pulls, tree: Path, bare: Path) -> None:
    hook = bare / "hooks/update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(PROTECTED)
    hook.chmod(0o755)
    answer = pulls("--push", "origin")
    assert answer.status == 2
    assert answer.err.startswith(f"tenantize: git cannot push {WEBUI} to origin (") and answer.err.count("\n") == 1
    assert "declined" in answer.err and "goes on where it stopped" in answer.err
    assert set(branches(bare)) == {FOUNDATION}
    hook.unlink()
    assert pushed(pulls("--push", "origin")) == {FOUNDATION: "as it was", WEBUI: "new", PEOPLE: "new"}


def test_the_pre_push_hook_is_not_run(pulls: Pulls, tree: Path, bare: Path) -> None:
    hook = tree / ".git/hooks/pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    assert pushed(pulls("--push", "origin")) == dict.fromkeys(ALL, "new")


def test_remotes_that_are_none(pulls: Pulls, tree: Path, tmp_path: Path) -> None:
    assert_stops(pulls("--push", "origin"), "no remote")
    git(tree, "remote", "add", "origin", f"{tmp_path}/nowhere.git")
    assert_stops(pulls("--push", "upstream"), "'upstream'", "origin")
    assert_stops(pulls("--push", "origin"), "git cannot read the remote origin", "nowhere.git")


def test_no_password_is_printed(pulls: Pulls, tree: Path) -> None:
    git(tree, "remote", "add", "origin", "http://me:hunter2@127.0.0.1:1/acme/bot.git")
    answer = pulls("--push", "origin")
    assert_stops(answer, "git cannot read the remote origin", "127.0.0.1")
    assert "hunter2" not in answer.err + answer.out


def assert_stops(answer: Answer, *words: str) -> None:
    """An error behind what has been done: one line that says what."""
    assert answer.status == 2
    last = answer.err.splitlines()[-1]
    assert answer.err.count("\n") == 1 and last.startswith("tenantize: ") and last.endswith(".")
    for word in words:
        assert word in last


# Pull requests


def test_drafts_are_opened_in_order_each_naming_what_it_waits_for(pulls: Pulls, hub: Hub) -> None:
    answer = pulls("--open", "--api", hub.url)
    assert answer.status == 0, answer.err
    assert [(pull["head"]["ref"], pull["base"]["ref"]) for pull in hub.pulls] == [
        (FOUNDATION, "main"),
        (WEBUI, FOUNDATION),
        (PEOPLE, WEBUI),
    ]
    assert all(pull["draft"] and [label["name"] for label in pull["labels"]] == ["tenantize"] for pull in hub.pulls)
    foundation, webui, people = (pull["body"].replace("\r\n", "\n") for pull in hub.pulls)
    assert foundation.startswith("<!-- tenantize: begin -->\n## Why")
    assert f"Waits for #1 (`{FOUNDATION}`): " in webui and f"Waits for #2 (`{WEBUI}`): " in people
    assert hub.pulls[1]["title"].startswith("webui: keep tenants apart")
    assert f"#2 opened: {WEBUI} {hub.pulls[1]['html_url']}" in answer.out
    assert TOKEN not in answer.out + answer.err


def test_what_waits_for_several_goes_into_the_branch_below_all(
    tenantize: Tenantize, sample: Path, tmp_path: Path, hub: Hub
) -> None:
    for name, value in {"user.name": "M", "user.email": "m@example.org"}.items():
        git(sample, "config", name, value)
    git(sample, "branch", "-M", "main")
    git(sample, "remote", "add", "origin", str(hub.bare))
    git(sample, "push", "--quiet", "--force", "--set-upstream", "origin", "main")
    paths = ("plugins/diary_plugin/*", "src/webui/chat_routes.py", "src/plugin_system/apis/emoji_api.py", "src/chat/*")
    options = [option for path in paths for option in ("--path", path)]
    answer = tenantize("pulls", "--open", "--api", hub.url, *options, sample)
    assert answer.status == 0, answer.err
    refs = {f"#{pull['number']}": pull["head"]["ref"] for pull in hub.pulls}
    counts = []
    for pull in hub.pulls:
        waits = re.match(r"<!-- tenantize: begin -->\s*Waits for (.*?): ", pull["body"])
        named = re.findall(r"(#\d+) \(`([\w/-]+)`\)", waits[1]) if waits else []
        assert all(refs[number] == branch for number, branch in named)
        assert pull["base"]["ref"] == (named[0][1] if len(named) == 1 else "main")
        counts.append(len(named))
    assert counts[0] == 0 and 1 in counts and max(counts) > 1


def test_again_changes_nothing_there(pulls: Pulls, hub: Hub) -> None:
    pulls("--open", "--api", hub.url)
    hub.requests.clear()
    answer = pulls("--open", "--api", hub.url)
    assert hub.writes == [] and answer.out.count(" as it was: ") == 3


def test_after_a_merge_the_others_are_brought_up_to_date(pulls: Pulls, hub: Hub, tree: Path) -> None:
    pulls("--open", "--api", hub.url)
    git(tree, "merge", "--squash", FOUNDATION)
    git(tree, "commit", "--quiet", "--message", "foundation (#1)")
    git(tree, "push", "--quiet", "origin", "main")
    hub.merge(1)
    hub.pulls[1]["body"] = f"Please wait.\r\n\r\n{hub.pulls[1]['body']}\r\nThanks."
    hub.pulls[1]["title"] = "WebUI, at last"
    answer = pulls("--open", "--api", hub.url)
    assert answer.status == 0, answer.err
    assert len(hub.pulls) == 3
    assert [(pull["head"]["ref"], pull["base"]["ref"]) for pull in hub.pulls[1:]] == [(WEBUI, "main"), (PEOPLE, WEBUI)]
    body = hub.pulls[1]["body"].replace("\r\n", "\n")
    assert body.startswith("Please wait.\n\n<!-- tenantize: begin -->\n## Why") and body.rstrip().endswith("Thanks.")
    assert hub.pulls[1]["title"] == "WebUI, at last"
    assert f"#2 updated: {WEBUI}" in answer.out


def test_a_merged_pull_whose_module_has_something_again_gets_a_new_one(pulls: Pulls, hub: Hub, tree: Path) -> None:
    pulls("--open", "--api", hub.url)
    git(tree, "merge", "--quiet", "--no-edit", PEOPLE)
    with (tree / PERSON).open("a") as file:
        file.write('\n\n@router.get("/more")\nasync def more():\n    return get_current_tenant_id()\n')
    commit_all(tree)
    git(tree, "push", "--quiet", "origin", "main")
    for number in (1, 2, 3):
        hub.merge(number)
    assert pulls("--open", "--api", hub.url).status == 0
    assert [(pull["number"], pull["head"]["ref"], pull["base"]["ref"]) for pull in hub.pulls[3:]] == [
        (4, PEOPLE, "main")
    ]


def test_what_a_person_closed_stays_closed(pulls: Pulls, hub: Hub) -> None:
    pulls("--open", "--api", hub.url)
    hub.pulls[1]["state"] = "closed"
    hub.requests.clear()
    answer = pulls("--open", "--api", hub.url)
    assert f"#2 left alone, it was closed without a merge: {WEBUI}" in answer.out
    assert hub.writes == []


def test_a_branch_of_a_person_keeps_its_pull_request(pulls: Pulls, hub: Hub, tree: Path) -> None:
    pulls("--open", "--api", hub.url)
    git(tree, "switch", "--quiet", WEBUI)
    (tree / CHAT).write_text((tree / CHAT).read_text() + "# mine\n")
    git(tree, "commit", "--quiet", "--all", "--message", "Mine")
    git(tree, "switch", "--quiet", "main")
    commit(tree)
    git(tree, "push", "--quiet", "origin", "main")
    body = hub.pulls[1]["body"]
    assert pulls("--open", "--api", hub.url).status == 0
    assert hub.pulls[1]["body"] == body
    assert f"Waits for #2 (`{WEBUI}`)" in hub.pulls[2]["body"]


def test_many_pages_and_a_fork_with_our_branch(pulls: Pulls, hub: Hub, tree: Path) -> None:
    pulls("--open", "--api", hub.url)
    for number in range(4, 10):
        fork = {"id": 100 + number, "full_name": f"fork{number}/bot", "name": "bot"}
        head = {**hub.pulls[0]["head"], "repo": fork if number % 2 else None}
        hub.pulls.append({**hub.pulls[0], "number": number, "head": head, "body": "another's"})
    hub.requests.clear()
    assert pulls("--open", "--api", hub.url).status == 0
    assert hub.writes == []
    assert hub.requests.count(("GET", f"/repos/{OWNER}/{NAME}/pulls")) == 6  # four pages, one, one


def test_where_drafts_are_not_for_all(pulls: Pulls, hub: Hub) -> None:
    hub.drafts = False
    assert pulls("--open", "--api", hub.url).status == 0
    assert [pull["draft"] for pull in hub.pulls] == [False] * 3


def test_in_chinese_there_as_well(pulls: Pulls, hub: Hub) -> None:
    pulls("--open", "--api", hub.url, "--lang", "zh")
    assert f"等待 #1 (`{FOUNDATION}`)" in hub.pulls[1]["body"] and "## 为什么" in hub.pulls[1]["body"]


LIMITS = {
    "primary": (403, {"X-RateLimit-Remaining": "0"}, "API rate limit exceeded for user ID 1.", "after 17:46 UTC"),
    "secondary": (403, {"Retry-After": "60"}, "You have exceeded a secondary rate limit.", "in 60 s"),
    "too many": (429, {"Retry-After": "7"}, "Too many requests", "in 7 s"),
}


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("remaining", range(5))
def test_a_rate_limit_stops_at_once_and_the_next_run_goes_on(pulls: Pulls, hub: Hub, name: str, remaining: int) -> None:
    status, headers, message, when = LIMITS[name]
    hub.limit, hub.remaining = (lambda: (status, headers, message)), remaining
    answer = pulls("--open", "--api", hub.url)
    assert_stops(answer, "limit of requests is reached", message.rstrip("."), when)
    assert len(hub.requests) == remaining + 1
    hub.remaining = 10_000
    assert pulls("--open", "--api", hub.url).status == 0
    assert [pull["head"]["ref"] for pull in hub.pulls] == list(ORDER)
    assert all(pull["labels"] for pull in hub.pulls)


def test_offline_half_way(pulls: Pulls, hub: Hub, tree: Path) -> None:
    assert_stops(pulls("--open", "--api", "http://127.0.0.1:1/api"), "http://127.0.0.1:1/api cannot be reached")
    assert pulls("--open", "--api", hub.url).status == 0


def test_a_server_that_fails(pulls: Pulls, hub: Hub) -> None:
    hub.limit, hub.remaining = (lambda: (502, {}, "Server Error")), 2
    assert_stops(pulls("--open", "--api", hub.url), "answers 502 (Server Error)")


def test_no_permission(pulls: Pulls, hub: Hub) -> None:
    hub.may_write = False
    assert_stops(pulls("--open", "--api", hub.url), "may not do this", "Resource not accessible")


@pytest.mark.parametrize("token", ["", "ghp_wrong"])
def test_a_token_that_is_none(pulls: Pulls, hub: Hub, monkeypatch: pytest.MonkeyPatch, bare: Path, token: str) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", token)
    monkeypatch.delenv("GH_TOKEN", raising=False)
    answer = pulls("--open", "--api", hub.url)
    assert_stops(answer, "GITHUB_TOKEN")
    assert not token or token not in answer.err
    assert branches(bare) == {}


def test_the_other_name_of_the_token(pulls: Pulls, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    monkeypatch.setenv("GH_TOKEN", TOKEN)
    assert pulls("--open", "--api", hub.url).status == 0


def test_a_repository_that_is_not_there(pulls: Pulls, hub: Hub, tree: Path, bare: Path) -> None:
    shutil.copytree(bare, bare.parent / "other.git")
    git(tree, "remote", "set-url", "origin", str(bare.parent / "other.git"))
    assert_stops(pulls("--open", "--api", hub.url), "find acme/other", "no such repository")


def test_what_the_server_does_not_take(pulls: Pulls, hub: Hub) -> None:
    pulls("--open", "--api", hub.url)
    hub.pulls[0]["head"] = {**hub.pulls[0]["head"], "repo": None}  # so that it cannot be told to be ours
    assert_stops(pulls("--open", "--api", hub.url), "refuses what was sent", "A pull request already exists for acme:")


def test_the_branch_below_must_be_where_it_is_here(pulls: Pulls, hub: Hub, tree: Path, bare: Path) -> None:
    commit(tree)
    assert_stops(pulls("--open", "--api", hub.url), "main is at", "push or pull it first")
    git(tree, "switch", "--quiet", "--create", "next")
    assert_stops(pulls("--open", "--api", hub.url), "next is missing on origin")
    git(tree, "switch", "--quiet", "--detach")
    assert_stops(pulls("--open", "--api", hub.url), "HEAD is on no branch")
    assert branches(bare) == {} and hub.requests == []


def test_it_goes_into_the_branch_that_is_followed(pulls: Pulls, hub: Hub, tree: Path) -> None:
    git(tree, "switch", "--quiet", "--create", "local", "--track", "origin/main")
    assert pulls("--open", "--api", hub.url).status == 0
    assert hub.pulls[0]["base"]["ref"] == "main"


# Addresses


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("git@github.com:acme/bot.git", "acme/bot"),
        ("https://github.com/acme/bot", "acme/bot"),
        ("https://me:secret@github.com/acme/bot.git/", "acme/bot"),
        ("ssh://git@ssh.github.com:443/acme/bot.git", "acme/bot"),
        ("https://git.example.org/sub/acme/bot.x", "acme/bot.x"),
    ],
)
def test_the_repository_of_an_address(url: str, name: str) -> None:
    from codemods.deliver.pulls.server import api_of, repository_of

    assert repository_of(url) == name
    if "github.com" in url:
        assert api_of(url, None) == "https://api.github.com"


@pytest.mark.parametrize(
    ("url", "api", "says"),
    [
        ("https://git.example.org/acme/bot", None, "--api URL"),
        ("/srv/git/acme/bot.git", None, "--api URL"),
        ("https://github.com.evil.example/acme/bot", None, "--api URL"),
        ("git@github.com:acme/bot", "http://git.example.org/api", "plain http"),
        ("git@github.com:acme/bot", "git.example.org/api", "no address"),
    ],
)
def test_a_token_goes_nowhere_else(url: str, api: str | None, says: str) -> None:
    from codemods.deliver.pulls.server import api_of
    from codemods.errors import TenantizeError

    with pytest.raises(TenantizeError, match=says):
        api_of(url, api)


def test_nothing_of_the_servers_library_is_loaded_without_need(tree: Path) -> None:
    import subprocess
    import sys

    code = "import sys; import codemods.cli.main, codemods.deliver.pulls.run; sys.exit('github' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=dict(os.environ), check=False).returncode == 0
