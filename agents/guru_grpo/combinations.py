"""Settings that do not go together: found before a model is loaded."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from guru_envs.errors import InvalidValueError
from guru_envs.reward import RewardRule
from guru_grpo.settings import DUAL_CLIPPED, METHODS, STEPWISE

if TYPE_CHECKING:
    from guru_grpo.config import Config

# Settings, or tables of them but for their ``kind``, that do nothing unless the rest of the configuration is as the second says;
# the third says so in words. Numbers of a method's own (clips, sft_coef, shaping_gamma) are not here: a file that tunes one has to
# stay good when another method is switched on by one line.
USES: tuple[tuple[str, Callable[[Config], bool], str], ...] = (
    (
        "curriculum.stages curriculum.refresh",
        lambda of: of.curriculum.kind == "stages",
        "it is of curriculum.kind = 'stages'",
    ),
    (
        "curriculum.levels",
        lambda of: of.curriculum.kind in ("schedule", "unmastered", "bandit"),
        "it is of curriculum.kind = 'schedule', 'unmastered' and 'bandit'",
    ),
    ("tree.at", lambda of: of.tree.kind == "fixed", "it is of tree.kind = 'fixed'"),
    ("tree.threshold tree.gap", lambda of: of.tree.kind == "entropy", "it is of tree.kind = 'entropy'"),
    ("tree.widths", lambda of: of.tree.kind != "none", "tree.kind is 'none'"),
    ("replay", lambda of: of.replay.kind != "none", "replay.kind is 'none'"),
    ("learner.replay_loss", lambda of: of.replay.kind != "none", "replay.kind is 'none'"),
    ("rollout.overlong_factor", lambda of: of.rollout.overlong_buffer > 0, "rollout.overlong_buffer is 0"),
    ("judge", lambda of: of.judge.kind != "none", "judge.kind is 'none'"),
    (
        "rollout.traces_each",
        lambda of: bool(of.rollout.traces) and of.learner.off_policy != "none",
        "it is of a file of traces (rollout.traces) and of learner.off_policy = 'shaped' and 'sft'",
    ),
    ("learner.kl_in learner.kl_ratio", lambda of: of.learner.kl_coef > 0, "learner.kl_coef is 0"),
    (
        "learner.kl_kind",
        lambda of: of.learner.kl_coef > 0 or of.learner.kl_estimator == "k3",  # in the loss auto stands for it
        "learner.kl_coef is 0",
    ),
    (
        "learner.dual_clip",
        lambda of: of.learner.loss in DUAL_CLIPPED,
        "it is of learner.loss = 'clip' and 'sequence-clip'",
    ),
    ("learner.lora_alpha learner.lora_targets", lambda of: of.learner.lora_rank > 0, "learner.lora_rank is 0"),
    ("learner.temperature", lambda of: False, "a run sets it from rollout.temperature"),
    ("learner.seed", lambda of: False, "a run sets it from its own seed"),
)


def check_combinations(config: Config) -> None:
    """Check what settings of different tables say together.

    Raises:
        InvalidValueError: naming the settings, and what is allowed.
    """
    _check_environments(config)
    _check_sampling(config)
    _check_corrections(config)
    _check_rewards(config)
    _check_shaping(config)
    _check_uses(config)


def _check_uses(config: Config) -> None:
    """A setting that does nothing is refused, unless its value is the default or the method's."""
    usual: dict[str, Any] = {f"learner.{name}": value for name, value in METHODS[config.learner.method].items()}
    for names, used, words in USES:
        for name in () if used(config) else _expanded(config, names):
            table, _, key = name.partition(".")
            value, default = getattr(getattr(config, table), key), getattr(type(getattr(config, table)), key)
            if value not in (default, usual.get(name, default)):
                raise InvalidValueError(f"{name} is {value!r} and does nothing: {words}; allowed here is {default!r}")


def _expanded(config: Config, names: str) -> list[str]:
    """Dotted names of settings; the name of a table stands for all of it but for ``kind``."""
    found: list[str] = []
    for name in names.split():
        inner = [] if "." in name else [spec.name for spec in dataclasses.fields(getattr(config, name))]
        found += [f"{name}.{key}" for key in inner if key != "kind"] or [name]
    return found


def _check_environments(config: Config) -> None:
    rollout = config.rollout
    if not config.environments:
        raise InvalidValueError("environments is empty: at least one [[environments]] table is needed")
    for index, row in enumerate(config.environments):
        if row.level is not None and row.knobs:
            raise InvalidValueError(f"environment {row.id!r}: give a level or knobs, not both")
        if row.overlong_factor and not rollout.overlong_buffer:
            raise InvalidValueError(
                f"environments.{index}.overlong_factor is {row.overlong_factor:g}, but rollout.overlong_buffer is 0: "
                "no length is punished"
            )
        if row.judge_weight and config.judge.kind == "none":
            raise InvalidValueError(
                f"environments.{index}.judge_weight is {row.judge_weight:g}, but judge.kind is 'none': there is no model judge"
            )
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


