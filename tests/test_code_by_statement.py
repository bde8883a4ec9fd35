"""Problems of guru/code-v0 solved from their statements alone, and responses as models write them."""

from __future__ import annotations

import ast
import random
from pathlib import Path

import pytest

from guru_envs import registry
from guru_envs.domains.code._families.catalogue import FAMILIES
from guru_envs.domains.code._problem import CodeKnobs
from guru_envs.domains.code.code import Code

# Written from the text of the prompt, in English or Chinese, without a look at the family: an independent reading.
SOLUTIONS = ast.parse((Path(__file__).parent / "code_own_solutions.txt").read_text(encoding="utf-8")).body


def test_solutions_from_the_statement_alone_pass():
    """Every family; a third of the statements were read in Chinese."""
    domain, names = Code(), list(FAMILIES)
    assert sorted(solution.name for solution in SOLUTIONS) == sorted(names)
    for solution in SOLUTIONS:
        lang = "zh" if names.index(solution.name) % 3 == 2 else "en"
        knobs = CodeKnobs(families=(solution.name,), form="function", lang=lang)
        task = domain.generate(random.Random(f"hon {solution.name}"), knobs)
        verdict = domain.verify(task, ast.unparse(solution))
        assert verdict.correct, (solution.name, verdict.detail)


def fenced(code: str, fence: str = "```", language: str = "python", indent: str = "") -> str:
    return "\n".join(indent + line for line in f"{fence}{language}\n{code}\n{fence}".split("\n"))


WRONG = "def extreme_of(values):\n    return 0"
RESPONSES = {
    "sample output behind": ("{right}\nOutput:\n```\n-14\n```", "correct"),
    "text behind": ("{right}\nThis works because it defines extreme_of.", "correct"),
    "usage behind": ("{right}\nUsage:\n```python\nprint(extreme_of([1, 2]))\n```", "correct"),
    "another function behind": ("{right}\n```python\ndef main():\n    print(extreme_of([1]))\n```", "correct"),
    "a second, better try": ("{wrong}\nBetter:\n{right}", "correct"),
    "a second, worse try": ("{right}\nor\n{wrong}", "wrong"),
    "in a list": ("- a\n  - Code:\n{indented}", "correct"),
    "in thought only": ("<think>{right}</think> Done.", "no_answer"),
    "a wrong try in thought": ("<think>{wrong}</think>{right}", "correct"),
    "never closed": ("```python\n{code}", "no_answer"),
    "class in place of the function": (
        "```python\nclass Solution:\n    def extreme_of(self, values):\n        return 1\n```",
        "wrong",
    ),
    "leaves": ("```python\nimport sys\ndef extreme_of(values):\n    sys.exit(0)\n```", "wrong"),
    "equal to all": (
        "```python\nclass A(int):\n    def __eq__(self, other):\n        return True\ndef extreme_of(values):\n"
        "    return A(3)\n```",
        "wrong",
    ),
}


@pytest.mark.parametrize("name", RESPONSES)
def test_responses_as_models_write_them(name):
    source = registry.make_source("guru/code-v0", knobs={"families": ("extreme_of",), "form": "function"})
    task = source.draw(3)
    text, outcome = RESPONSES[name]
    parts = {
        "right": fenced(task.gold),
        "wrong": fenced(WRONG),
        "indented": fenced(task.gold, indent=" " * 6),
        "code": task.gold,
    }
    for key, part in parts.items():
        text = text.replace("{" + key + "}", part)
    assert source.judge(task, text).outcome == outcome


def test_a_table_of_the_examples_is_no_repair():
    source = registry.make_source("guru/code-repair-v0", knobs={"families": ("extreme_of",), "form": "function"})
    task = source.draw(3)
    table = ", ".join(f"{str(case.args[0])!r}: {case.expected!r}" for case in task.payload.examples)
    verdict = source.judge(task, fenced(f"def extreme_of(values):\n    return {{{table}}}.get(str(values), 0)"))
    assert (verdict.outcome, "hidden" in verdict.detail) == ("wrong", True)
