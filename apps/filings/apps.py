from django.apps import AppConfig


class FilingsConfig(AppConfig):
    name = "apps.filings"
    verbose_name = "填报与审核"
