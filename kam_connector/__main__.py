"""`python -m kam_connector` is `kam`."""

from kam_connector.cli import main

main()
