from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("workplans", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="plantask",
            name="level",
            field=models.CharField(
                choices=[("prefecture", "上级"), ("finance", "财政部门"), ("unit", "部门单位")],
                default="unit",
                max_length=10,
                verbose_name="责任层级",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="plantask",
            name="doubt",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="存疑"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="rulesetting",
            name="requirements",
            field=models.CharField(blank=True, default="", max_length=120, verbose_name="需求编号"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="scoresheet",
            name="requirements",
            field=models.CharField(blank=True, default="", max_length=120, verbose_name="需求编号"),
            preserve_default=False,
        ),
    ]
