"""The replies to a step's tasks before anybody judges them: another policy's, earlier ones, and the policy's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from guru_grpo.randomness import derive
from guru_grpo.rollout import Scored
from guru_grpo.task_files import continuation

if TYPE_CHECKING:
    from guru_grpo.collect import Sources
    from guru_grpo.config import Config
    from guru_grpo.dialogue import Dialogue
    from guru_grpo.engine import Completion, Engine, Sampling
    from guru_grpo.mixture import Mixture


@dataclass(frozen=True)
class Reply:
    """One response to a task, not judged yet.

    Attributes:
        text: what is judged.
        token_ids, logprobs, finished, nodes: as in ``Rollout``.
        off_policy: another policy wrote it.
        age: how many steps ago it was sampled.
    """

    text: str
    token_ids: list[int]
    logprobs: list[float]
    finished: bool
    nodes: tuple[tuple[int, int], ...] = ()
    off_policy: bool = False
    age: int = 0


@dataclass
class Sampled:
    """The replies of one round, by group, and what getting them took."""

    groups: list[list[Reply]]
    dropped: int = 0
    sampled: list[int] = field(default_factory=list)  # tokens of each group
    prefilled: int = 0
    drawn: list[list[Scored]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


def given_replies(
    config: Config,
    dialogue: Dialogue,
    mixture: Mixture,
    prompts: Sequence[str],
    step: int,
    sources: Sources,
    again: Sequence[str],
) -> tuple[list[list[Reply]], int]:
    """The responses to each group's prompt that need no sampling, and how many traces were too long."""
    rollout = config.rollout
    found: list[list[Reply]] = [[] for _ in mixture.task_ids]
    dropped = 0
    if config.learner.off_policy != "none":
        if sources.traces is None:
            texts = [[one] for one in mixture.oracle()]
        else:
            seed = derive(config.seed, "traces", step)
            texts = [sources.traces.choose(one, rollout.traces_each, seed) for one in mixture.task_ids]
        for group, some in enumerate(texts):
            for whole in some:
                text = continuation(dialogue.shown(prompts[group]), whole)
                ids = dialogue.response(text)
                if len(ids) > rollout.max_new_tokens:
                    dropped += 1  # never cut: the end, with the answer, would be missing
                else:
                    found[group].append(Reply(text, ids, [0.0] * len(ids), True, off_policy=True))
    left = list(again)
    for group, task_id in enumerate(mixture.task_ids):
        old = sources.replay.success(task_id, step) if sources.replay is not None and task_id in left else None
        if old is not None:
            left.remove(task_id)  # each joins one group
            was = old.rollout
            reply = Reply(old.text, was.completion_ids, was.logprobs, was.finished, (), False, was.age)
            found[group].append(reply)
    return found, dropped


def own_replies(
    config: Config,
    engine: Engine,
    dialogue: Dialogue,
    prompts: Sequence[list[int]],
    given: Sequence[int],
    seed: int,
) -> Sampled:
    """The policy's own responses: as many as the given ones leave room for."""
    from guru_grpo.engine import Sampling

    rollout = config.rollout
    sampling = Sampling(max_new_tokens=rollout.max_new_tokens, temperature=rollout.temperature, seed=seed)
    if config.tree.kind != "none":
        return _trees(config, engine, dialogue, prompts, sampling, seed)
    result = Sampled([[] for _ in prompts], sampled=[0] * len(prompts))
    for count in sorted({*given}):
        groups = [group for group, have in enumerate(given) if have == count]
        some = derive(seed, "beside", count) if len({*given}) > 1 else seed
        completions = engine.generate(
            [prompts[group] for group in groups], replace(sampling, n=rollout.group_size - count, seed=some)
        )
        for group, members in zip(groups, completions, strict=True):
            result.groups[group] = [_reply(one) for one in members]
            result.sampled[group] = sum(len(one.token_ids) for one in members)
            result.prefilled += len(prompts[group])
    return result


def _reply(one: Completion) -> Reply:
    return Reply(one.text, one.token_ids, one.logprobs, one.finished)


def _trees(
    config: Config, engine: Engine, dialogue: Dialogue, prompts: Sequence[list[int]], sampling: Sampling, seed: int
) -> Sampled:
    from guru_grpo.branches import LIKELIEST, branching, grow

    if config.tree.kind == "entropy":
        sampling = replace(sampling, likeliest=LIKELIEST)
    grown = grow(engine, prompts, config.tree.widths, branching(config.tree), sampling, seed)
    groups = [
        [Reply(dialogue.text(one.tokens), one.tokens, one.logprobs, one.finished, one.path) for one in leaves]
        for leaves in grown.leaves
    ]
    return Sampled(groups, 0, grown.sampled, grown.prefilled)
