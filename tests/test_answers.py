"""Reading answers out of any response, in every format and template."""

from __future__ import annotations

import time

import domains_for_tests  # noqa: F401 - registers its environments
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import guru_envs
from guru_envs.answer import FORMATS, answer_format
from guru_envs.prompts import TEMPLATES

ECHO = "test/echo-v0"


PARTS = st.lists(
    st.sampled_from(
        [
            "<answer>",
            "</answer>",
            "<think>",
            "</think>",
            "\\boxed{",
            "{",
            "}",
            "[",
            "]",
            '"',
            "```",
            "\n",
            "7",
            "x",
            "\ud800",
        ]
    )
)


@settings(max_examples=300, deadline=None)
@given(PARTS)
@pytest.mark.parametrize("name", FORMATS)
def test_any_response_is_read(name, parts):
    found = answer_format(name).parse("".join(parts))
    assert found.answer is None or found.answer.strip()


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("piece", ["<answer>", "\\boxed{", "{", "[", '"', "```\n", "<think>", "a<", '{"a": ['])
def test_reading_takes_linear_time(name, piece):
    form = answer_format(name)
    start = time.process_time()
    form.parse(piece * (1_000_000 // len(piece)))
    assert time.process_time() - start < 8


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.characters(exclude_characters="<>\\{}`*", exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1)
)
@pytest.mark.parametrize("name", ["tags", "boxed", "json", "code", "raw"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_wrapped_answers_come_back_under_every_template(name, template, text):
    source = guru_envs.make_source(ECHO, answer_format=name, template=template)
    answer, format_ok, _ = source.show.parse(source.show.respond("because", text))
    assert (answer, format_ok) == (text, True)


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        ("<answer>1</answer> <answer>2</answer>", None),
        ("<answer>1</answer> ... <ANSWER> 1 </ANSWER>", "1"),
        ("<answer>1 <answer>2</answer>", "2"),
        ("<answer>1</answer><answer>", "1"),
        ("<think><answer>1</answer></think>", None),
        ("<think>a</think>b</think><answer>2</answer>", "2"),
        ("**<answer>`7`</answer>**", "7"),
        ("<answer>\n```json\n[1]\n```\n</answer> done", "[1]"),
    ],
)
def test_tags(response, answer):
    assert answer_format("tags").extract(response) == answer


@pytest.mark.parametrize(
    ("name", "response", "answer"),
    [
        ("boxed", "so \\boxed{\\frac{1}{2}}.", "\\frac{1}{2}"),
        ("boxed", "\\boxed{1} \\boxed{2}", None),
        ("boxed", "\\boxed{1", None),
        ("json", 'Set {1, 2} first. {"a": [1, "}"]} ok', '{"a": [1, "}"]}'),
        ("json", "an open { brace, then\n```json\n[1,\n 2]\n```", "[1,\n 2]"),
        ("code", "```python\na = 1\n```\nprints\n```\n1\n```", "a = 1"),
        ("code", "```python\na = 1", None),
    ],
)
def test_other_formats(name, response, answer):
    assert answer_format(name).extract(response) == answer


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        ('so {"answer": "3 + 4"}', "3 + 4"),
        ('{"answer": "\\u00e9 \\"x\\""}', 'é "x"'),
        ('{ "answer" : 42 }', "42"),
        ('{"answer": ""}', None),
        ('{"answer": 1, "more": 2}', '{"answer": 1, "more": 2}'),
        ('{"answer": 1, "answer": 2}', '{"answer": 1, "answer": 2}'),
        ('{"answer": [1]}', '{"answer": [1]}'),
        ('{"answer": "1"} {"answer": "2"}', None),
        ('{"answer": "1"} {"answer": 1}', "1"),
    ],
)
def test_text_as_json(response, answer):
    assert answer_format("json").extract(response) == answer


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("template", TEMPLATES)
def test_the_oracle_earns_the_maximum_in_every_form(template, name, lang):
    for row in guru_envs.rows():
        if not row.id.startswith("guru/") or lang not in row.languages or row.answer_format == "code":
            continue
        last = len(row.levels) if row.family == "simulation" else 1  # its proofs hold JSON
        source = guru_envs.make_source(row.id, level=last, template=template, answer_format=name, lang=lang)
        posed = source.pose(source.address(7))
        verdict = source.judge(posed.task, source.demonstrate(posed.task))
        assert (verdict.correct, verdict.format_ok) == (True, True), (row.id, verdict)
