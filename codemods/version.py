"""Which version of this tool runs."""


def tool_version() -> str:
    from importlib.metadata import version  # takes longer to load than `--help` may take

    return version("tenantize")
