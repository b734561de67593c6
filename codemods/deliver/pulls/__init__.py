"""The migration as pull requests: one branch a module, which merge to what `apply` writes, in any order they allow."""
