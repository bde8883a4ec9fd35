"""The estimators of guru_envs, under the agent's own name (they live in ``guru_envs.evals.estimators``)."""

from guru_envs.evals.estimators import Z95, Estimate, apart, mean_interval, pass_at_k, rose, spread_interval, student

__all__ = ["Z95", "Estimate", "apart", "mean_interval", "pass_at_k", "rose", "spread_interval", "student"]
