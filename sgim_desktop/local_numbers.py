"""Numbers in what the window says, written as in its input fields: "0,45" where the system writes a comma.

For the eye only: files, tables for other programs and recipes keep the point.
"""

from __future__ import annotations

import string
from decimal import Decimal

from PySide6.QtCore import QLocale


class _Formatter(string.Formatter):
    """``str.format``, with the signs of the locale in what is a number."""

    def __init__(self) -> None:
        locale = QLocale()  # the one that the fields use
        self._signs = str.maketrans({
            ".": locale.decimalPoint(), "-": locale.negativeSign(), "+": locale.positiveSign(),
            **{str(digit): chr(ord(locale.zeroDigit()) + digit) for digit in range(10)},
        })

    def format_field(self, value: object, format_spec: str) -> str:
        """One blank of the template, filled."""
        text = str(super().format_field(value, format_spec))
        return text if isinstance(value, str) else text.translate(self._signs)


def filled(template: str, *values: float | Decimal | str) -> str:
    """``template.format(*values)`` with its numbers as the locale writes them; texts among ``values`` stay as they are.

    ``filled("{0:+.1f} dB", 0)`` is "+0,0 dB" in German.
    """
    return _Formatter().format(template, *values)
