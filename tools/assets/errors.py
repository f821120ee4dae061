"""The one error of this package."""


class AssetError(Exception):
    """An asset could not be fetched, checked or made; the message is meant for the person at the terminal."""
