"""Whether a row speaks of what the goal speaks of."""

from collections.abc import Iterator

from apps.rules.findings import Finding
from apps.rules.numbers import quoted
from apps.rules.similarity import normal, pieces
from apps.rules.target_checks.codes import Said, limit, noted
from apps.rules.target_checks.texts import has_measure
from apps.rules.target_checks.vocabulary import COMMON_EFFECT, GENERIC, SUBJECTS
from apps.rules.target_form import TargetFacts, TargetForm, TargetLine


def unrelated_rows(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """A quantity or an effect has words, or at least a subject, in common with the goal."""
    goal = normal(f"{form.year_goal} {form.mid_goal} {facts.project_name}")
    length = limit(facts, "targets.goal_short", "length")
    if len(form.year_goal.strip()) < length or not has_measure(form.year_goal):
        return  # a goal without content is its own finding
    known = set(pieces(goal))
    for line in form.lines:
        if not _may_be_judged(line) or _is_near(normal(line.name), goal, known):
            continue
        said = Said(
            quoted(line.name),
            "目标里写到的事",
            f"目标里没有写到“{quoted(line.name)}”这件事。请核对是否本项目的指标；是的，请在目标里补上。",
        )
        yield noted("targets.unrelated", f"indicator:{line.key}.name", form, said)


def _may_be_judged(line: TargetLine) -> bool:
    """Quantities; and effects of another subject, for what follows from a project is manifold."""
    is_effect = line.level1 == "效益" and not COMMON_EFFECT.search(line.name)
    return bool(_own(line.name)) and (
        line.level2 == "数量" or (is_effect and _has_subject(line.name))
    )


def _is_near(name: str, goal: str, known: set[str]) -> bool:
    """Whether a name shares a piece, a third of its characters or a subject with the goal."""
    own = _own(name)
    characters = {character for piece in own for character in piece}
    n_shared = sum(character in goal for character in characters)
    shares_subject = any(_names(words, name) and _names(words, goal) for words in SUBJECTS)
    return bool(own & known) or 3 * n_shared >= len(characters) or shares_subject


def _has_subject(name: str) -> bool:
    return any(_names(words, name) for words in SUBJECTS)


def _names(words: tuple[str, ...], text: str) -> bool:
    return any(word in text for word in words)


def _own(name: str) -> set[str]:
    """The pieces of a name that are not general words."""
    return {
        piece for part in GENERIC.split(normal(name)) for piece in pieces(part) if len(piece) > 1
    }


CHECKS = (unrelated_rows,)
