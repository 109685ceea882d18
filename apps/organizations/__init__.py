"""Jurisdictions, units, finance sections, people, roles: who is who and who may see what."""
