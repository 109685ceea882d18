"""Check the audit trail: exit 0 when it is whole, 2 with one line per broken row."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.audit import verifier
from apps.audit.models import Chain


class Command(BaseCommand):
    """Walk one chain or all; keep the --json output elsewhere and give it back with --against."""

    help = "检查留痕：逐链核对编号、校验值和链头。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which chains, which form, which earlier output."""
        parser.add_argument("--chain", help="只查这一条，例如 unit:652823/201001")
        parser.add_argument("--json", action="store_true", help="输出JSON，可另存作存底")
        parser.add_argument("--against", type=Path, help="与此前存底的JSON比对")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the breaks; exit 2 when there are any."""
        earlier = _read_checkpoints(options["against"])
        chains = list(_chains(options["chain"]))
        breaks = list(verifier.missing_guard())
        for chain in chains:
            breaks += verifier.breaks_of(chain)
        for point in earlier:
            if options["chain"] in (None, point.chain):
                breaks += verifier.breaks_since(point)
        if options["json"]:
            ends = [asdict(verifier.checkpoint(chain)) for chain in chains]
            found = [asdict(broken) for broken in breaks]
            self.stdout.write(json.dumps({"chains": ends, "breaks": found}, ensure_ascii=False))
        else:
            self._print(chains, breaks)
        if breaks:
            raise SystemExit(2)

    def _print(self, chains: list[Chain], breaks: list[verifier.Break]) -> None:
        """One line per break, or one line that says all is well."""
        for broken in breaks:
            self.stdout.write(str(broken))
        if not breaks:
            n_entries = sum(chain.n_entries for chain in chains)
            self.stdout.write(f"留痕完整：{len(chains)}条链，{n_entries}行。")


def _chains(name: str | None) -> list[Chain]:
    """The named chain or all of them, in the order of their names."""
    chains = Chain.objects.order_by("name")
    if name is None:
        return list(chains)
    found = list(chains.filter(name=name))
    if not found:
        raise CommandError(f"没有名为{name}的链。", returncode=2)
    return found


def _read_checkpoints(path: Path | None) -> list[verifier.Checkpoint]:
    """The chain ends of an earlier --json output."""
    if path is None:
        return []
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return [verifier.Checkpoint(**end) for end in kept["chains"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path}不是verify_audit --json的输出。", returncode=2) from error
