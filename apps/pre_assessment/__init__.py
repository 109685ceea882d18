"""Whether something new should enter the budget: the report, its conclusion, the gate."""
