"""The door for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from apps.core.charsets import only_utf8

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perf_mgmt.settings")

application = only_utf8(get_wsgi_application())
