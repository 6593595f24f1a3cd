"""The few kinds of error that a user of workforce meets, each with one clear message."""


class WorkforceError(Exception):
    """Anything that the user can mend: the message says what is wrong, where, and what to do."""


class DataError(WorkforceError):
    """A table or an array breaks the contract."""


class ParameterError(WorkforceError):
    """A parameter, a name or an option is not one that exists or is allowed."""


class MissingDataError(WorkforceError):
    """What was asked for needs a table or a figure that is not there and may not be invented."""


class SourceError(WorkforceError):
    """A file or a service could not be read."""


class ReportError(WorkforceError):
    """A notebook, a page or a site could not be made whole."""
