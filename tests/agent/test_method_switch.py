"""``learner.method`` by one line, on every preset and on what a run has saved: the other method comes whole, and nothing else moves."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from guru_grpo import config
from guru_grpo.config import Config
from guru_grpo.settings import METHODS, LearnerSettings, rollout_of

from guru_envs.errors import InvalidValueError

# What presets set against their own method, which no line about the method changes.
AGAINST = {("multi-domain", "kl_coef"): 0.0}


def missing(loaded: Config, method: str) -> dict[str, Any]:
    """What of a method is not in a configuration, with the value that stands there."""
    needed = METHODS[method] | rollout_of(method, loaded.rollout.max_new_tokens)
    tables = vars(loaded.rollout) | vars(loaded.learner)
    return {key: tables[key] for key, value in needed.items() if tables[key] != value}


def saved(loaded: Config, folder: Path) -> str:
    """The ``config.json`` that a run with these settings has in its folder."""
    pytest.importorskip("torch", reason="needs the extra agent")
    from guru_grpo.folder import RunFolder

    folder.mkdir()
    RunFolder(folder).keep_config(loaded)
    return str(folder / "config.json")


def test_one_line_brings_the_whole_method_on_every_preset():
    found = {}
    for preset, method in itertools.product(config.presets(), METHODS):
        loaded = config.load(preset, [f"learner.method={method}"])
        assert loaded.learner.method == method
        found |= {(preset, method, key): value for key, value in missing(loaded, method).items()}
    with_penalty = [method for method, values in METHODS.items() if "kl_coef" in values]
    assert found == {
        (preset, method, key): value for (preset, key), value in AGAINST.items() for method in with_penalty
    }


def test_nothing_of_the_old_method_stays():
    """Between all methods: what only the old one sets is the default again."""
    for preset, method in itertools.product(config.presets(), METHODS):
        loaded = config.load(preset, [f"learner.method={method}"])
        for key in {key for values in METHODS.values() for key in values} - METHODS[method].keys():
            expected = AGAINST.get((preset, key), getattr(LearnerSettings, key))
            if key == "dual_clip" and method == "guru":
                expected = 10.0
            assert getattr(loaded.learner, key) == expected, (preset, method, key)


@pytest.mark.parametrize("preset", config.presets())
@pytest.mark.parametrize("method", ["gspo", "dapo", "luffy", "ppo"])
def test_a_saved_configuration_is_as_good_as_its_preset(preset, method, tmp_path):
    line = [f"learner.method={method}"]
    direct = config.load(preset, line)
    again = config.load(saved(config.load(preset), tmp_path / "run"), line)
    assert (again.learner, again.rollout) == (direct.learner, direct.rollout)
    assert again == direct
    back = config.load(saved(direct, tmp_path / "other"), ["learner.method=" + config.load(preset).learner.method])
    if all(preset != one for one, _ in AGAINST):  # what was set against the old method is now what the other does, too
        assert back == config.load(preset)


def test_what_was_chosen_against_the_method_stays(tmp_path):
    chosen = ["learner.clip_high=0.25", "rollout.overlong_buffer=3", "learner.lr=2e-3"]
    source = saved(config.load("tiny-cpu", ["learner.method=dapo", *chosen]), tmp_path / "run")
    found = config.load(source, ["learner.method=gspo"])
    assert (found.learner.clip_high, found.learner.clip_low, found.learner.lr) == (0.25, 3e-4, 2e-3)
    assert (found.rollout.overlong_buffer, found.rollout.dynamic_sampling) == (3, 0)
    same = config.load(source, ["learner.method=dapo", "learner.lr=1e-3"])  # the method it has: nothing gives way
    assert (same.learner.clip_high, same.rollout.overlong_buffer) == (0.25, 3)


def test_other_overrides_stay_in_whatever_order(tmp_path):
    source = saved(config.load("tiny-cpu"), tmp_path / "run")
    lines = [
        "learner.method=gspo",
        "learner.clip_low=0.2",
        "rollout.dynamic_sampling=2",
    ]  # the first is guru's own value
    for order in itertools.permutations(lines):
        found = config.load(source, order)
        assert (found.learner.clip_low, found.learner.clip_high) == (0.2, 4e-4)
        assert found.rollout.dynamic_sampling == 2
    whole = config.load(source, ["learner={method='dapo', clip_high=0.2}"])
    assert (whole.learner.clip_high, whole.rollout.dynamic_sampling) == (0.2, 10)


def test_the_methods_dual_clip_goes_with_its_loss(tmp_path):
    assert config.load("tiny-cpu").learner.dual_clip == 10.0
    for loss, expected in (("sequence-clip", 10.0), ("ratio", 0.0), ("cispo", 0.0), ("geometric", 0.0)):
        for source in ("tiny-cpu", saved(config.load("tiny-cpu"), tmp_path / loss)):
            found = config.load(source, [f"learner.loss={loss}"])
            assert found.learner.dual_clip == expected
            assert config.load(saved(found, tmp_path / f"{loss} {source[:4].strip('/')}")) == found
    with pytest.raises(InvalidValueError, match=r"learner\.dual_clip is 3\.0 .*'clip' and 'sequence-clip'; .* 0\.0"):
        config.load("tiny-cpu", ["learner.loss=cispo", "learner.dual_clip=3.0"])


def test_dppo_has_both_numbers_of_prime_rl():
    found = config.load("tiny-cpu", ["learner.method=dppo"]).learner
    assert (found.loss, found.mismatch_shift, found.mismatch_square) == ("ratio", 0.2, 1e-3)
