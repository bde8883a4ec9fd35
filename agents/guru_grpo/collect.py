"""What a training step learns from: tasks drawn, responses sampled and judged, until there are enough groups with a signal."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from guru_envs.errors import InvalidValueError
from guru_grpo.earnings import judge_weights, length_rewards, opinions_on, steps_by_token
from guru_grpo.language import written_in
from guru_grpo.randomness import derive
from guru_grpo.replay import Replay, has_signal
from guru_grpo.replies import Sampled, given_replies, own_replies
from guru_grpo.rollout import Rollout, Scored
from guru_grpo.rows import figures
from guru_grpo.settings import STEPWISE
from guru_grpo.task_files import Traces

if TYPE_CHECKING:
    from guru_grpo.config import Config
    from guru_grpo.critique import Critics
    from guru_grpo.dialogue import Dialogue
    from guru_grpo.engine import Engine
    from guru_grpo.mixture import Mixture


@dataclass(frozen=True)
class Batch:
    """The rollouts of a step.

    Attributes:
        scored: them all, group by group; group ids count from 0.
        groups_drawn: groups that were sampled to get these.
        traces_dropped: responses of another policy that were longer than the limit.
        sampled: tokens that were sampled.
        prefilled: tokens of all prompts, and of the prefixes from which trees go on.
        seconds: what sampling and judging took.
        judging: by environment the seconds of its judge, and how many responses it judged.
        faults: by environment the responses that could not be judged, and all, of every group drawn.
        groups_kept: groups that can be learnt from, those that were too many included.
        drawn: by environment the groups that were sampled, and their tokens.
        apart: responses of another policy are in no mean of their group, because an SFT loss learns them.
        overall: the figures of the policy's own responses of every group drawn.
        figures: the same by environment.
    """

    scored: list[Scored]
    groups_drawn: int
    traces_dropped: int
    sampled: int = 0
    prefilled: int = 0
    seconds: dict[str, float] = field(default_factory=dict, compare=False)
    judging: dict[int, tuple[float, int]] = field(default_factory=dict, compare=False)
    faults: dict[int, tuple[int, int]] = field(default_factory=dict)
    groups_kept: int = 0
    drawn: dict[int, tuple[int, int]] = field(default_factory=dict)
    apart: bool = False
    overall: dict[str, float] = field(default_factory=dict)
    figures: dict[int, dict[str, float]] = field(default_factory=dict)

    @property
    def groups(self) -> list[list[Scored]]:
        """The rollouts by group."""
        found: dict[int, list[Scored]] = {}
        for one in self.scored:
            found.setdefault(one.rollout.group, []).append(one)
        return list(found.values())

    def has_signal(self, group: Sequence[Scored]) -> bool:
        """Whether a group of it has something to learn."""
        return has_signal(group, self.apart)

    @property
    def without_signal(self) -> int:
        """How many groups have nothing to learn."""
        return sum(not self.has_signal(members) for members in self.groups)

    @property
    def rollouts(self) -> list[Rollout]:
        """What the learner gets."""
        return [one.rollout for one in self.scored]


@dataclass
class Sources:
    """Where responses come from beside the policy, and who scores them beside the environments.

    Attributes:
        traces: a stronger model's responses; None takes the oracle's.
        replay: what earlier steps sampled.
        critics: a model that scores answers.
    """

    traces: Traces | None = None
    replay: Replay | None = None
    critics: Critics | None = None

    def check_traces(self, saved: str | None) -> None:
        """Raise ``InvalidValueError`` when the traces are not those of a saved run; None: it had none, or did not tell."""
        if saved is not None and (self.traces is None or self.traces.fingerprint != saved):
            raise InvalidValueError("rollout.traces: the responses in the file are others than when the run was saved")


def make_sources(config: Config) -> Sources:
    """The sources that a configuration names.

    Raises:
        InvalidValueError: the file of traces can not be read, or the judge's address is no URL.
    """
    from guru_grpo.critique import make_critics

    replay = Replay(config.replay, config.seed) if config.replay.kind != "none" else None
    traces = Traces.read(config.rollout.traces) if config.rollout.traces else None
    return Sources(traces, replay, make_critics(config.judge))


def collect(
    config: Config,
    engine: Engine,
    dialogue: Dialogue,
    mixture: Mixture,
    step: int,
    sources: Sources | None = None,
) -> Batch:
    """Sample and judge the responses of a step.

    With ``rollout.dynamic_sampling`` (DAPO, arXiv 2503.14476, section 3.2) groups whose outcomes are all alike are left out, traces
    for an SFT loss with them, and more are drawn, in at most so many rounds; what is too much is cut off so that environments keep
    their shares of the step. With ``rollout.band`` so are groups whose share of right responses, among the policy's own of this
    step, is not in it (PRIME, arXiv 2502.01456). When no group is kept, those
    of the last round are returned, masked, so that nothing is learnt from them. Replayed groups come on top.
    """
    sources = sources or Sources()
    wanted, rounds = config.rollout.groups, max(1, config.rollout.dynamic_sampling)
    drawn: list[list[Scored]] = []
    kept: list[list[Scored]] = []
    last = Sampled([])
    dropped = prefilled = 0
    sampled: list[int] = []
    seconds = {"generate": 0.0, "judge": 0.0}
    judging: dict[int, tuple[float, int]] = {}
    for number in range(rounds):
        last = _round(config, engine, dialogue, mixture, step, number, sources)
        drawn, dropped = drawn + last.drawn, dropped + last.dropped
        sampled, prefilled = sampled + last.sampled, prefilled + last.prefilled
        seconds = {name: spent + last.seconds[name] for name, spent in seconds.items()}
        for index, (spent, count) in mixture.judging.items():
            before = judging.get(index, (0.0, 0))
            judging[index] = before[0] + spent, before[1] + count
        kept += [group for group in last.drawn if _keeps(config, group)]
        if len(kept) >= wanted:
            break
    chosen = _evenly(kept, last.drawn, wanted) or [[_masked(one) for one in group] for group in last.drawn]
    if sources.replay is not None:
        earlier = sources.replay.groups(step)
        # Groups that are solved each time are left out above; the buffer has to hear of them all the same.
        sources.replay.keep(drawn, step, [group for group in kept if has_signal(group, _apart(config))])
        chosen = chosen + earlier
    scored = [_grouped(one, group) for group, members in enumerate(chosen) for one in members]
    by_environment = _drawn(drawn, sampled)
    return Batch(
        scored,
        len(drawn),
        dropped,
        sum(sampled),
        prefilled,
        seconds,
        judging,
        _faults(drawn),
        len(kept),
        by_environment,
        _apart(config),
        figures(own := [one for group in drawn for one in group if not one.rollout.off_policy and not one.rollout.age]),
        {index: figures([one for one in own if one.environment == index]) for index in by_environment},
    )


def _evenly(kept: Sequence[list[Scored]], planned: Sequence[Sequence[Scored]], wanted: int) -> list[list[Scored]]:
    """The groups of a step: as many as wanted, each time the next one of the environment that is furthest below its share.

    Args:
        kept: groups to choose from.
        planned: groups of a round, whose environments tell the shares.
        wanted: how many at most.
    """
    waiting: dict[int, list[int]] = {}
    for place, group in enumerate(kept):
        waiting.setdefault(group[0].environment, []).append(place)
    shares = Counter(group[0].environment for group in planned)
    taken: Counter[int] = Counter()
    chosen: list[int] = []
    while waiting and len(chosen) < wanted:
        first = max(sorted(waiting), key=lambda one: shares[one] * wanted - taken[one] * len(planned))
        taken[first] += 1
        chosen.append(waiting[first].pop(0))
        if not waiting[first]:
            del waiting[first]
    return [kept[place] for place in sorted(chosen)]


def _drawn(drawn: Sequence[Sequence[Scored]], sampled: Sequence[int]) -> dict[int, tuple[int, int]]:
    """By environment how many groups were drawn, and the tokens sampled for them."""
    found: dict[int, tuple[int, int]] = {}
    for group, tokens in zip(drawn, sampled, strict=True):
        groups, before = found.get(group[0].environment, (0, 0))
        found[group[0].environment] = groups + 1, before + tokens
    return found


def _faults(drawn: Sequence[Sequence[Scored]]) -> dict[int, tuple[int, int]]:
    """By environment how many of the policy's responses could not be judged, and how many there were."""
    found: dict[int, tuple[int, int]] = {}
    for one in (one for group in drawn for one in group if not one.rollout.off_policy and not one.rollout.age):
        faults, count = found.get(one.environment, (0, 0))
        found[one.environment] = faults + one.fault, count + 1
    return found


