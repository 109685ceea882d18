"""The one error of the rule book."""


class RuleError(Exception):
    """A rule refuses the act. Its text is a Chinese sentence for the user: place, found, expected.

    `code` names the rule for machines, `data` carries values the page shows beside the sentence
    (for example both sides of a version conflict).
    """

    def __init__(self, message: str, code: str = "rule", **data: object) -> None:
        super().__init__(message)
        self.code = code
        self.data = data
