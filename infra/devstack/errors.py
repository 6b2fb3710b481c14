"""What can go wrong with the embedded stack: errors with a stable code and a sentence that says what to do."""


class DevStackError(Exception):
    """The embedded stack cannot do what was asked.

    Attributes:
        code: stable and machine-readable, for example `temporal_missing`.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ServerDownError(DevStackError):
    """A server ended although it should be serving; another try, perhaps on another port, may succeed."""

    def __init__(self, message: str) -> None:
        super().__init__("server_down", message)
