"""The whole API, as a program uses it."""
