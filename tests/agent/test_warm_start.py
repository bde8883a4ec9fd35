"""The supervised start: which tokens it learns, and that a model which knows nothing learns documents."""

from __future__ import annotations

import io

import pytest

pytest.importorskip("torch", reason="needs the extra agent")

import domains_for_tests  # noqa: F401 - registers its environments
import torch
from guru_grpo import config, loop
from guru_grpo.logs import Display, read_rows
from guru_grpo.model import load_policy
from guru_grpo.warm_start import example, target
from rich.console import Console


@pytest.mark.parametrize("form", ["full", "answer"])
def test_only_the_response_is_learnt(form):
    assert example([5, 6, 7], [8, 9], form) == ([5, 6, 7], [8, 9])


def test_of_a_document_all_is_learnt_that_has_something_before_it():
    assert example([5, 6, 7], [8, 9], "document") == ([5], [6, 7, 8, 9])
    assert target("why\n<answer>7</answer>", "document") == "why\n<answer>7</answer>"


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
