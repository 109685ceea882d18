"""Every write of the room: the filing of a node, and what finance finds of it."""

from apps.monitoring.services.concluding import conclude
from apps.monitoring.services.lights import change_light
from apps.monitoring.services.sheet import save

__all__ = ["change_light", "conclude", "save"]
