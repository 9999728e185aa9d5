"""What the tests of differential functioning read out of its records."""

from dataclasses import asdict

from exambank.psychometrics.dif import LogisticDif, MantelHaenszel


def numbers_of(value):
    if isinstance(value, MantelHaenszel | LogisticDif):
        value = asdict(value)
    if isinstance(value, dict):
        return [number for part in value.values() for number in numbers_of(part)]
    return [value] if isinstance(value, float | int) else []


def missing(record):
    return {name for name, value in asdict(record).items() if value is None}
