"""The whole installation as one dated folder, and back from it (TRUST H17).

It stands in the top room: a restored receipt is checked by filings, a chain by audit.
"""
