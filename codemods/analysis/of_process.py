"""What calls of Python and of libraries answer that is not made for who calls: what the process has one of, and what
opens the same data for everybody who asks a server."""

from __future__ import annotations

from codemods.analysis.symbols import Symbol

_ONE = frozenset(
    {Symbol("asyncio", name) for name in ("get_event_loop", "get_running_loop")}
    | {Symbol("multiprocessing", "current_process"), Symbol("threading", "main_thread")}
)
# Packages whose clients read and write what a server keeps.
_SERVERS = frozenset(
    {"aio_pika", "aiomcache", "aiomysql", "aioredis", "asyncpg", "elasticsearch", "etcd3", "kazoo", "memcache", "motor"}
    | {"nats", "pika", "psycopg", "psycopg2", "pymemcache", "pymongo", "pymysql", "redis", "valkey"}
)
# What makes sessions of one database, whoever calls it.
_MAKING_SESSIONS = frozenset({"async_sessionmaker", "scoped_session", "sessionmaker"})


def is_of_process(name: Symbol) -> bool:
    """Whether what is outside of the tree by this name answers, when it is called, with what everybody shares."""
    return name in _ONE or name.module.partition(".")[0] in _SERVERS


def makes_sessions(name: Symbol) -> bool:
    """Whether what this made answers calls with what works on the same data."""
    return name.name in _MAKING_SESSIONS