def _check_rewards(config: Config) -> None:
    """What is right must be worth most, and what steps earn must be paid somewhere."""
    for row in config.environments:
        rule = RewardRule.from_mapping(row.numbers, row.id)
        if rule.correct <= max(rule.wrong, rule.no_answer):
            raise InvalidValueError(
                f"environments: the reward of {row.name} has correct = {rule.correct:g}, wrong = {rule.wrong:g} and no_answer = "
                f"{rule.no_answer:g}: correct must be above both"
            )
    learner = config.learner
    if not any(config.shaping_of(index).potential for index in range(len(config.environments))):
        return
    if learner.advantage not in STEPWISE:
        raise InvalidValueError(
            f"shaping.potential takes back what steps earn, and learner.advantage {learner.advantage!r} pays it nowhere before: "
            f"allowed are {', '.join(map(repr, STEPWISE))}"
        )
    if learner.advantage == "critic" and learner.gamma != 1.0:
        raise InvalidValueError(
            f"shaping.potential takes back the sum of what steps earn, undiscounted: with learner.advantage 'critic' learner.gamma "
            f"must be 1, not {learner.gamma!r}"
        )


def _check_shaping(config: Config) -> None:
    """A right response must stand above every wrong one, whatever is added for length, repetition, form and steps."""
    rollout = config.rollout
    for index, row in enumerate(config.environments):
        shaping, rule = config.shaping_of(index), RewardRule.from_mapping(row.numbers, row.id)
        factor = rollout.overlong_factor if row.overlong_factor is None else row.overlong_factor
        most = shaping.most + (factor if rollout.overlong_buffer else 0.0)
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
    if config.learner.minibatches > rollout.groups:
        raise InvalidValueError(
            f"learner.minibatches is {config.learner.minibatches}: a step of rollout.groups = {rollout.groups} groups can be split "
            f"into at most {rollout.groups}"
        )
    if rollout.max_new_tokens >= config.engine.max_model_len:
        raise InvalidValueError(
            f"rollout.max_new_tokens is {rollout.max_new_tokens}, which leaves no room for a prompt: it must be below "
            f"engine.max_model_len = {config.engine.max_model_len}, the longest prompt plus response"
        )
    if config.engine.own_process and config.engine.kind != "vllm":
        raise InvalidValueError(f"engine.own_process is for engine.kind = 'vllm', not {config.engine.kind!r}")
    if config.train.overlap and config.engine.tensor_parallel > 1:
        # Both threads use a GPU's one stream, where the engine's sums over GPUs and the gathering of sharded layers, each of
        # which waits for the same operation of another rank, may lie in another order on every rank.
        raise InvalidValueError(
            f"train.overlap is true, but engine.tensor_parallel is {config.engine.tensor_parallel}: an engine over several GPUs "
            "and a learner at the same time can wait for each other for ever; allowed is 1, or no overlap"
        )
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
        if config.tree.kind == "fixed" and max(config.tree.at, default=0) >= rollout.max_new_tokens:
            raise InvalidValueError(
                f"tree.at is {config.tree.at!r}: no response goes on behind rollout.max_new_tokens = {rollout.max_new_tokens}, so "
                "all must be below"
            )
        if taught or config.replay.kind == "responses":
            raise InvalidValueError("tree: its leaves fill a group, so off-policy or replayed responses have no place")
    others = rollout.traces_each * taught + (config.replay.kind == "responses")
    if others >= rollout.group_size:
        raise InvalidValueError(
            f"rollout.group_size is {rollout.group_size}: with {others} responses of a group from traces and replay none would be "
            f"the policy's own; at least {others + 1} is needed"
        )
    if config.curriculum.kind != "none" and (rollout.traces or any(row.tasks for row in config.environments)):
        raise InvalidValueError("curriculum: it chooses levels, so tasks can not come from a file of tasks or traces")


def _check_corrections(config: Config) -> None:
    """A loss without a ratio, and an advantage of trees, need what they are for."""
    learner, tree = config.learner, config.tree
    if learner.advantage in ("segment", "node", "subgroup", "subgroup-batch-std") and tree.kind == "none":
        raise InvalidValueError(
            f"learner.advantage is {learner.advantage!r}: it is of trees, so tree.kind must be 'fixed' or 'entropy', not 'none'"
        )
    if learner.loss != "reinforce":
        return
    no_ratio = "learner.loss 'reinforce' has no ratio to the policy that sampled a response"
    corrected = learner.mismatch != "none"
    if config.replay.kind != "none" and not corrected and learner.replay_loss != "shaped":
        raise InvalidValueError(f"replay: {no_ratio}; set learner.mismatch or learner.replay_loss")
    if config.train.overlap and not corrected:
        raise InvalidValueError(
            f"train.overlap is true, but {no_ratio}, which is older: allowed is false, or another learner.mismatch than 'none'"
        )
    if learner.epochs > 1:
        raise InvalidValueError(
            f"learner.epochs is {learner.epochs}, but {no_ratio}, and the second pass comes after updates: allowed is 1"
        )
