"""Experiments: several runs of the agent that answer one question, each read from one TOML file."""
