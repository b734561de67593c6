"""Pull requests on GitHub, or on a server with GitHub's API: opened in order as drafts, and kept up to date."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import github
from github.PullRequest import PullRequest

from codemods.errors import TenantizeError
from codemods.messages import phrase

LABEL = "tenantize"
TOKENS = ("GITHUB_TOKEN", "GH_TOKEN")
_GITHUB, _GITHUB_API = "github.com", "https://api.github.com"
# What is ours in the text of a pull request. The rest of it is a person's.
_BEGIN, _END = "<!-- tenantize: begin -->", "<!-- tenantize: end -->"
_REMAINING = "x-ratelimit-remaining"
_FORBIDDEN, _UNPROCESSABLE, _TOO_MANY = 403, 422, 429
# Seconds between two requests that write, as GitHub asks of programs.
PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class Opened:
    """A pull request on the server, and what this run did to it."""

    number: int
    url: str
    what: str


class Server:
    """The repository on its server. Methods raise TenantizeError where that refuses or cannot be reached."""

    def __init__(self, api: str, name: str, token: str) -> None:
        """`name`: owner/repository. Raises TenantizeError where that is not there, or not for this token."""
        self.api, self.name = api, name
        self._owner = name.partition("/")[0]
        # A run that has to wait ends and says so: whoever started it decides when the next one begins.
        self._github = github.Github(
            base_url=api, auth=github.Auth.Token(token), retry=0, timeout=20, per_page=100, seconds_between_writes=PAUSE
        )
        with self._explained(phrase("find {name}", name=name)):
            self._repository = self._github.get_repo(name)
            if not isinstance(self._repository.id, int):  # PyGithub takes any answer for a repository
                raise TypeError("no repository")

    def number_of(self, head: str) -> int | None:
        """The number of a branch's pull request, None where it has none."""
        with self._explained(phrase("find the pull request of {head}", head=head)):
            found = self._find(head)
            return found.number if found else None

    def publish(self, head: str, base: str, title: str, body: str) -> Opened:
        """Open a branch's pull request, or bring the one that is open up to date; one that a person closed stays so."""
        with self._explained(phrase("keep the pull request of {head} up to date", head=head)):
            return self._publish(head, base, title, body)

    def _publish(self, head: str, base: str, title: str, body: str) -> Opened:
        found = self._find(head)
        if found is None or found.merged_at is not None:
            with self._explained(phrase("open the pull request of {head}", head=head)):
                found = self._open(head, base, title, body)
            what = "opened"
        elif found.state != "open":
            return Opened(found.number, found.html_url, "left alone, it was closed without a merge")
        else:
            what = "updated" if self._update(found, base, body) else "as it was"
        with self._explained(phrase("label pull request #{number}", number=found.number)):
            if LABEL not in [label.name for label in found.labels]:
                found.add_to_labels(LABEL)
        return Opened(found.number, found.html_url, what)

    def _find(self, head: str) -> PullRequest | None:
        """The newest pull request of a branch: the open one where there is one."""
        with self._explained(phrase("list the pull requests of {name}", name=self.name)):
            listed = self._repository.get_pulls(state="all", head=f"{self._owner}:{head}")
            # Not every server heeds the filter, and a fork may have a branch of the same name.
            found = [pull for pull in listed if pull.head.ref == head and self._is_here(pull)]
        return max(found, key=lambda pull: (pull.state == "open", pull.number), default=None)

    def _is_here(self, pull: PullRequest) -> bool:
        return pull.head.repo is not None and pull.head.repo.id == self._repository.id

    def _open(self, head: str, base: str, title: str, body: str) -> PullRequest:
        text = f"{_BEGIN}\n{body}\n{_END}\n"
        try:
            return self._repository.create_pull(base, head, title=title, body=text, draft=True)
        except github.GithubException as error:
            if error.status != _UNPROCESSABLE or "draft" not in _message(error).casefold():
                raise
            return self._repository.create_pull(base, head, title=title, body=text)  # drafts are not for all

    def _update(self, pull: PullRequest, base: str, body: str) -> bool:
        """Whether anything of an open pull request had to be changed. Its title, and words around ours, are its own."""
        there = (pull.body or "").replace("\r\n", "\n")
        ours = re.compile(f"{re.escape(_BEGIN)}\n.*\n{re.escape(_END)}", re.DOTALL)
        text = ours.sub(lambda _: f"{_BEGIN}\n{body}\n{_END}", there)
        with self._explained(phrase("update pull request #{number}", number=pull.number)):
            if pull.base.ref != base:
                pull.edit(base=base)
            elif text == there:
                return False
            if text != there:
                pull.edit(body=text)
        return True

    @contextmanager
    def _explained(self, what: str) -> Iterator[None]:
        try:
            yield
        except github.GithubException as error:
            raise TenantizeError(
                phrase("{api} does not {what}: {reason}", api=self.api, what=what, reason=_why(error))
            ) from error
        except TenantizeError:
            raise
        except OSError as error:  # as all of what requests raises is
            raise TenantizeError(
                phrase(
                    "{api} cannot be reached to {what} ({name}): run this again once it can; it goes on "
                    "where it stopped.",
                    api=self.api,
                    what=what,
                    name=type(error).__name__,
                )
            ) from error
        except Exception as error:  # whatever PyGithub makes of an answer that is not what GitHub would say
            raise TenantizeError(
                phrase(
                    "{api} does not {what}: what it answers is not of GitHub's API ({name}); check --api "
                    "and the remote's address, then run this again.",
                    api=self.api,
                    what=what,
                    name=type(error).__name__,
                )
            ) from error


