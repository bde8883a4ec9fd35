"""Data files: exported tasks."""
