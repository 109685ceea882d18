"""Marks name requirements that exist."""

from tests import compliance


def test_every_marked_requirement_is_one_that_a_bureau_wrote_down():
    known = compliance.requirements()
    unknown = {
        (name, test)
        for kind, name, test in compliance.marks()
        if kind == "req" and name not in known
    }
    assert unknown == set()


def test_there_are_marks_to_collect():
    kinds = {kind for kind, _, _ in compliance.marks()}
    assert kinds == {"req", "trust"}
