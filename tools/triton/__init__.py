"""The embedded Triton: the server of the nvidia-pytriton wheel, started, checked and kept well.

Everything here runs in .venv-triton and imports only the standard library (numpy is asked for its version).
"""
