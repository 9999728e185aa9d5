"""PURE. Hostile until shown otherwise: archives and XML are opened here and nowhere else."""
