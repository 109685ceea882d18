from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("filings", "0004_return_draft")]

    operations = [
        migrations.AddField("filing", "is_late", models.BooleanField("逾期补报", default=False)),
        migrations.AddField("revision", "due_at", models.DateTimeField("当时截止", null=True)),
        migrations.AddField("revision", "is_late", models.BooleanField("逾期补报", default=False)),
        migrations.AddField(
            "revision", "n_days_late", models.PositiveSmallIntegerField("逾期工作日", null=True)
        ),
        migrations.AddConstraint(
            "revision",
            models.CheckConstraint(
                condition=Q(is_late=False, n_days_late__isnull=True)
                | Q(is_late=True, submitted_at__gte=F("due_at")),
                name="filings_late_is_after_due",
            ),
        ),
    ]
