"""Writing a node's filing. State, window and version are the engine's."""

from __future__ import annotations

from django.db import transaction

from apps.filings import services as filings
from apps.filings.models import Filing, Revision
from apps.monitoring import content, nodes, starts
from apps.organizations.models import User
from apps.rules.monitoring import NodeForm


@transaction.atomic
def save(*, filing: Filing, actor: User, version: int, form: NodeForm) -> Revision:
    """Save the whole filing as a draft, one version further; nothing is checked but that it fits.

    Amounts in yuan. Rows are those of the promise in force, funds those that the form has; what is
    told of others is dropped. Raises PermissionDenied, or RuleError for a lock or a stale version.
    """
    revision = filings.writing(filing=filing, actor=actor, version=version)
    known = starts.known_of(filing, nodes.node_of(filing))
    content.store(revision, content.fitted(form, content.form_of(revision), known), known.promise)
    return revision
