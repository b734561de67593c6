"""`python -m codemods.cli` is the command."""

from __future__ import annotations

from codemods.cli.main import main

if __name__ == "__main__":
    main()
