"""Settings that do not go together: found before a model is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guru_envs.errors import InvalidValueError
from guru_envs.reward import RewardRule

if TYPE_CHECKING:
    from guru_grpo.config import Config


def check_combinations(config: Config) -> None:
    """Check what settings of different tables say together.

    Raises:
        InvalidValueError: naming the settings, and what is allowed.
    """
    _check_environments(config)
    _check_sampling(config)
    _check_shaping(config)


def _check_environments(config: Config) -> None:
    rollout = config.rollout
    if not config.environments:
        raise InvalidValueError("environments is empty: at least one [[environments]] table is needed")
    for row in config.environments:
        if row.level is not None and row.knobs:
            raise InvalidValueError(f"environment {row.id!r}: give a level or knobs, not both")
    if len({row.name for row in config.environments}) < len(config.environments):
        raise InvalidValueError("environments: the same environment and level is listed twice")
    if rollout.groups < len(config.environments):
        raise InvalidValueError(
            f"rollout.groups is {rollout.groups}: at least one group for each of the "
            f"{len(config.environments)} environments is needed"
        )
    if config.curriculum.kind != "none" and (
        any(row.knobs for row in config.environments)
        or len({row.id for row in config.environments}) < len(config.environments)
    ):
        raise InvalidValueError("curriculum: it chooses levels, so each environment stands once, without knobs")
    if config.curriculum.mixing != "weights" and len(config.environments) < 2:
        raise InvalidValueError("curriculum.mixing: there are no several environments to share a step")
    for k in config.evaluate.k:
        if not 1 <= k <= config.evaluate.samples:
            raise InvalidValueError(f"evaluate.k has {k}: allowed is 1 to evaluate.samples = {config.evaluate.samples}")


def _check_shaping(config: Config) -> None:
    """A right response must stand above every wrong one, whatever is added for length, repetition, form and steps."""
    rollout = config.rollout
    for index, row in enumerate(config.environments):
        shaping, rule = config.shaping_of(index), RewardRule.from_mapping(row.numbers, row.id)
        factor = rollout.overlong_factor if row.overlong_factor is None else row.overlong_factor
        most = shaping.most + (factor if rollout.overlong_buffer else 0.0)
        if row.overlong_factor and not rollout.overlong_buffer:
            raise InvalidValueError(
                f"environments.{index}.overlong_factor is {row.overlong_factor:g}, but rollout.overlong_buffer is 0: "
                "no length is punished"
            )
        if row.judge_weight and config.judge.kind == "none":
            raise InvalidValueError(
                f"environments.{index}.judge_weight is {row.judge_weight:g}, but judge.kind is 'none': there is no model judge"
            )
        proof, slip = (0.0, 0.0) if shaping.potential else (max(rule.step, 0.0), min(rule.false_step, 0.0))
        apart = rule.correct + min(rule.format, 0.0) + slip - max(rule.wrong, rule.no_answer)
        apart -= max(rule.format, 0.0) + proof
        if most and most >= apart:
            raise InvalidValueError(
                f"shaping, rollout.overlong_factor: a right response of {row.name} could lose {most:g} and stand below a "
                f"wrong one; it must be less than {max(apart, 0.0):g} in all (rollout.overlong_buffer = 0 punishes no length)"
            )


def _check_sampling(config: Config) -> None:
    rollout = config.rollout
    if config.engine.own_process and config.engine.kind != "vllm":
        raise InvalidValueError(f"engine.own_process is for engine.kind = 'vllm', not {config.engine.kind!r}")
    if config.learner.temperature_target and config.train.overlap:
        raise InvalidValueError("learner.temperature_target: with train.overlap a step is sampled before it is known")
    if config.learner.temperature_target and config.replay.kind != "none":
        raise InvalidValueError(
            "learner.temperature_target: replay.kind must be 'none', because what is replayed has its log-probabilities at the "
            "temperature it was sampled at, and another is learnt at"
        )
    taught = config.learner.off_policy != "none"
    if rollout.traces and not taught and not config.warm_start.steps:
        raise InvalidValueError(
            "rollout.traces is given, but learner.off_policy is 'none': choose 'shaped' or 'sft', or give warm_start.steps"
        )
    if rollout.drop_mastered and not (rollout.traces or any(row.tasks for row in config.environments)):
        raise InvalidValueError(
            "rollout.drop_mastered: no environment draws its tasks from a file (tasks, rollout.traces)"
        )
    if config.tree.kind != "none":
        if config.tree.leaves != rollout.group_size:
            raise InvalidValueError(
                f"tree.widths is {config.tree.widths!r}, so a tree has {config.tree.leaves} leaves: it must have "
                f"rollout.group_size = {rollout.group_size}"
            )
        if taught or config.replay.kind == "responses":
            raise InvalidValueError("tree: its leaves fill a group, so off-policy or replayed responses have no place")
    others = rollout.traces_each * taught + (config.replay.kind == "responses")
    if others >= rollout.group_size:
        raise InvalidValueError(
            f"rollout.group_size is {rollout.group_size}: with {others} responses of a group from traces and replay none would be "
            f"the policy's own; at least {others + 1} is needed"
        )
    corrected = config.learner.mismatch != "none" or config.learner.replay_loss == "shaped"
    if config.replay.kind != "none" and config.learner.loss == "reinforce" and not corrected:
        raise InvalidValueError(
            "replay: learner.loss 'reinforce' has no ratio to the policy that sampled a response; set learner.mismatch "
            "or learner.replay_loss"
        )
    if config.curriculum.kind != "none" and (rollout.traces or any(row.tasks for row in config.environments)):
        raise InvalidValueError("curriculum: it chooses levels, so tasks can not come from a file of tasks or traces")
