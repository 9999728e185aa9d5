"""The WSGI entry point: gunicorn serves ``wsgi:app``."""

from exambank import create_app

app = create_app()
