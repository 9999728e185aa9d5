"""Measurements on a real server: reported, never asserted by wall-clock (but losses and differences are errors)."""
