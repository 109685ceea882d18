"""House rules that no ready-made linter knows. `python -m tests.lint` names each breach."""
