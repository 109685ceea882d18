"""The first system and the first security administrator, once per installation (TRUST A10)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.organizations import links, services
from apps.organizations.models import Jurisdiction
from apps.rules.errors import RuleError

CODE_LENGTH = 6


class Command(BaseCommand):
    """Prints two one-time links; nobody has a password before opening one."""

    help = "Create the first system and security administrators and print their one-time links."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where, and the two account names."""
        parser.add_argument("--jurisdiction", required=True, help="six digits, e.g. 652823")
        parser.add_argument("--jurisdiction-name", default="", help="needed for a new one")
        parser.add_argument("--system", required=True, help="account of the system administrator")
        parser.add_argument("--security", required=True, help="account of the security one")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 with two links, or 2 with one line."""
        if options["system"].lower() == options["security"].lower():
            raise CommandError("系统管理员和安全管理员应是两个账号。", returncode=2)
        place = self._place(options["jurisdiction"], options["jurisdiction_name"])
        try:
            made = services.create_first_admins(
                jurisdiction=place, system=options["system"], security=options["security"]
            )
        except RuleError as error:
            raise CommandError(str(error), returncode=2) from error
        for admin in made:
            told = f"{admin.role.label}\t{admin.user.username}\t{links.absolute(admin.token)}"
            self.stdout.write(told)

    def _place(self, code: str, name: str) -> Jurisdiction:
        found = Jurisdiction.objects.filter(code=code).first()
        if found:
            return found
        if not (code.isascii() and code.isdigit() and len(code) == CODE_LENGTH and name):
            raise CommandError(
                "区划代码应为6位数字；新地区还要写 --jurisdiction-name。", returncode=2
            )
        level = Jurisdiction.Level.COUNTY
        if code.endswith("0000"):
            level = Jurisdiction.Level.PROVINCE
        elif code.endswith("00"):
            level = Jurisdiction.Level.PREFECTURE
        return Jurisdiction.objects.create(code=code, name=name[:60], level=level)
