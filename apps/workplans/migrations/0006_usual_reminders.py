"""Plans that were there before reminders were data get the usual ones."""

from django.db import migrations

DUE = [("due", -5, "person"), ("due", -2, "person"), ("due", -1, "person"), ("due", 1, "person")]
LATE = [("due", 2, "head"), ("due", 3, "section"), ("desk", 3, "desk"), ("returned", 2, "person")]


def give_usual_reminders(apps, schema_editor):
    """Every plan without a rule of its own gets the eight with which profiles start."""
    plan_model = apps.get_model("workplans", "Plan")
    rule_model = apps.get_model("workplans", "ReminderRule")
    plans = plan_model.objects.filter(amends=None).exclude(
        pk__in=rule_model.objects.filter(task=None).values("plan")
    )
    rule_model.objects.bulk_create(
        rule_model(plan=plan, about=about, days=days, in_working_days=True, audience=audience)
        for plan in plans
        for about, days, audience in DUE + LATE
    )


class Migration(migrations.Migration):
    """Data only; what it wrote may stay when it is taken back."""

    dependencies = [("workplans", "0005_check_points")]
    operations = [migrations.RunPython(give_usual_reminders, migrations.RunPython.noop)]
