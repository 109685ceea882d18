from django.db import migrations

BLOCK = 500


def fill(apps, schema_editor):
    """What the check said of revisions submitted before; what it led to is not known."""
    Revision = apps.get_model("filings", "Revision")
    Record = apps.get_model("filings", "FindingRecord")
    rows = Revision.objects.filter(submitted_at__isnull=False).exclude(findings=[])
    for revision in rows.only("findings").iterator(BLOCK):
        said = {(each["code"], each["path"]): each["severity"] for each in revision.findings}
        Record.objects.bulk_create(
            Record(revision_id=revision.pk, code=code, path=path, severity=severity)
            for (code, path), severity in said.items()
        )


def empty(apps, schema_editor):
    apps.get_model("filings", "FindingRecord").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("filings", "0006_finding_records")]
    operations = [migrations.RunPython(fill, empty)]
