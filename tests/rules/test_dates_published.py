"""Date phrases of published notices are read as a careful person reads them."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from apps.rules import dates

DATA = Path(__file__).resolve().parents[1] / "data"
ABOUT = {"id", "source", "year", "given_nodes"}  # keys that are no part of the reading
MARKS = {  # the requirement that a phrase stands in
    "PH004": "U-18",
    "PH011": "U-40",
    "PH045": "Y-49",
    "PH046": "Y-49",
    "PH026": "Q-18",
    "PH053": "Y-80",
    "PH057": "Y-84",
    "PH059": "Y-92",
}


def records(name: str) -> list[Any]:
    whole = json.loads((DATA / name).read_text(encoding="utf-8"))["records"]
    marked = [(each, MARKS.get(each["id"])) for each in whole]
    return [
        pytest.param(each, id=each["id"], marks=[pytest.mark.req(row)] if row else [])
        for each, row in marked
    ]


def told(record: dict[str, Any]) -> dict[str, Any]:
    nodes = [date.fromisoformat(day) for day in record.get("given_nodes", ())]
    reading = dates.read(record["phrase"], year=record["year"], nodes=nodes)
    return dates.to_json(record["phrase"], reading)


@pytest.mark.parametrize(
    "record", records("date_phrases.json") + records("source_date_phrases.json")
)
def test_a_published_phrase_is_read_as_a_careful_person_reads_it(record: dict[str, Any]) -> None:
    answer = told(record)
    note = answer.pop("note", None)

    expected = {key: value for key, value in record.items() if key not in ABOUT}
    assert answer == {"ambiguous": False} | expected
    assert note or not answer["ambiguous"], "whoever must confirm is told what"


@pytest.mark.parametrize("record", records("date_phrases.json"))
def test_the_answer_is_plain_json(record: dict[str, Any]) -> None:
    answer = told(record)

    assert json.loads(json.dumps(answer, ensure_ascii=False)) == answer
