"""The generic materials filing: a summary, named numbers, files in slots (U-06, Y-84, Y-94)."""

from decimal import Decimal

from django.db import transaction

from apps.filings.models import Filing, MaterialFact, MaterialSheet, Revision
from apps.filings.services.writing import writing
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.rules.numbers import parse_number


@transaction.atomic
def save_materials(
    *, filing: Filing, actor: User, version: int, summary: str, facts: dict[str, str]
) -> Revision:
    """Save a materials draft; what cannot be read as a number is kept as typed and checked later.

    `facts` maps a fact's code to the text typed. Raises as `writing` does.
    """
    revision = writing(filing=filing, actor=actor, version=version)
    sheet = MaterialSheet.objects.select_for_update().get(revision=revision)
    known = set(filing.assignment.task.facts.values_list("code", flat=True))
    values: dict[str, Decimal] = {}
    unread: dict[str, str] = {}
    for code in known & facts.keys():
        text = facts[code].strip()
        if not text:
            continue
        try:
            values[code] = parse_number(text)
        except RuleError:
            unread[code] = text
    sheet.summary, sheet.unread = summary, unread
    sheet.save(update_fields=["summary", "unread"])
    sheet.facts.all().delete()
    MaterialFact.objects.bulk_create(
        MaterialFact(sheet=sheet, code=code, value=value) for code, value in values.items()
    )
    return revision
