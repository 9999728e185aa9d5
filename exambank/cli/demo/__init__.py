"""The demonstration school, filled through the services."""
