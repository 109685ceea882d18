"""Executions from an export of the payment system: read, mapped by a person, checked, imported."""
