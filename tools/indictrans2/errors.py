"""The one error of this package."""


class UnusableCheckpointError(Exception):
    """The checkpoint cannot be converted; the message names the file and what it lacks, for a person to read."""
