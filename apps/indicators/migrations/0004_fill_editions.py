"""Every library of before is a published edition of its region's level, and can be searched."""

import uuid

from django.db import migrations

from apps.indicators.pieces import packed


def fill(apps, schema_editor):
    Library = apps.get_model("indicators", "Library")
    for library in Library.objects.select_related("jurisdiction"):
        library.public_id = uuid.uuid4()
        library.state = "published"
        library.level = library.jurisdiction.level if library.jurisdiction else "shared"
        library.save(update_fields=["public_id", "state", "level"])
    Indicator = apps.get_model("indicators", "Indicator")
    for row in Indicator.objects.iterator(chunk_size=500):
        row.pieces = packed((row.name, row.keywords, row.explanation, row.code))
        row.save(update_fields=["pieces"])


class Migration(migrations.Migration):

    dependencies = [
        ("indicators", "0003_add_editions"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
