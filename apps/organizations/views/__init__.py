"""Pages of the entrance, the account, people, places and imports."""
