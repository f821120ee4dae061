"""Conversion of IndicTrans2 checkpoints to what the Triton model `translator` serves."""
