"""Pages of the ledger of problems."""