def _masked(one: Scored) -> Scored:
    return replace(one, rollout=replace(one.rollout, masked=True))


def _keeps(config: Config, group: Sequence[Scored]) -> bool:
    """Whether a step is to learn from a group."""
    if not config.rollout.dynamic_sampling:
        return True
    low, high = config.rollout.band
    own = [one.rollout for one in group if not one.rollout.off_policy and not one.rollout.age]
    judged = [one.right for one in own if one.right is not None]
    return has_signal(group, _apart(config)) and bool(judged) and low <= sum(judged) / len(judged) <= high


def _apart(config: Config) -> bool:
    """Whether responses of another policy are in no mean of their group."""
    return config.learner.off_policy == "sft"


def _grouped(one: Scored, group: int) -> Scored:
    return replace(one, rollout=replace(one.rollout, group=group))


def _round(
    config: Config,
    engine: Engine,
    dialogue: Dialogue,
    mixture: Mixture,
    step: int,
    number: int,
    sources: Sources,
) -> Sampled:
    """One draw of tasks, with their responses sampled and judged."""
    seed = derive(config.seed, "rollout", step, number) if number else derive(config.seed, "rollout", step)
    again = sources.replay.tasks(step) if sources.replay is not None and not number else []
    began = time.monotonic()
    prompts, origin = mixture.draw(step, again) if again else mixture.draw(step)
    prompt_ids = [dialogue.prompt(prompt) for prompt in prompts]
    given, dropped = given_replies(config, dialogue, mixture, prompts, step, sources, again)
    result = own_replies(config, engine, dialogue, prompt_ids, [len(one) for one in given], seed)
    result.groups = [[*first, *own] for first, own in zip(given, result.groups, strict=True)]
    result.dropped = dropped
    generated = time.monotonic()
    every = [reply for group in result.groups for reply in group]
    judged = mixture.judge([one.text for one in every], [not one.off_policy and not one.age for one in every])
    weights = judge_weights(config, sources.critics)
    golds = mixture.golds() if any(weights) else []
    opinions = opinions_on(sources.critics, golds, prompts, judged, [weights[one] > 0 for one in origin])
    paid_apart = config.learner.advantage in STEPWISE
    result.seconds = {"generate": generated - began, "judge": time.monotonic() - generated}
    shapings = [config.shaping_of(index) for index in range(len(config.environments))]
    at = 0
    for group, replies in enumerate(result.groups):
        shaped = shapings[origin[group]]
        extra = length_rewards(config, origin[group], replies, judged.correct[at : at + len(replies)])
        members = []
        for reply, more in zip(replies, extra, strict=True):
            opinion = opinions[at]
            fault = judged.faults[at] or (opinion is not None and opinion.fault)
            outcome, right = judged.rewards[at], judged.correct[at]
            gains = judged.steps[at] if judged.steps else []
            praise = opinion.score * weights[origin[group]] if opinion else 0.0
            if shaped.language and not written_in(reply.text, shaped.language):
                outcome, right, gains, more, praise = min(outcome, 0.0), False, [], min(more, 0.0), 0.0
            reward = outcome if fault else outcome + more + praise
            if shaped.potential:
                reward -= sum(worth for _, worth in gains)
            cut = config.rollout.mask_cut and not reply.finished
            rollout = Rollout(
                prompt_ids[group],
                reply.token_ids,
                reply.logprobs,
                group,
                reward,
                fault,
                reply.finished,
                reply.off_policy,
                reply.age,
                reply.nodes,
                steps_by_token(dialogue, reply, gains, reward) if paid_apart and gains and not fault else (),
                None if fault else right,
                cut,
            )
            members.append(
                Scored(
                    rollout,
                    outcome,
                    fault,
                    judged.correct[at],
                    judged.format_ok[at],
                    judged.answered[at],
                    judged.levels[at],
                    origin[group],
                    mixture.task_ids[group],
                    prompts[group],
                    reply.text,
                    "fault" if fault else judged.outcomes[at],
                    judged.credits[at],
                    (opinion.critique if opinion and opinion.critique else judged.details[at]),
                    opinion.score if opinion else None,
                )
            )
            at += 1
        result.drawn.append(members)
    return result
