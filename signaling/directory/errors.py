"""The one error of the directory."""


class DirectoryError(Exception):
    """The directory cannot be used."""
