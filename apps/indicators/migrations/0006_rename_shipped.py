"""The library that came with the product has the name of what it has grown to; its rows stay."""

from django.db import migrations

BEFORE = "共性项目绩效指标（县级）"
AFTER = "分行业分领域共性项目绩效指标体系"


def _rename(apps, before, after):
    shipped = apps.get_model("indicators", "Library").objects.filter(
        jurisdiction=None, title=before, fiscal_year=2023
    )
    shipped.update(title=after)


def _forwards(apps, schema_editor):
    _rename(apps, BEFORE, AFTER)


def _backwards(apps, schema_editor):
    _rename(apps, AFTER, BEFORE)


class Migration(migrations.Migration):
    dependencies = [
        ("indicators", "0005_require_editions"),
    ]

    operations = [
        migrations.RunPython(_forwards, _backwards),
    ]
