"""What the check-up compares a form with: last year's promise, the library's usual range."""

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.indicators.models import Category, Indicator, Library
from apps.targets import content
from tests import makers
from tests.personas import make_world
from tests.targets.test_services import put_in_force_last_year
