"""Turning an ONNX file that ultralytics exported into one of the detector's contract graph.

Runs in .venv-triton, where the onnx package and Triton's own onnxruntime live.
"""
