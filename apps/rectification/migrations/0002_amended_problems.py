from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('rectification', '0001_problems'),
    ]

    operations = [
        migrations.AlterField(
            model_name='step',
            name='act',
            field=models.CharField(choices=[('open', '下达'), ('amend', '更正'), ('answer', '答复'), ('send_back', '退回补改'), ('close', '复核销号'), ('extend', '延期'), ('refuse', '认定拒不整改'), ('withdraw', '撤销'), ('name_owner', '指定责任人')], max_length=12, verbose_name='经过'),
        ),
    ]
