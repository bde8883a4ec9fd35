"""The supervised start: which tokens it learns, and that a model which knows nothing learns documents."""

from __future__ import annotations

import io
import json
from contextlib import closing

import pytest

pytest.importorskip("torch", reason="needs the extra agent")

import domains_for_tests  # noqa: F401 - registers its environments
import torch
from guru_grpo import config, loop, warm_start
from guru_grpo.crew import Crew
from guru_grpo.dialogue import Dialogue
from guru_grpo.logs import Display, read_rows
from guru_grpo.mixture import Mixture
from guru_grpo.model import load_policy
from guru_grpo.task_files import Traces
from guru_grpo.warm_start import example, target
from rich.console import Console

import guru_envs
from guru_envs.errors import InvalidValueError
from guru_envs.task import Outcome


@pytest.mark.parametrize("form", ["full", "answer"])
def test_only_the_response_is_learnt(form):
    assert example([5, 6, 7], [8, 9], form) == ([5, 6, 7], [8, 9])


def test_of_a_document_all_is_learnt_that_has_something_before_it():
    assert example([5, 6, 7], [8, 9], "document") == ([5], [6, 7, 8, 9])
    assert target("why\n<answer>7</answer>", "document") == "why\n<answer>7</answer>"


@pytest.mark.parametrize("name", ["code", "math", "science", "sudoku", "codeio", "tables", "zebra"])
def test_the_answer_alone_is_right_in_every_form_of_answer(name):
    source = guru_envs.make_source(f"guru/{name}-v0", level=1)
    for task in map(source.draw, range(8)):
        whole = source.demonstrate(task)
        alone = target(whole, "answer")
        assert whole.rstrip().endswith(alone)
        assert len(alone) < len(whole)
        assert source.judge(task, alone).outcome is Outcome.CORRECT, alone


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        ("So:\n```python\nprint('```')\n```", "```python\nprint('```')\n```"),
        ("````python\nx = '```'\n````\n", "````python\nx = '```'\n````"),
        ("```python\na\n```\nand\n```python\nb\n```", "```python\nb\n```"),
        ("The answer:\n7\n```", "```"),
        ("why\n7", "7"),
        ("", ""),
    ],
)
def test_a_block_begins_at_the_line_that_opens_it(response, answer):
    assert target(response, "answer") == answer


TRACES = [
    {
        "task_id": f"test/echo-v0/train/1/{seed}?template=guru",
        "response": f"<think>\nlong ago {seed}\n</think>\n<answer>7</answer>",
    }
    for seed in range(6)
]


def lessons_of(traces, tmp_path, **changes):
    """The prompts and the responses, as text, of one supervised step."""
    rows = [{"id": "test/echo-v0", "template": "guru"}, {"id": "test/switches-v0"}]
    values = {
        "environments": rows,
        "warm_start": {"steps": 1, "batch": 8},
        "rollout": {"groups": 2, "max_new_tokens": 90},
    }
    made = config.build(config.Config, values | changes, "")
    dialogue = Dialogue(load_policy("tiny-random")[1], chat=False)
    with closing(Mixture(made.environments, 8, 1, "train", 0, traced=traces.task_ids if traces else [])) as mixture:
        found = warm_start.lessons(made, dialogue, mixture, traces, 0)
        tasks = [task for task in mixture.task_ids if task in {row["task_id"] for row in TRACES}]
    return [tuple(dialogue.text(part) for part in one) for one in found], tasks


def test_a_file_of_traces_takes_the_place_of_the_oracle(tmp_path):
    """Each task that has a trace is learnt with it, without the think tag that the prompt ends in; others are left out."""
    found, tasks = lessons_of(Traces(TRACES), tmp_path)
    assert len(found) == len(tasks) == 4  # of eight tasks half are of the other environment
    for (prompt, response), task in zip(found, tasks, strict=True):
        assert prompt.endswith("<think>")
        assert response == f"\nlong ago {task.partition('?')[0].rpartition('/')[2]}\n</think>\n<answer>7</answer>"
    whole, _ = lessons_of(None, tmp_path)
    assert len(whole) == 8
    assert not any("long ago" in response for _, response in whole)
    answers, _ = lessons_of(Traces(TRACES), tmp_path, warm_start={"steps": 1, "form": "answer"})
    assert {response for _, response in answers} == {"\n</think>\n<answer>7</answer>"}


LONG = [*TRACES[:1], *(row | {"response": "<think>" + "x" * 200} for row in TRACES[1:])]


def test_traces_that_are_too_long_are_left_out_and_none_at_all_is_an_error():
    dialogue = Dialogue(load_policy("tiny-random")[1], chat=False)
    found, dropped = warm_start.short_traces(Traces(LONG), dialogue, 90)
    assert (found.task_ids, dropped) == ([TRACES[0]["task_id"]], 5)
    with pytest.raises(
        InvalidValueError, match=r"none of the 6 responses has at most rollout.max_new_tokens = 3 tokens"
    ):
        warm_start.short_traces(Traces(TRACES), dialogue, 3)


