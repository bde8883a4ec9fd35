"""Simulation: what a program does."""
