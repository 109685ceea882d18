"""The ledger of problems for programs."""
