"""The command and the small tree, as all tests of the command line want them."""

from tests.cli.running import prototype, tenantize, tree

__all__ = ["prototype", "tenantize", "tree"]
