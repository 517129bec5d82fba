"""The application, for servers and the flask command."""

from sakrad import create_app

app = create_app()
