"""A run small enough for tests: a random model, a domain that is judged in microseconds."""

from __future__ import annotations

from pathlib import Path

import pytest

# Ten thousand weights: enough to learn the form of an answer in the warm start, and more of it through GRPO.
TINY_RUN = """
output = "{output}"
[[environments]]
id = "test/echo-v0"
knobs = {{size = 20}}
reward = {{format = 0.5}}
[model]
name = "tiny-random"
chat = false
[engine]
kind = "transformers"
max_model_len = 256
[rollout]
groups = 4
group_size = 4
max_new_tokens = 24
[learner]
lr = 1e-3
weight_decay = 0.0
[warm_start]
steps = 60
batch = 8
lr = 1e-2
form = "answer"
[train]
steps = 6
checkpoint_every = 2
[evaluate]
tasks = 2
samples = 8
k = [1, 4]
[logs]
curves = false
tensorboard = false
"""


@pytest.fixture
def run_file(tmp_path: Path) -> Path:
    """A configuration file; its output folder is ``run`` beside it."""
    path = tmp_path / "tiny.toml"
    path.write_text(TINY_RUN.format(output=tmp_path / "run"))
    return path
