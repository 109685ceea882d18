FROM python:3.11-slim-bookworm

# What WeasyPrint draws with, free Chinese fonts: 宋 and 黑 (Noto), 楷 (AR PL), and pg_dump of the
# server's version (Debian 12 and docker-compose.yml both have 15).
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
       libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk fonts-arphic-gkai00mp \
       postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /srv/app --shell /usr/sbin/nologin app \
    && install -d -o app -g app /srv/data \
    && install -d -o app -g app -m 700 /srv/backups

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=perf_mgmt.settings \
    STATIC_ROOT=/srv/static DATA_DIR=/srv/data
WORKDIR /srv/app

COPY requirements.txt .
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt

COPY . .
# The settings ask for these three; the values end with this line.
RUN SECRET_KEY=collectstatic DATABASE_URL=sqlite:///tmp/none BROKER_URL=memory:// \
    python manage.py collectstatic --noinput -v 0

USER app
EXPOSE 8000
VOLUME /srv/data
CMD ["gunicorn", "perf_mgmt.wsgi:application", "--bind=0.0.0.0:8000", "--workers=4"]
