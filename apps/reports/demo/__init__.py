"""The demo county: every state in it is brought about by the services, at its own moment."""
