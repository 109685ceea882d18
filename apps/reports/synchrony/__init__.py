"""四同步: whether targets keep step with the budget, project by project (B-05, Q-15, W-07)."""