def test_a_trace_is_as_long_as_what_goes_on_from_its_prompt():
    """The think tag that the prompt ends in does not count."""
    dialogue = Dialogue(load_policy("tiny-random")[1], chat=False)
    words = TRACES[0]["response"]
    limit = len(dialogue.response(words.removeprefix("<think>")))
    assert len(dialogue.response(words)) > limit
    plain = TRACES[0] | {"task_id": "test/echo-v0/train/1/0"}
    found, dropped = warm_start.short_traces(Traces([TRACES[0], plain]), dialogue, limit)
    assert (found.task_ids, dropped) == ([TRACES[0]["task_id"]], 1)


def test_no_step_is_without_a_trace(run_file, tmp_path):
    """With one task a step each of them would meet a long trace, or an environment without one, sooner or later."""
    path = tmp_path / "traces.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in LONG))
    given = [f"output={str(tmp_path / 'out')!r}", f"rollout.traces={str(path)!r}", "rollout.max_new_tokens=90"]
    given += ["environments=[{id='test/switches-v0'}, {id='test/echo-v0', template='guru'}]", "train.steps=0"]
    given += ["evaluate.tasks=0", "warm_start.steps=8", "warm_start.batch=2"]
    said = io.StringIO()
    with Display(Console(file=said, width=200)) as display:
        loop.train(config.load(str(run_file), given), display, fresh=False)
    assert len(read_rows(tmp_path / "out" / "warm_start.jsonl")) == 8
    assert "rollout.traces: 5 responses are longer than 90 tokens and left out" in said.getvalue()
    foreign = config.load(str(run_file), [given[3].replace("echo", "switches")]).environments
    with pytest.raises(InvalidValueError, match="belongs to a task of test/switches-v0"):
        warm_start.taught(foreign[:1], Traces(LONG))


@pytest.mark.parametrize("method", ["ppo", "prime"])
def test_the_supervised_start_has_no_model_beside_the_policy(run_file, tmp_path, monkeypatch, method):
    """A critic or a reward model would be made and held for nothing."""
    made = []
    new = Crew.new_learner

    def look(crew, settings, longest):
        new(crew, settings, longest)
        made.append((crew.learner.critic is None, crew.learner.implicit is None, crew.learner.reference is None))

    monkeypatch.setattr(Crew, "new_learner", look)
    given = [f"output={str(tmp_path / 'out')!r}", f"learner.method={method}", "learner.kl_coef=0.01"]
    given += ["train.steps=1", "evaluate.tasks=0", "warm_start.steps=2"]
    with Display(Console(file=io.StringIO())) as display:
        loop.train(config.load(str(run_file), given), display, fresh=False)
    assert made == [(True, True, True), (method != "ppo", method != "prime", False)]


def test_a_run_starts_from_a_file_of_traces(run_file, tmp_path):
    """The same file for the supervised start and the steps after it; what is learnt is what it says."""
    path = tmp_path / "traces.jsonl"
    path.write_text("".join(json.dumps(row | {"response": "<answer>zzz</answer>"}) + "\n" for row in TRACES))
    given = [f"output={str(tmp_path / 'out')!r}", f"rollout.traces={str(path)!r}", "warm_start.form='full'"]
    given += ["train.steps=1", "evaluate.tasks=0", "warm_start.steps=30"]
    with Display(Console(file=io.StringIO())) as display:
        loop.train(config.load(str(run_file), given), display, fresh=False)
    (row,) = read_rows(tmp_path / "out" / "metrics.jsonl")
    assert row["traces_used"] == 0  # GRPO itself learns from its own responses only
    policy, tokenizer = load_policy(str(tmp_path / "out" / "model"))
    words = torch.tensor([tokenizer("<answer>zzz</answer>").input_ids])
    with torch.no_grad():
        after, before = (model(words, labels=words).loss for model in (policy, load_policy("tiny-random")[0]))
    assert after < before - 1.0


def test_documents_teach_the_prompts_too(run_file, tmp_path):
    """Of the same texts more tokens are learnt, and the model comes to expect the words of the prompts."""
    rows, gained = {}, {}
    _, tokenizer = load_policy("tiny-random")
    words = torch.tensor([tokenizer("Say the number: 7").input_ids])
    for form in ("full", "document"):
        folder = tmp_path / form
        given = [f"output={str(folder)!r}", f"warm_start.form={form!r}", "train.steps=0", "evaluate.tasks=0"]
        with Display(Console(file=io.StringIO())) as display:
            loop.train(config.load(str(run_file), given), display, fresh=False)
        rows[form] = read_rows(folder / "warm_start.jsonl")
        with torch.no_grad():
            before, after = (
                load_policy(name)[0](words, labels=words).loss for name in ("tiny-random", str(folder / "model"))
            )
        gained[form] = float(before - after)
    assert all(some["tokens"] < more["tokens"] for some, more in zip(rows["full"], rows["document"], strict=True))
    assert gained["document"] > max(1.0, 2 * gained["full"])
