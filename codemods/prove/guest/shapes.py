"""What the two sides tell each other, a line of JSON at a time: what to drive, and what was seen."""

from __future__ import annotations

from dataclasses import dataclass, field

# What became of a way.
CROSSED, APART, REFUSED, NOT_REACHED = "crossed", "apart", "refused", "not reached"
# How a word crossed: it was shown, or what another has was changed or told of.
SHOWN, CHANGED, TOLD = "shown", "changed", "told"
# The groups of ways, in the order in which they are driven.
GROUPS = ("gateway", "minutes", "apis", "chats", "webui", "sockets", "components", "tasks", "state", "restart")
# What of them is asked of a tree that was stopped and has started again.
AGAIN = ("gateway", "restart")


@dataclass(frozen=True)
class Names:
    """What of the tree is called what: "module:qualname" each."""

    # A `with` on it enters a tenant.
    scope: str
    key_parser: str
    gateways: list[str]
    apis: str
    exempt: list[str]
    models: list[str]
    columns: list[str]
    chat_manager: str
    chat_id: str
    sends: list[str]
    tasks: list[str]
    event_handlers: list[str]
    components: list[str]
    # The methods by which the host runs a component.
    running: list[str]
    startup: str
    webui: list[str]
    # Makes the web application, and tells its token.
    application: str
    token: str
    # Reads the configuration, and writes it where there is none.
    configuration: str
    # Makes a logger.
    logger: str
    # Loads every plugin.
    plugins: str
    # The folder of a tenant's files.
    storage: str
    # What a prompt has in it that asks a model what to do, and the answer to speak.
    planning: list[str]
    plan: str


@dataclass(frozen=True)
class Task:
    """What the guest is to do: in which copy, with which database, for so long and with so much memory."""

    tree: str
    database: str
    groups: list[str]
    names: Names
    # The beginnings of names of ways that are asked, besides the gateway; all are where there are none.
    within: list[str]
    # What outlives a call, as the audit names it: "module:qualname".
    holders: list[str]
    # A call may last so many seconds, and all of it so many of processor time; so many bytes of memory.
    call_seconds: float
    cpu_seconds: int
    memory: int
    # Whether the tree was run before, in this copy, and starts again.
    is_again: bool = False
    # Whether it is migrated, and what the audit then no longer calls insecure of what outlives a call.
    is_migrated: bool = False
    mended: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Crossing:
    """One word, or one thing of a tenant's, that came out for somebody else."""

    how: str
    word: str
    # Whose it is, where it was put in, where it came out and for whom.
    owner: str
    put_in: str
    came_out: str
    seen_by: str
    # Whether it came out of a holder, which `came_out` then names as the audit does.
    is_holder: bool = False


@dataclass(frozen=True)
class Question:
    """One time that a way was asked: by whom, with whose ids, and what kind of error came of it, if one did.

    `shows_own`: whether the asker was shown something of his own that he had not given.
    """

    by: str
    ids: str
    error: str = ""
    shows_own: bool = False


@dataclass(frozen=True)
class Seen:
    """What was seen of one way: `kind` is the audit's, `module` and `qualname` where it is defined."""

    kind: str
    module: str
    qualname: str
    verdict: str
    why: str = ""
    crossings: list[Crossing] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


@dataclass(frozen=True)
class Logged:
    """An error that the tree logged in work of tenants: its text without their words, how often, and in whose work."""

    text: str
    count: int
    viewers: list[str]


@dataclass(frozen=True)
class Line:
    """One line from the guest: what it begins, what it saw, that it cannot go on, or that it is done."""

    begins: str = ""
    seen: Seen | None = None
    fails: str = ""
    logged: list[Logged] = field(default_factory=list)
    done: bool = False
