"""The blueprint that all of this package's views register with."""

from flask import Blueprint

bp = Blueprint("sittings", __name__)
