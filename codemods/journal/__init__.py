"""Writing a set of changes to a checkout so that all of it is there or none, and taking it back."""
