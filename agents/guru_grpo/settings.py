"""The learner's settings: a plain dataclass, so that a configuration is checked before torch is loaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from guru_envs.errors import InvalidValueError, unknown_name


def _setting(default: Any, help: str, low: float | None = None, high: float | None = None) -> Any:
    return field(default=default, metadata={"help": help, "low": low, "high": high})


# The methods by name: what differs from the defaults of LearnerSettings. Sources: docs/agent.md.
METHODS: dict[str, dict[str, Any]] = {
    "guru": {"dual_clip": 10.0},
    "grpo": {"aggregation": "sequence-mean", "kl_coef": 0.001},
    "dr_grpo": {"advantage": "group", "aggregation": "constant"},
    "dapo": {"clip_high": 0.28},  # and what rollout_of says
    "gspo": {"loss": "sequence-clip", "clip_low": 3e-4, "clip_high": 4e-4, "aggregation": "sequence-mean"},
    "rloo": {"advantage": "leave-one-out", "loss": "reinforce"},
    "reinforce_pp": {"advantage": "batch-std", "kl_in": "reward", "kl_coef": 0.001},
    "ppo": {"advantage": "critic", "kl_in": "reward", "kl_coef": 0.001},
    "luffy": {"advantage": "group", "aggregation": "constant", "loss": "ratio", "off_policy": "shaped"},
    "cispo": {"loss": "cispo"},
    "gmpo": {"loss": "geometric", "clip_low": 0.4, "clip_high": 0.4, "aggregation": "sequence-mean"},
    "lite_ppo": {"advantage": "group-reward-std"},
    "clip_cov": {"covariance": "clip", "clip_low": 1.0, "clip_high": 1.0},
    "kl_cov": {"covariance": "kl", "loss": "ratio"},
    "forking_tokens": {"entropy_share": 0.2, "clip_high": 0.28},
    "skywork": {"entropy_target": 0.2},
    "dppo": {"loss": "ratio", "mismatch_shift": 0.2, "mismatch_square": 1e-3},
    "prime": {"advantage": "implicit"},  # and what rollout_of says
    "rl_sft": {"advantage": "group", "aggregation": "constant", "off_policy": "sft"},
}


# The losses that a dual clip bounds.
DUAL_CLIPPED = ("clip", "sequence-clip")

# The advantages that pay what steps of a response earn where they end; the others look at its whole reward.
STEPWISE = ("steps", "steps-min", "critic")


def rollout_of(method: str, max_new_tokens: int) -> dict[str, Any]:
    """What a method needs of the settings of ``rollout``.

    DAPO (arXiv 2503.14476) samples until every group has a signal, ten rounds at most in its released script, and punishes length
    over the last fifth of the room: 4,096 of 20,480 tokens. PRIME (arXiv 2502.01456) keeps groups whose share of right responses is
    0.2 to 0.8; the bound of the rounds is DAPO's.
    """
    if method == "dapo":
        return {"dynamic_sampling": 10, "overlong_buffer": max_new_tokens // 5}
    if method == "prime":
        return {"dynamic_sampling": 10, "band": (0.2, 0.8)}
    return {}


@dataclass(frozen=True)
class LearnerSettings:
    """How the policy is updated: GRPO with AdamW.

    The defaults are GURU's (arXiv 2506.14965) but for the learning rate, the warm-up and the number of minibatches: those of the preset
    ``guru``.
    """

    method: str = _setting("guru", "sets what a method by that name needs; other settings given stand above it")
    lr: float = _setting(1e-5, "learning rate of AdamW", 0.0, 1.0)
    betas: tuple[float, float] = _setting((0.9, 0.999), "AdamW's decay rates of the first and second moment", 0.0, 1.0)
    weight_decay: float = _setting(0.1, "AdamW's weight decay", 0.0, 1.0)
    warmup_steps: int = _setting(0, "optimiser steps over which the learning rate rises from 0", 0)
    decay_steps: int = _setting(0, "optimiser steps, the warm-up included, after which the rate is 0; 0: no decay", 0)
    max_grad_norm: float = _setting(1.0, "gradients with a larger norm are scaled down to it", 0.0)
    clip_low: float = _setting(0.2, "the probability ratio is clipped below 1 minus this", 0.0, 1.0)
    clip_high: float = _setting(0.2, "the probability ratio is clipped above 1 plus this", 0.0)
    dual_clip: float = _setting(
        0.0,
        "tokens of negative advantage lose at most this many times the advantage; above 1, or 0 for no such bound "
        "(loss = clip or sequence-clip)",
        0.0,
    )
    aggregation: Literal["token-mean", "sequence-mean", "sequence-sum", "constant"] = _setting(
        "token-mean",
        "how token losses are averaged: over all tokens, per response first, over responses of summed tokens, or by a constant "
        "(Dr. GRPO)",
    )
    advantage: Literal[
        "group-std",
        "group",
        "leave-one-out",
        "group-batch-std",
        "group-reward-std",
        "batch-std",
        "critic",
        "segment",
        "node",
        "subgroup",
        "subgroup-batch-std",
        "steps",
        "steps-min",
        "implicit",
    ] = _setting(
        "group-std",
        "reward minus group mean over the group's deviation (GRPO), and others; see guru_grpo.advantages, guru_grpo.segments "
        "for those of tree rollouts (segment, node, subgroup), guru_grpo.process for those of step rewards (steps), "
        "guru_grpo.implicit_reward for PRIME's (implicit)",
    )
    loss: Literal["clip", "sequence-clip", "geometric", "ratio", "reinforce", "cispo"] = _setting(
        "clip", "loss of a token: PPO's clipped surrogate, and others; see guru_grpo.losses"
    )
    deviation_ddof: int = _setting(
        1,
        "a deviation over n rewards divides by n minus this: 1 is the sample's (Bessel), 0 the population's "
        "(advantage = group-std or group-reward-std, as the next)",
        0,
        1,
    )
    deviation_eps: float = _setting(1e-6, "added to the deviation that advantages are divided by", 0.0, 1.0)
    critic_lr: float = _setting(1e-5, "learning rate of the critic (advantage = critic)", 0.0, 1.0)
    value_clip: float = _setting(
        0.2, "the critic's values are clipped to this distance from those before the step's first update; 0: not", 0.0
    )
    gamma: float = _setting(1.0, "discount of a token (advantage = critic or implicit)", 0.0, 1.0)
    lam: float = _setting(0.95, "lambda of generalised advantage estimation (advantage = critic)", 0.0, 1.0)
    implicit_lr: float = _setting(1e-6, "learning rate of the reward model (advantage = implicit)", 0.0, 1.0)
    implicit_beta: float = _setting(
        0.05, "a token's implicit reward is this times log pi_reward_model - log pi_reference", 1e-6
    )
    implicit_update: Literal["before", "after"] = _setting(
        "before", "the reward model learns from a step's responses before it scores them, or after"
    )
    implicit_scale: Literal["none", "return"] = _setting(
        "none",
        "divide implicit rewards by nothing, or by the largest sum of them, in size, from a token of the step on",
    )
    implicit_coef: float = _setting(1.0, "weight of the advantages of implicit rewards (advantage = implicit)", 0.0)
    outcome_coef: float = _setting(1.0, "weight of the advantages of rewards beside them (advantage = implicit)", 0.0)
    entropy_coef: float = _setting(0.0, "weight of an entropy bonus; with entropy_target the one it starts from", 0.0)
    entropy_target: float = _setting(
        0.0,
        "nats per token at or below which an entropy bonus applies, whose weight rises there and falls above; 0: it is fixed",
        0.0,
    )
    entropy_delta: float = _setting(0.005, "by how much the weight of the entropy bonus rises or falls a step", 0.0)
    entropy_coef_max: float = _setting(1.0, "largest weight of the entropy bonus (entropy_target)", 0.0)
    entropy_share: float = _setting(
        1.0, "only this share of a step's tokens, those of the highest entropy, has a policy gradient", 1e-9, 1.0
    )
    covariance: Literal["none", "clip", "kl"] = _setting(
        "none",
        "what is done about tokens that lower the entropy most: Clip-Cov drops some, KL-Cov holds them; see guru_grpo.selection",
    )
    covariance_share: float = _setting(
        2e-4, "share of a step's tokens that this is done to, but at least one", 0.0, 1.0
    )
    covariance_band: tuple[float, float] = _setting((1.0, 5.0), "covariances among which Clip-Cov chooses")
    covariance_coef: float = _setting(1.0, "weight of abs(log pi - log pi_old) of tokens that KL-Cov holds", 0.0)
    mismatch: Literal["none", "token", "sequence", "mask", "token-mask", "sequence-mask"] = _setting(
        "none",
        "importance weights for an engine that does not sample exactly from the learner's policy; see guru_grpo.mismatch",
    )
    mismatch_cap: float = _setting(2.0, "largest of these weights; masks drop what is below its inverse too", 1.0)
    mismatch_drift: float = _setting(
        0.0,
        "responses of negative advantage whose mean of log pi_engine - log pi is above this are not learnt from; 0: all are",
        0.0,
    )
    mismatch_shift: float = _setting(
        0.0,
        "tokens whose probability has moved further than this from the engine's, the way their advantage pushes, are not "
        "learnt from (DPPO); 0: all are",
        0.0,
        1.0,
    )
    mismatch_square: float = _setting(0.0, "weight of the square of log pi - log pi_engine, added to the loss", 0.0)
    off_policy: Literal["none", "shaped", "sft"] = _setting(
        "none", "the oracle's response in each group: none, learnt with LUFFY's shaping, or by an SFT loss beside RL"
    )
    shaping_gamma: float = _setting(0.1, "gamma of LUFFY's shaping pi / (pi + gamma)", 1e-6)
    replay_loss: Literal["same", "shaped"] = _setting(
        "same",
        "loss of replayed responses: learner.loss, or w / (w + shaping_gamma) of the ratio w to the policy that sampled them",
    )
    sft_coef: float = _setting(1.0, "weight of the SFT loss of off_policy = sft", 0.0)
    kl_in: Literal["loss", "reward"] = _setting(
        "loss", "where the KL penalty stands; in the reward it is an estimate of each token"
    )
    kl_coef: float = _setting(0.0, "weight of the KL penalty towards the reference, the policy GRPO starts from", 0.0)
    kl_kind: Literal["auto", "k1", "k2", "k3", "k3+"] = _setting(
        "auto", "estimator of the KL penalty, see guru_grpo.losses; auto: k3 in the loss, k1 in the reward"
    )
    kl_ratio: bool = _setting(
        False, "multiply the estimate by pi / pi_old, which makes the gradient of k1 and k3 unbiased"
    )
    kl_target: float = _setting(
        0.0, "KL per token that kl_coef is steered to, starting from its value; 0: it is fixed", 0.0
    )
    kl_horizon: int = _setting(10_000, "responses over which kl_coef changes by at most a fifth (kl_target)", 1)
    epochs: int = _setting(1, "passes over the responses of a step", 1)
    minibatches: int = _setting(1, "optimiser steps each pass is split into", 1)
    micro_tokens: int = _setting(4096, "most tokens, padding included, in one forward and backward pass", 1)
    pack: bool = _setting(True, "compute the prompt once for all responses of a group")
    lora_rank: int = _setting(0, "learn adapters of this rank instead of all weights (LoRA); 0: all weights", 0)
    lora_alpha: float = _setting(0.0, "adapters count alpha / rank; 0: twice the rank", 0.0)
    lora_targets: tuple[str, ...] = _setting(
        (), "names of the layers that get adapters, for example q_proj; none: all linear layers but the output"
    )
    gradient_checkpointing: bool = _setting(
        False,
        "compute layers and output again in the backward pass instead of keeping what they need: less memory, more time",
    )
    precision: Literal["auto", "float32", "bfloat16"] = _setting(
        "auto",
        "what products are computed in, the weights staying model.dtype; auto: bfloat16 on GPUs, float32 on CPUs",
    )
    temperature: float = _setting(
        1.0, "sampling temperature of the responses; a run sets it from rollout.temperature", 0.01
    )
    temperature_target: float = _setting(
        0.0,
        "nats per token that the entropy of the sampled responses is steered to by the temperature, which starts from "
        "rollout.temperature; 0: it is fixed",
        0.0,
    )
    temperature_rate: float = _setting(0.1, "how fast: by at most a fifth of this share a step", 0.0, 1.0)
    temperature_range: tuple[float, float] = _setting(
        (0.2, 2.0), "lowest and highest temperature (temperature_target)", 0.01
    )
    seed: int = _setting(0, "of the random choices of an update; a run sets it from its own seed", 0)

    @property
    def kl_estimator(self) -> Literal["k1", "k2", "k3", "k3+"]:
        """The estimator that ``kl_kind`` names."""
        if self.kl_kind == "auto":
            return "k3" if self.kl_in == "loss" else "k1"
        return self.kl_kind

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise unknown_name("learner.method", self.method, METHODS, "the agent")
        if (
            self.kl_in == "reward"
            and self.kl_coef
            and self.advantage not in ("batch-std", "leave-one-out", "group", "critic", "implicit")
        ):
            raise InvalidValueError(
                "learner.kl_in is 'reward': learner.advantage must be batch-std, leave-one-out, group, critic or implicit, "
                f"not {self.advantage!r}"
            )
        divided = self.advantage in ("group-std", "group-reward-std")
        if not divided and (self.deviation_ddof, self.deviation_eps) != (1, 1e-6):
            raise InvalidValueError(
                "learner.deviation_ddof, learner.deviation_eps are of learner.advantage = group-std and group-reward-std; "
                f"with {self.advantage!r} they do nothing"
            )
        if 0 < self.decay_steps <= self.warmup_steps:
            raise InvalidValueError(
                f"learner.decay_steps is {self.decay_steps}: it must be above learner.warmup_steps = {self.warmup_steps}, or 0"
            )
        if 0.0 < self.dual_clip <= 1.0:
            raise InvalidValueError(f"learner.dual_clip is {self.dual_clip!r}: it must be above 1, or 0 to turn it off")
        if self.kl_in == "reward" and (self.kl_ratio or self.kl_kind == "k3+"):
            raise InvalidValueError(
                "learner.kl_in is 'reward': there kl_ratio and the kind k3+, which differ in the loss's gradient only, do nothing; "
                "learner.kl_kind can be k1, k2 or k3"
            )
        if self.kl_ratio and self.kl_estimator not in ("k1", "k3"):
            raise InvalidValueError(f"learner.kl_ratio is for the kinds k1 and k3, not {self.kl_kind!r}")
        if self.advantage == "critic" and self.off_policy == "shaped":
            raise InvalidValueError(
                "learner.off_policy is 'shaped': learner.advantage can not be 'critic', which foretells nothing of responses that "
                "another policy wrote; choose group (LUFFY), group-std or leave-one-out"
            )
        if self.kl_target and not self.kl_coef:
            raise InvalidValueError("learner.kl_target is given, but learner.kl_coef, where it starts, is 0")
        for name in ("covariance_band", "temperature_range"):
            if getattr(self, name)[0] >= getattr(self, name)[1]:
                raise InvalidValueError(f"learner.{name} is {getattr(self, name)!r}: the first must be smaller")
        if not all(0.0 <= beta < 1.0 for beta in self.betas):
            raise InvalidValueError(f"learner.betas is {self.betas!r}: both must be at least 0 and below 1")
