from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("targets", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="targetsheet",
            name="shape",
            field=models.CharField(default="project", max_length=20, verbose_name="表样"),
        ),
    ]
