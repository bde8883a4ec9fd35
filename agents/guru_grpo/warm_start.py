"""A short supervised start: imitate the oracle's responses to tasks of the training split, or those of a file of traces.

It teaches the form of an answer, so that GRPO finds something to reward. The test split shares no problem with it. As documents,
prompts and all, the same texts make a base model of one that knows nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import guru_envs
from guru_envs.errors import InvalidValueError
from guru_envs.task import TaskId
from guru_grpo.config import Config, EnvironmentConfig
from guru_grpo.dialogue import Dialogue
from guru_grpo.mixture import Mixture
from guru_grpo.randomness import derive
from guru_grpo.safety import check_supervised
from guru_grpo.settings import LearnerSettings
from guru_grpo.task_files import Traces, continuation

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
    # Neither a reference nor a critic nor a reward model is asked here; the default advantage makes none.
    unsteered = replace(config.learner, kl_coef=0.0, kl_target=0.0, advantage=LearnerSettings.advantage)
    settings = replace(unsteered, lr=warm.lr, warmup_steps=rising, decay_steps=falling)
    learner: Learner = run.crew.make_learner(settings)
    seed = derive(config.seed, "warm start tasks")
    traces, environments = None, config.environments
    if config.rollout.traces:
        traces, dropped = short_traces(Traces.read(config.rollout.traces), run.dialogue, config.rollout.max_new_tokens)
        if dropped:
            limit = config.rollout.max_new_tokens
            run.display.say(f"rollout.traces: {dropped} responses are longer than {limit} tokens and left out")
        environments = taught(environments, traces)
    traced = traces.task_ids if traces is not None else []
    mixture = Mixture(environments, warm.batch, 1, "train", seed, traced=traced)
    rows = []
    with run.display.bar("supervised steps", warm.steps) as bar:
        for step in range(warm.steps):
            examples = lessons(config, run.dialogue, mixture, traces, step)
            metrics = learner.supervised(examples)
            check_supervised(examples, metrics, run.folder.path, step + 1, config.train.max_grad_norm_seen)
            rows.append({"step": step + 1, **metrics})
            bar.move()
    mixture.close()
    run.folder.write_text("warm_start.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    learner.hand_over(run.engine)


def short_traces(traces: Traces, dialogue: Dialogue, limit: int) -> tuple[Traces, int]:
    """The traces of at most so many tokens, as they go on from their prompts, and how many are longer.

    Raises:
        InvalidValueError: all are longer.
    """

    def fits(task_id: str, text: str) -> bool:
        # By the form of the prompt a trace goes on in one of these; the prompt itself, which takes time, seldom matters.
        forms = {text, continuation("<think>", text), continuation("<think>\n", text)}
        short = {form: len(dialogue.response(form)) <= limit for form in forms}
        if len(set(short.values())) == 1:
            return short[text]
        return short[continuation(dialogue.shown(guru_envs.prompt(task_id)), text)]

    found, dropped = traces.kept(fits)
    if not found.task_ids:
        raise InvalidValueError(
            f"rollout.traces: none of the {dropped} responses has at most rollout.max_new_tokens = {limit} tokens"
        )
    return found, dropped


def taught(rows: Sequence[EnvironmentConfig], traces: Traces) -> tuple[EnvironmentConfig, ...]:
    """The environments that some trace belongs to; the others would only draw tasks of which nothing can be learnt.

    Raises:
        InvalidValueError: there is none.
    """
    known = {TaskId.parse(text).env_id for text in traces.task_ids}
    found = tuple(row for row in rows if known & {row.id, *guru_envs.spec(row.id).parts})
    if not found:
        names = ", ".join(row.id for row in rows)
        raise InvalidValueError(f"rollout.traces: no response that is short enough belongs to a task of {names}")
    return found


def lessons(
    config: Config, dialogue: Dialogue, mixture: Mixture, traces: Traces | None, step: int
) -> list[tuple[list[int], list[int]]]:
    """What a supervised step learns: the oracle's response to each task, or a trace of each task that has one.

    Traces are those that LUFFY would learn from: stripped of a ``<think>`` that the prompt ends in.

    Raises:
        InvalidValueError: no task of the step has a trace, because a file of tasks holds others too.
    """
    prompts, _ = mixture.draw(step)
    form, seed = config.warm_start.form, derive(config.seed, "warm start traces", step)
    if traces is None:
        chosen = [[text] for text in mixture.oracle()]
    else:
        chosen = [traces.choose(task_id, 1, seed) for task_id in mixture.task_ids]
    found = []
    for prompt, texts in zip(prompts, chosen, strict=True):
        for text in texts:
            response = continuation(dialogue.shown(prompt), text)
            found.append(example(dialogue.prompt(prompt), dialogue.response(target(response, form)), form))
    if not found:
        raise InvalidValueError(
            f"rollout.traces: no task of supervised step {step + 1} has a response of at most rollout.max_new_tokens = "
            f"{config.rollout.max_new_tokens} tokens in it; leave tasks without one out of environments.tasks"
        )
    return found


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
    rest = rest.rstrip()
    if found:
        answer = found + tail
    else:
        lines = rest.split("\n")
        fence = lines[-1].strip()
        opening = [at for at, line in enumerate(lines[:-1]) if fence.strip("`") == "" and line.startswith(fence)]
        # a program's answer is its whole block, from the last line that opens one to the line that closes it
        answer = "\n".join(lines[opening[-1] :] if len(fence) >= 3 and opening else lines[-1:])
    return f"\n{closing}\n{answer}" if closing else answer
