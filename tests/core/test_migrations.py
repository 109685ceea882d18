"""The schema: no drift from the models, and every step has a way back."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

pytestmark = [pytest.mark.django_db, pytest.mark.trust("H16")]


def test_the_migrations_say_what_the_models_say():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def our_migrations() -> list[tuple[tuple[str, str], Migration]]:
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("apps.")}
    everything = MigrationLoader(connection).disk_migrations.items()
    return [(key, migration) for key, migration in everything if key[0] in ours]


def test_every_migration_of_ours_has_a_way_back():
    assert our_migrations()
    for key, migration in our_migrations():
        assert [str(step) for step in migration.operations if not step.reversible] == [], key


def test_every_migration_of_ours_says_what_it_does():
    assert [key for key, _ in our_migrations() if "_auto_" in key[1]] == []
