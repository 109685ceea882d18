"""When a project's year took the steps of the budget (B-05)."""
