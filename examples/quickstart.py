"""Solve a few tasks with a policy of your own; run it with ``python examples/quickstart.py``.

A policy is any function from a prompt to a response. This one knows nothing and says so.
"""

import gymnasium

import guru_envs


def policy(prompt: str) -> str:
    """Replace this by a call of your model."""
    return f"I read {len(prompt)} characters and have no idea. <answer>1 + 1</answer>"


def main() -> None:
    env = gymnasium.make("guru/countdown-v0", level=2, max_turns=2)
    for seed in range(3):
        observation, info = env.reset(seed=seed)
        print(f"--- {info['task_id']}\n{observation}\n")
        over = False
        while not over:
            response = policy(observation)
            observation, reward, terminated, truncated, info = env.step(response)
            print(f"> {response}\n{observation} (reward {reward})")
            over = terminated or truncated
        print(f"\nWhat the oracle says:\n{env.unwrapped.oracle()}\n")
    task_id = info["task_id"]
    print("The same task in Chinese:", guru_envs.prompt(f"{task_id}?lang=zh"), sep="\n")


if __name__ == "__main__":
    main()
