"""What people type on the plan's pages."""

from apps.workplans.forms.deadlines import ExemptionForm, ExtensionForm, OfflineForm

__all__ = ["ExemptionForm", "ExtensionForm", "OfflineForm"]
