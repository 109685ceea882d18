from django.db import migrations
from django.db.models import F, OuterRef, Q, Subquery

from apps.rules import similarity
from apps.rules.target_checks import row_text
from apps.rules.target_form import TargetLine

BLOCK = 200
KIND = "targets.project"
VALUES = ("name", "operator", "value", "value_high", "value_text", "unit")


def fill(apps, schema_editor):
    """The words of what was filed before: in force, else as submitted last."""
    Filing = apps.get_model("filings", "Filing")
    Revision = apps.get_model("filings", "Revision")
    sent = Revision.objects.filter(filing=OuterRef("pk"), submitted_at__isnull=False)
    rows = Filing.objects.filter(kind=KIND, submitted_at__isnull=False).annotate(
        newest=Subquery(sent.order_by("-number").values("pk")[:1])
    )
    rows = rows.filter(Q(newest__isnull=False) | Q(approved_revision__isnull=False))
    rows = rows.annotate(
        year=F("assignment__task__evaluated_year"),
        project=F("assignment__project"),
        called=F("assignment__project__name"),
    )
    for filing in rows.iterator(BLOCK):
        _keep(apps, filing, filing.approved_revision_id or filing.newest)


def _keep(apps, filing, revision):
    Sheet = apps.get_model("targets", "TargetSheet")
    sheet = Sheet.objects.filter(revision=revision).first()
    if sheet is None:
        return
    lines = sheet.targets.order_by("position").exclude(name="").values(*VALUES)
    rows = [similarity.normal(row_text(TargetLine("", **line))) for line in lines]
    goal = similarity.normal(sheet.year_goal)
    called = filing.called or ""
    name = similarity.normal(similarity.bare_project(called))[:120] if called else ""
    apps.get_model("targets", "TargetText").objects.create(
        filing_id=filing.pk,
        revision_id=revision,
        jurisdiction_id=filing.jurisdiction_id,
        project_id=filing.project,
        evaluated_year=filing.year,
        goal=goal,
        goal_pieces=_packed(similarity.pairs(goal)),
        rows="\n".join(["", *rows, ""]) if rows else "",
        rows_pieces=_packed({piece for row in rows for piece in similarity.pairs(row)}),
        name=name,
        name_pieces=_packed(similarity.pairs(name)),
    )


def _packed(pieces):
    return " ".join(sorted(pieces))


def empty(apps, schema_editor):
    apps.get_model("targets", "TargetText").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("targets", "0005_index_target_texts"),
        ("filings", "0007_fill_finding_records"),
    ]
    operations = [migrations.RunPython(fill, empty)]
