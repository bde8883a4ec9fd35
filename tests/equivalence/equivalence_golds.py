"""The gold answers of the shared benchmark samples, where they are there."""

import json
import os
import re
from pathlib import Path

PLACE = Path(os.environ.get("GURU_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))


def rows(name: str) -> list[dict]:
    path = PLACE / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def mathematical() -> dict[str, list[str]]:
    """Golds of mathematics and number benchmarks, by file."""
    found = {
        "math500": [row["answer"] for row in rows("math500")],
        "gsm8k": [row["answer"].split("####")[1].strip() for row in rows("gsm8k")],
        "olympiadbench": [one for row in rows("olympiadbench") for one in row["final_answer"]],
        "deepscaler": [str(row["reward_model"]["ground_truth"]) for row in rows("deepscaler_train_sample")],
        "finqa": [str(row["qa"][key]) for row in rows("finqa_test142") for key in ("answer", "exe_ans")],
        "hitab": [_cell(one) for row in rows("hitab_test") for one in row["answer"]],
        "tatqa": [_cell(one) for row in rows("tatqa_dev") for q in row["questions"] for one in _as_list(q["answer"])],
        "supergpqa": [row["answer"] for name in ("chemistry", "physics") for row in rows(f"supergpqa_{name}")],
        "options": [
            one for name in ("chemistry", "physics") for row in rows(f"supergpqa_{name}") for one in row["options"][::5]
        ],
    }
    return {name: [gold for gold in golds if gold.strip()] for name, golds in found.items() if golds}


def steps() -> list[tuple[str, str]]:
    """Value and calculation of each step of GSM8K's solutions."""
    return [
        (value, left) for row in rows("gsm8k") for left, value in re.findall(r"<<([^=<>]+)=([^<>]+)>>", row["answer"])
    ]


def _as_list(value: object) -> list:
    return value if isinstance(value, list) else [value]


def _cell(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def multiple_choice() -> list[tuple[str, str, tuple[str, ...]]]:
    """Letter, content and options of multiple-choice questions."""
    found = []
    for name in ("supergpqa_chemistry", "supergpqa_physics"):
        found += [(row["answer_letter"], row["answer"], tuple(row["options"])) for row in rows(name)]
    return found
