"""Domains about programs."""
