"""Tags of monitoring."""
