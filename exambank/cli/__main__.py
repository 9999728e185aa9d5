"""``python -m exambank.cli`` is the ``exambank`` command."""

from exambank.cli import main

main()
