"""Mode "steps": a puzzle deduced fact by fact, each judged exactly; run it with ``python examples/one_fact_at_a_time.py``.

The "policy" states the facts of the oracle's proof, and once one that comes too early. Replace it by a call of your model.
"""

import gymnasium

import guru_envs


def main() -> None:
    env = gymnasium.make("guru/zebra-v0", level=5, mode="steps", reward={"wrong": -0.1})
    prompt, info = env.reset(seed=0)
    print(f"--- {info['task_id']}\n{prompt}\n")
    total, over, turn = 0.0, False, 0
    while not over:
        response = env.unwrapped.oracle()
        if turn == 2:  # a fact that is true, but not yet a conclusion
            response = f"<answer>{guru_envs.oracle(info['task_id']).splitlines()[-2]}</answer>"
        feedback, reward, terminated, truncated, info = env.step(response)
        total, over, turn = total + reward, terminated or truncated, turn + 1
        print(f"> {response}\n  {feedback.splitlines()[0]} (reward {reward:+.3f})")
    print(f"{turn} responses earned {total:.3f}")


if __name__ == "__main__":
    main()
