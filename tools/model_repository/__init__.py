"""The repository of installed models, models/triton: what the installers share."""
