"""Runs the whole mesh on one machine: `python -m tools.mesh` under supervisord, in the foreground."""
