"""Measurements of the mesh."""
