"""manage.py load_holidays: store the announced holidays and 调休 days."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.workplans.services import holidays


class Command(BaseCommand):
    """Stores every year that the calendar package knows; running it again changes nothing."""

    help = "Store announced holidays and make-up working days."

    def handle(self, *args: Any, **options: Any) -> None:
        n_years, n_days = holidays.load_package()
        years = holidays.package_years()
        self.stdout.write(
            f"节假日：{years[0]}–{years[-1]}年，新增{n_years}年、{n_days}天；其余年份未公布，不推算。"
        )
