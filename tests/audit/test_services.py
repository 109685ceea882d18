"""record(): with the caller's transaction or not at all."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from apps.audit import services, trail
from apps.audit.models import Chain, Entry
from apps.core import arrival, clock
from apps.organizations.models import Jurisdiction
from tests.audit.tampering import CHAIN, append, make_person, sql

MOMENT = datetime(2024, 4, 10, 9, 30, tzinfo=clock.ZONE)


@pytest.mark.django_db
@pytest.mark.trust("F01")
def test_an_entry_says_who_when_what_on_which_object_from_where():
    person = make_person()

    with clock.at(MOMENT), arrival.of(MOMENT, "10.1.2.3"):
        services.record(
            actor=person,
            action="filings.submit",
            subject=person,
            chain=CHAIN,
            data={"title": ["旧", "新"]},
        )

    entry = Entry.objects.get()
    assert entry.at == MOMENT
    assert entry.actor_id == person.pk
    assert entry.actor_label == "艾力（ali）"
    assert entry.action == "filings.submit"
    assert (entry.subject_type, entry.subject_id) == ("organizations.user", str(person.pk))
    assert entry.subject_label == "艾力"
    assert entry.data == {"title": ["旧", "新"]}
    assert entry.ip == "10.1.2.3"
    assert not entry.is_refusal


@pytest.mark.django_db
def test_entries_of_a_chain_are_numbered_and_hold_the_hash_before():
    first, second = append(make_person(), 2)

    assert (first.number, second.number) == (1, 2)
    assert first.previous_hash == "0" * 64
    assert second.previous_hash == first.hash
    chain = Chain.objects.get()
    assert (chain.name, chain.n_entries, chain.head) == (CHAIN, 2, second.hash)


@pytest.mark.django_db
def test_each_chain_counts_for_itself():
    person = make_person()
    append(person, 2)
    append(person, 3, "region:652823")

    counts = dict(Chain.objects.values_list("name", "n_entries"))

    assert counts == {CHAIN: 2, "region:652823": 3}


@pytest.mark.django_db
def test_values_are_kept_as_text_that_reads_back_equal():
    person = make_person()
    data = {
        "amount": Decimal("36400.10"),
        "due": date(2024, 4, 10),
        "at": datetime(2024, 4, 10, 8, tzinfo=clock.ZONE),
        "id": UUID(int=7),
        "rows": (1, None, True),
        "big": 10**30,
    }

    services.record(actor=person, action="a.b", subject=person, chain=CHAIN, data=data)

    entry = Entry.objects.get()
    assert entry.data == {
        "amount": "36400.10",
        "due": "2024-04-10",
        "at": "2024-04-10T00:00:00+00:00",
        "id": str(UUID(int=7)),
        "rows": [1, None, True],
        "big": 10**30,
    }
    assert trail.digest(entry, CHAIN) == entry.hash


@pytest.mark.django_db
@pytest.mark.trust("C10")
def test_text_that_a_database_cannot_hold_is_made_holdable():
    services.refuse(actor=None, action="a.b", data={"name": "a\x00b\ud800"}, label="\x00" * 300)

    entry = Entry.objects.get()
    assert entry.data == {"name": "a␀b?"}
    assert entry.subject_label == "␀" * 200
    assert trail.digest(entry, "system") == entry.hash


@pytest.mark.django_db
@pytest.mark.parametrize("value", [0.1, object(), {"x": [1.5]}, b"raw"])
def test_record_refuses_values_without_one_spelling(value):
    person = make_person()

    with pytest.raises(TypeError), transaction.atomic():
        services.record(
            actor=person, action="a.b", subject=person, chain=CHAIN, data={"value": value}
        )

    assert not Entry.objects.exists()
    assert not Chain.objects.exists()


def test_record_refuses_to_stand_outside_a_transaction(own_database):
    person = make_person()

    with pytest.raises(transaction.TransactionManagementError):
        services.record(actor=person, action="a.b", subject=person, chain=CHAIN)

    assert not Chain.objects.exists()


@pytest.mark.trust("F01")
def test_a_rolled_back_act_leaves_no_entry_and_no_gap(own_database):
    person = make_person()
    append(person, 1)
    before = Chain.objects.values_list("n_entries", "head").get()

    with transaction.atomic():
        services.record(actor=person, action="a.b", subject=person, chain=CHAIN)
        transaction.set_rollback(True)

    assert Entry.objects.count() == 1
    assert Chain.objects.values_list("n_entries", "head").get() == before


@pytest.mark.trust("F06")
def test_a_write_whose_entry_cannot_be_made_does_not_happen(own_database):
    person = make_person()
    sql("ALTER TABLE audit_entry RENAME TO audit_entry_away")

    @transaction.atomic
    def found_a_county() -> None:
        region = Jurisdiction.objects.create(code="652823", name="尉犁县", level="county")
        services.record(actor=person, action="a.b", subject=region, chain="region:652823")

    with pytest.raises(DatabaseError):
        found_a_county()

    assert not Jurisdiction.objects.exists()
    assert not Chain.objects.exists()


@pytest.mark.trust("F01")
def test_a_refusal_stands_although_the_refused_act_rolled_back(own_database):
    person = make_person()

    services.refuse(actor=person, action="filings.approve", data={"reason": "已截止"})

    entry = Entry.objects.get()
    assert entry.is_refusal
    assert entry.chain.name == "system"
    assert not Entry.objects.changes().exists()
    assert list(Entry.objects.refusals()) == [entry]


def test_a_refusal_inside_the_refused_transaction_is_a_mistake_and_says_so(own_database):
    with pytest.raises(RuntimeError), transaction.atomic():
        services.refuse(actor=None, action="a.b")

    assert not Entry.objects.exists()


@pytest.mark.django_db
@pytest.mark.trust("F01")
def test_a_bulk_act_is_one_verifiable_entry_a_chain():
    person = make_person()
    append(person, 1)
    before = Entry.objects.get()
    lines = {f"unit:652823/{n}": {"单位": f"第{n}\t\\个", "count": n} for n in (3, 1, 2)}
    lines[CHAIN] = {"count": 0}

    with transaction.atomic():
        n = services.record_many(actor=person, action="a.many", subject=person, lines=lines)

    assert n == 4
    made = Entry.objects.filter(action="a.many")
    assert {entry.chain.name: entry.data for entry in made} == lines
    assert [trail.digest(entry, entry.chain.name) for entry in made] == [e.hash for e in made]
    assert made.get(chain__name=CHAIN).previous_hash == before.hash
    assert {chain.head for chain in Chain.objects.all()} == {entry.hash for entry in made}
    call_command("verify_audit")


@pytest.mark.django_db(transaction=True)
def test_a_bulk_act_needs_the_callers_transaction():
    with pytest.raises(transaction.TransactionManagementError):
        services.record_many(actor=None, action="a.many", subject=None, lines={"system": {}})
    assert not Entry.objects.exists()
