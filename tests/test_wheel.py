"""The wheel: built, installed into a clean virtual environment, imported, and a task solved there."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytest.importorskip("build", reason="needs the extra dev")
pytest.importorskip("hatchling", reason="needs the extra dev")

PROGRAM = """
import pathlib, sys
import gymnasium, guru_envs
assert "site-packages" in guru_envs.__file__, guru_envs.__file__
assert guru_envs.bundled_file() == pathlib.Path(guru_envs.__file__).parent / "registry.yaml"
for row in guru_envs.rows():
    env = gymnasium.make(row.id)
    env.reset(seed=0)
    assert env.step(env.unwrapped.oracle())[1] == 1.0
assert len(guru_envs.rows()) >= 3
assert not {"torch", "transformers", "vllm"} & set(sys.modules)
print("fine")
"""


def run(*command: str, cwd: Path, **env: str) -> str:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(command, cwd=cwd, env=clean | env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), cwd=ROOT)
    return next(out.glob("*.whl"))


def test_contents(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"guru_envs", "guru_grpo"}, "tests, examples and a package called agents must stay out"
    assert "guru_envs/registry.yaml" in names
    assert "guru_envs/py.typed" in names
    assert any(name.startswith("guru_grpo/presets/") for name in names)


def test_clean_install(wheel, tmp_path):
    venv = tmp_path / "venv"
    run(sys.executable, "-m", "venv", str(venv), cwd=tmp_path)
    python = str(venv / "bin" / "python")
    run(python, "-m", "pip", "install", "--quiet", str(wheel), cwd=tmp_path)
    assert run(python, "-W", "error", "-c", PROGRAM, cwd=tmp_path).strip() == "fine"
    assert "guru/zebra-v0" in run(str(venv / "bin" / "guru"), "list", "--json", cwd=tmp_path)
    missing = subprocess.run(
        [str(venv / "bin" / "guru-grpo"), "train", "--preset", "tiny-cpu"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert missing.returncode != 0
    assert "guru-envs[agent]" in missing.stderr + missing.stdout
    assert "Traceback" not in missing.stderr
