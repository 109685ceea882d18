"""年度工作推进总台账: every task with every unit, its state and who answers for it (Y-96)."""
