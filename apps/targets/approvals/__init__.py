"""绩效目标批复, and the book of targets for the people's congress (Q-15, W-07)."""
