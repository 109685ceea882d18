"""Many writers, one chain (TRUST F04)."""

import pytest

from apps.audit.models import Chain, Entry
from tests.audit.tampering import CHAIN, append, make_person
from tests.audit.test_verify import OTHER, verify
from tests.jobs.together import at_once
from tests.soak import times


@pytest.mark.trust("F04")
def test_concurrent_appends_keep_the_chain_whole(own_database):
    person = make_person()
    n_each = times(ci=20, soak=500)

    def work(index: int) -> None:
        for _ in range(n_each):
            append(person, 1)

    at_once(16, work)

    assert Chain.objects.get().n_entries == Entry.objects.count() == 16 * n_each
    assert verify()[0] == 0


@pytest.mark.trust("F04")
def test_the_first_entries_of_a_chain_create_it_once(own_database):
    person = make_person()

    at_once(8, lambda index: append(person, 1, CHAIN if index % 2 else OTHER))

    assert dict(Chain.objects.values_list("name", "n_entries")) == {CHAIN: 4, OTHER: 4}
    assert verify()[0] == 0
