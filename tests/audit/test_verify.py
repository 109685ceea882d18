"""verify_audit names the row that is not what was written."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.audit import tasks
from apps.audit.models import Chain, Entry
from tests.audit.tampering import CHAIN, append, make_person, sql, without_triggers

OTHER = "unit:652823/205"
TAMPERING = [
    ("UPDATE audit_entry SET actor_label = '别人' WHERE number = 3", 3, "内容与校验值不符"),
    ("UPDATE audit_entry SET is_refusal = (1 = 1) WHERE number = 3", 3, "内容与校验值不符"),
    ("UPDATE audit_entry SET data = '{}' WHERE number = 3", 3, "内容与校验值不符"),
    ("UPDATE audit_entry SET hash = previous_hash WHERE number = 3", 3, "内容与校验值不符"),
    ("UPDATE audit_entry SET hash = previous_hash WHERE number = 3", 4, "与上一行接不上"),
    ("DELETE FROM audit_entry WHERE number = 3", 3, "缺少1行"),
    ("DELETE FROM audit_entry WHERE number = 3", 4, "与上一行接不上"),
    ("DELETE FROM audit_entry WHERE number < 3", 1, "缺少2行"),
    ("DELETE FROM audit_entry WHERE number > 3", 4, "缺少2行"),
    ("UPDATE audit_entry SET number = 9 WHERE number = 3", 9, "排在链头之后"),
    ("UPDATE audit_chain SET head = 'x'", 5, "与链头校验值不符"),
    ("UPDATE audit_chain SET n_entries = 4", 5, "排在链头之后"),
    ("UPDATE audit_chain SET n_entries = 6", 6, "缺少1行"),
]


def verify(*arguments: str) -> tuple[int, str]:
    """The command's exit code and output."""
    out = StringIO()
    try:
        call_command("verify_audit", *arguments, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.mark.django_db
@pytest.mark.trust("F03")
def test_an_untouched_trail_is_whole():
    person = make_person()
    append(person, 5)
    append(person, 2, OTHER)

    assert verify() == (0, "留痕完整：2条链，7行。\n")


@pytest.mark.django_db
@pytest.mark.trust("F03")
@pytest.mark.parametrize(("statement", "number", "reason"), TAMPERING)
def test_verify_names_the_row(statement, number, reason):
    append(make_person(), 5)
    with without_triggers():
        sql(statement)

    code, output = verify()

    assert code == 2
    assert f"{CHAIN} 第{number}行：{reason}" in output.splitlines()


@pytest.mark.django_db
@pytest.mark.trust("F03")
def test_verify_names_rows_whose_order_was_changed():
    append(make_person(), 5)
    with without_triggers():
        for old, new in ((2, 99), (3, 2), (99, 3)):
            sql("UPDATE audit_entry SET number = %s WHERE number = %s", new, old)

    code, output = verify()

    assert code == 2
    assert f"{CHAIN} 第2行：内容与校验值不符" in output
    assert f"{CHAIN} 第3行：内容与校验值不符" in output


@pytest.mark.django_db
@pytest.mark.trust("F03")
def test_verify_names_an_entry_that_was_moved_to_another_chain():
    person = make_person()
    append(person, 2)
    append(person, 1, OTHER)
    other = Chain.objects.get(name=OTHER)
    with without_triggers():
        Entry.objects.filter(chain__name=CHAIN, number=2).update(chain=other)

    code, output = verify()

    assert code == 2
    assert f"{CHAIN} 第2行：缺少1行" in output
    assert f"{OTHER} 第2行：排在链头之后" in output


@pytest.mark.django_db
@pytest.mark.trust("F03")
def test_a_cut_tail_with_a_forged_head_shows_against_an_earlier_checkpoint(tmp_path):
    entries = append(make_person(), 5)
    kept = tmp_path / "checkpoint.json"
    kept.write_text(verify("--json")[1], encoding="utf-8")
    with without_triggers():
        sql("DELETE FROM audit_entry WHERE number > 3")
    Chain.objects.update(n_entries=3, head=entries[2].hash)
    assert verify() == (0, "留痕完整：1条链，3行。\n")

    code, output = verify("--against", str(kept))

    assert code == 2
    assert output == f"{CHAIN} 第4行：存底时到第5行，现在只到第3行\n"


@pytest.mark.django_db
@pytest.mark.trust("F03")
def test_a_rewritten_chain_shows_against_an_earlier_checkpoint(tmp_path):
    append(make_person(), 2)
    kept = tmp_path / "checkpoint.json"
    kept.write_text(verify("--json")[1], encoding="utf-8")
    assert verify("--against", str(kept))[0] == 0
    told = json.loads(kept.read_text(encoding="utf-8"))
    told["chains"][0]["head"] = "f" * 64
    kept.write_text(json.dumps(told), encoding="utf-8")

    code, output = verify("--against", str(kept))

    assert (code, output) == (2, f"{CHAIN} 第2行：与存底的校验值不符\n")


@pytest.mark.django_db
def test_verify_of_one_chain_leaves_the_others_alone():
    person = make_person()
    append(person, 2)
    append(person, 2, OTHER)
    Chain.objects.filter(name=OTHER).update(head="x")

    assert verify("--chain", CHAIN)[0] == 0
    assert verify("--chain", OTHER)[0] == 2


@pytest.mark.django_db
def test_verify_speaks_json():
    append(make_person(), 2)
    Chain.objects.update(head="x")

    code, output = verify("--json")

    assert code == 2
    told = json.loads(output)
    assert told["chains"] == [{"chain": CHAIN, "n_entries": 2, "head": "x"}]
    assert told["breaks"] == [{"chain": CHAIN, "number": 2, "reason": "与链头校验值不符"}]


@pytest.mark.django_db
@pytest.mark.trust("F02")
def test_verify_says_when_the_database_no_longer_refuses_changes():
    append(make_person(), 1)
    with without_triggers():
        code, output = verify()

    assert code == 2
    assert "防改触发器不在" in output


@pytest.mark.django_db
def test_verify_refuses_a_chain_and_a_checkpoint_that_do_not_exist(tmp_path):
    with pytest.raises(CommandError, match="没有名为x的链") as refused:
        call_command("verify_audit", "--chain", "x")
    assert refused.value.returncode == 2

    for text in ("", "[]", '{"chains": [{"name": 1}]}'):
        path = tmp_path / "kept.json"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(CommandError, match="不是verify_audit --json的输出"):
            call_command("verify_audit", "--against", str(path))


@pytest.mark.django_db
@pytest.mark.trust("F03")
def test_the_daily_walk_tells_the_operator(caplog):
    append(make_person(), 2)
    assert tasks.verify_trail() == 0
    Chain.objects.update(head="x")

    assert tasks.verify_trail() == 1

    assert f"audit trail broken: {CHAIN} 第2行：与链头校验值不符" in caplog.text
