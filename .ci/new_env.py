"""Prints the environment of a new `make run` installation, for a file that a shell reads.

Usage: new_env.py FOLDER (absolute; the data lives there)
"""

import secrets
import shlex
import sys
from pathlib import Path
from urllib.parse import quote

folder = Path(sys.argv[1])
values = {
    "SECRET_KEY": secrets.token_urlsafe(50),
    "DATABASE_URL": f"sqlite://{quote(str(folder / 'perf.sqlite3'))}",
    "BROKER_URL": "filesystem://localhost",
    "DATA_DIR": str(folder),
    "STATIC_ROOT": str(folder / "static"),
    "HTTPS": "False",
    "DEMO": "True",
    "BUSINESS_DATE": "2024-04-10",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
}
sys.stdout.write("# Made once by make run; .env.example explains every name.\n")
for name, value in values.items():
    sys.stdout.write(f"{name}={shlex.quote(value)}\n")
