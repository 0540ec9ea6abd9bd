"""Files of figures that people bring: read whole, checked whole, then stored or refused."""
