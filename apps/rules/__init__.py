"""The rule book as pure functions; imports no Django and touches no database."""
