"""Weights files, read without the framework that wrote them and without running anything that they name.

Used by converters that run in .venv-triton: only the standard library and numpy are imported.
"""
