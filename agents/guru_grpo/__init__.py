"""guru_grpo: the bundled agent. It trains a language model on guru-envs with vLLM (or transformers) and GRPO."""
