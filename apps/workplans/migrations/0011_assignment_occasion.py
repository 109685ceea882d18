from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """What is owed on request may be owed more than once in a window."""

    dependencies = [("workplans", "0010_joined_window")]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="occasion",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="第几次"),
        ),
        migrations.RemoveConstraint(
            model_name="assignment", name="workplans_assigned_once_project"
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                fields=["task", "window", "unit", "project", "occasion"],
                condition=Q(project__isnull=False),
                name="workplans_assigned_once_project",
            ),
        ),
    ]
