"""A short supervised start: imitate the oracle's responses to tasks of the training split.

It teaches the form of an answer, so that GRPO finds something to reward. The test split shares no problem with it. As documents,
prompts and all, the same texts make a base model of one that knows nothing.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from guru_grpo.mixture import Mixture
from guru_grpo.randomness import derive

if TYPE_CHECKING:
    from guru_grpo.learner import Learner
    from guru_grpo.loop import Run


def warm_start(run: Run) -> None:
    """Take the configured number of supervised steps and hand the new weights to the engine.

    The optimiser is one of its own; GRPO begins with a new one.
    """
    config, warm = run.config, run.config.warm_start
    # The rate falls to 0: the few examples of the last steps would otherwise move the policy most.
    rising, falling = max(1, warm.steps // 10), warm.steps if warm.steps > 1 else 0
    unsteered = replace(config.learner, kl_coef=0.0, kl_target=0.0)
    settings = replace(unsteered, lr=warm.lr, warmup_steps=rising, decay_steps=falling)
    learner: Learner = run.crew.make_learner(settings)
    mixture = Mixture(config.environments, warm.batch, 1, "train", derive(config.seed, "warm start tasks"))
    rows = []
    with run.display.bar("supervised steps", warm.steps) as bar:
        for step in range(warm.steps):
            prompts, _ = mixture.draw(step)
            texts = [target(text, warm.form) for text in mixture.oracle()]
            examples = [
                example(run.dialogue.prompt(prompt), run.dialogue.response(text), warm.form)
                for prompt, text in zip(prompts, texts, strict=True)
            ]
            rows.append({"step": step + 1, **learner.supervised(examples)})
            bar.move()
    mixture.close()
    run.folder.write_text("warm_start.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    learner.hand_over(run.engine)


def example(prompt: list[int], response: list[int], form: str) -> tuple[list[int], list[int]]:
    """The tokens that are given, and those to imitate: the response, or all of a document but its first token."""
    return (prompt[:1], prompt[1:] + response) if form == "document" else (prompt, response)


def target(response: str, form: str) -> str:
    """The response to imitate: the oracle's whole one, or only its answer, which stands last in it.

    Where a template asks for a thinking part, it is left empty but closed: without that the answer would earn nothing.
    """
    if form != "answer":
        return response
    _, closing, rest = response.rpartition("</think>")
    _, found, tail = rest.rpartition("<answer>")
    answer = found + tail if found else rest.rstrip().rpartition("\n")[2]
    return f"\n{closing}\n{answer}" if closing else answer
