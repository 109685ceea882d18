"""What a project promises for the year: goal text, indicators, fund table."""
