"""Plan, task, window, scope, review steps, rule settings, assignments, working days."""
