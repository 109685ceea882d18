import uuid

from django.conf import settings
from django.db import migrations, models

CREATE = """CREATE INDEX indicators_pieces ON indicators_indicator
USING gin (string_to_array(pieces, ' '))"""


def add_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE)


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX indicators_pieces")


class Migration(migrations.Migration):

    dependencies = [
        ("indicators", "0004_fill_editions"),
        ("organizations", "0006_liaisons"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="library",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.RemoveConstraint(
            model_name='library',
            name='indicators_library_own_once',
        ),
        migrations.RemoveConstraint(
            model_name='library',
            name='indicators_library_shared_once',
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.CheckConstraint(condition=models.Q(('low__isnull', True), ('high__isnull', True), ('low__lte', models.F('high')), _connector='OR'), name='indicators_range_in_order'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.CheckConstraint(condition=models.Q(('cost_low__isnull', True), ('cost_high__isnull', True), ('cost_low__lte', models.F('cost_high')), _connector='OR'), name='indicators_cost_in_order'),
        ),
        migrations.AddConstraint(
            model_name='library',
            constraint=models.UniqueConstraint(condition=models.Q(('unit__isnull', True)), fields=('jurisdiction', 'title', 'fiscal_year', 'number'), name='indicators_edition_of_region'),
        ),
        migrations.AddConstraint(
            model_name='library',
            constraint=models.UniqueConstraint(condition=models.Q(('unit__isnull', False)), fields=('unit', 'title', 'fiscal_year', 'number'), name='indicators_edition_of_unit'),
        ),
        migrations.AddConstraint(
            model_name='library',
            constraint=models.UniqueConstraint(condition=models.Q(('jurisdiction__isnull', True)), fields=('title', 'fiscal_year', 'number'), name='indicators_edition_shared'),
        ),
        migrations.AddConstraint(
            model_name='library',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('jurisdiction__isnull', False), ('level', 'department'), ('unit__isnull', False)), models.Q(('jurisdiction__isnull', True), ('level', 'shared'), ('unit__isnull', True)), models.Q(('level__in', ['province', 'prefecture', 'county']), ('jurisdiction__isnull', False), ('unit__isnull', True)), _connector='OR'), name='indicators_edition_owner_fits_level'),
        ),
        migrations.RunPython(add_index, drop_index),
    ]
