"""A profile becomes rows: those of a file (`load_profile`) and those of an amendment."""

from apps.workplans.services.loading.content import write_content
from apps.workplans.services.loading.profile import head_values, load_profile, write_profile
from apps.workplans.services.loading.writing import Writer

__all__ = ["Writer", "head_values", "load_profile", "write_content", "write_profile"]
