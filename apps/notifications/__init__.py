"""Messages to people and their deliveries."""
