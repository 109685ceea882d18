from django.apps import AppConfig


class WorkplansConfig(AppConfig):
    name = "apps.workplans"
    verbose_name = "年度计划"
