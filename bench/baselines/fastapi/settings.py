"""Settings from the environment."""

from os import environ

SECRET = environ["SECRET"]
ISSUER = environ["ISSUER"]
AUDIENCE = environ["AUDIENCE"]
DATABASE_URL = environ["DATABASE_URL"]
POOL = int(environ["POOL"])
