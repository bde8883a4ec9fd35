"""Mathematical puzzles."""
