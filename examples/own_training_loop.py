"""The shape of a GRPO loop over vectorised tasks, without a model; run it with ``python examples/own_training_loop.py``.

The "policy" is a table of weights over three habits; the loop moves weight to the habit with the better advantage. Replace
``sample`` and ``learn`` by your engine and your learner; the environment side stays as it is.
"""

import random

import gymnasium
import numpy as np

import guru_envs  # noqa: F401 - registers the environments

GROUPS, GROUP_SIZE, STEPS = 8, 8, 30
HABITS = ("silent", "malformed", "oracle")


def main() -> None:
    rng = random.Random(0)
    weights = np.zeros(len(HABITS))
    envs = gymnasium.make_vec(
        "guru/knights-and-knaves-v0",
        num_envs=GROUPS * GROUP_SIZE,
        group_size=GROUP_SIZE,
        level=1,
        autoreset_mode="Disabled",
    )
    envs.reset(seed=0)
    for step in range(STEPS):
        envs.reset()  # new tasks: one for each group
        solutions = envs.unwrapped.call("oracle")
        habits = rng.choices(range(len(HABITS)), np.exp(weights), k=envs.num_envs)
        said = {
            "silent": lambda _: "",
            "malformed": lambda text: text.replace("</answer>", ""),
            "oracle": lambda text: text,
        }
        responses = tuple(said[HABITS[habit]](text) for habit, text in zip(habits, solutions, strict=True))
        _, rewards, _, faults, _ = envs.step(responses)

        groups = rewards.reshape(GROUPS, GROUP_SIZE)  # group-relative advantages; faults are left out
        advantages = ((groups - groups.mean(1, keepdims=True)) / (groups.std(1, keepdims=True) + 1e-6)).ravel()
        for habit, advantage, fault in zip(habits, advantages, faults, strict=True):
            weights[habit] += 0.0 if fault else 0.02 * advantage
        if step % 5 == 0 or step == STEPS - 1:
            shares = np.exp(weights) / np.exp(weights).sum()
            print(
                f"step {step:2d}  reward {rewards.mean():.2f}  "
                + "  ".join(f"{h} {s:.2f}" for h, s in zip(HABITS, shares, strict=True))
            )


if __name__ == "__main__":
    main()
