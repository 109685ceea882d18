"""The append-only trail: one function record(), one verifier."""
