from django.db import migrations

COLUMNS = ("goal", "rows", "name")


def add_indexes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in COLUMNS:
            schema_editor.execute(
                f"CREATE INDEX targets_{name}_pieces ON targets_targettext "
                f"USING gin (string_to_array({name}_pieces, ' '))"
            )


def drop_indexes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in COLUMNS:
            schema_editor.execute(f"DROP INDEX targets_{name}_pieces")


class Migration(migrations.Migration):
    dependencies = [("targets", "0004_target_texts")]
    operations = [migrations.RunPython(add_indexes, drop_indexes)]
