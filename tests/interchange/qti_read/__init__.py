"""Reading QTI 2.0, 2.1, 2.2 and 3.0."""
