"""Questions over tables."""