def token_of_environment() -> str:
    """Raises TenantizeError where the environment has none."""
    for name in TOKENS:
        if token := os.environ.get(name, "").strip():
            return token
    raise TenantizeError(
        phrase(
            "--open needs a token in the environment: set {variable} to one that may write pull requests.",
            variable=TOKENS[0],
        )
    )


def api_of(url: str, api: str | None) -> str:
    """Where the API of a remote's server is. Raises TenantizeError where that is unknown, or would show the token."""
    if api is None:
        if _host(url) != _GITHUB:
            raise TenantizeError(
                phrase(
                    "This remote is not on github.com: say where its server's API is with --api URL, such "
                    "as https://git.example.org/api/v3."
                )
            )
        return _GITHUB_API
    try:
        parts = urlsplit(api)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # of brackets, and of ports
        is_address = False
    if not is_address:
        raise TenantizeError(phrase("--api {api} is no address: write it as https://git.example.org/api/v3.", api=api))
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        raise TenantizeError(phrase("--api with plain http would send the token for all to read: use https."))
    return api.rstrip("/")


def repository_of(url: str) -> str:
    """owner/name of a remote's address. Raises TenantizeError for an address that has neither."""
    found = re.search(r"([^/:]+)/([^/]+?)(\.git)?/*$", url)
    if not found:
        raise TenantizeError(
            phrase("The address of this remote does not end in OWNER/NAME: --open cannot tell its repository.")
        )
    return f"{found[1]}/{found[2]}"


def _host(url: str) -> str:
    if "://" in url:
        with suppress(ValueError):
            return (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("ssh.")
        return ""
    return url.partition(":")[0].rpartition("@")[2]  # as in git@github.com:owner/name


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _message(error: github.GithubException) -> str:
    """What the server says, its reasons included."""
    data = error.data if isinstance(error.data, dict) else {}
    errors = data.get("errors")
    details = [
        str(item.get("message") or item.get("code") or "") if isinstance(item, dict) else str(item)
        for item in (errors if isinstance(errors, list) else [])
    ]
    return "; ".join(text for text in (str(data.get("message") or f"status {error.status}"), *details) if text)


def _why(error: github.GithubException) -> str:
    """What stands in the way, and what to do about it."""
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    message = _message(error).rstrip(".")
    if error.status in (_FORBIDDEN, _TOO_MANY) and _is_limit(message, headers):
        return phrase(
            "its limit of requests is reached ({message}); run this again {when} to go on from here.",
            message=message,
            when=_when(headers),
        )
    advice = {
        401: phrase("it does not accept the token: set {variable} to a valid one.", variable=TOKENS[0]),
        403: phrase(
            "the token may not do this ({message}): use one that may write contents and pull requests.", message=message
        ),
        404: phrase(
            "it has no such repository, or the token may not see it: check the remote's address and the token."
        ),
        422: phrase("it refuses what was sent ({message}): mend that, then run this again.", message=message),
    }
    later = phrase(
        "it answers {status} ({message}): run this again later to go on from here.",
        status=error.status,
        message=message,
    )
    return advice.get(error.status, later)


def _is_limit(message: str, headers: Mapping[str, str]) -> bool:
    return "rate limit" in message.casefold() or "retry-after" in headers or headers.get(_REMAINING) == "0"


def _when(headers: Mapping[str, str]) -> str:
    if seconds := headers.get("retry-after", ""):
        return phrase("in {seconds} s", seconds=seconds)
    reset = headers.get("x-ratelimit-reset", "")
    with suppress(ValueError, OverflowError, OSError):  # of what is no number, and of a time that no clock has
        return phrase("after {time}", time=f"{datetime.fromtimestamp(int(reset), UTC):%H:%M} UTC")
    return phrase("in a while")
