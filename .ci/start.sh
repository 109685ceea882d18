#!/usr/bin/env bash
# make run: everything on this machine alone, with the demo. Ctrl-C stops it.
set -euo pipefail
cd "$(dirname "$0")/.."
HOST=${HOST:-127.0.0.1}
PORT=${PORT:-8000}
umask 077

[[ $PORT =~ ^[0-9]{1,5}$ ]] || { echo "PORT=$PORT: write a number, as in PORT=8001 make run" >&2; exit 2; }
probe=$HOST
[[ $HOST == 0.0.0.0 || $HOST == "::" ]] && probe=localhost
if (exec 3<>"/dev/tcp/$probe/$PORT") 2>/dev/null; then
  echo "Port $PORT is taken. Choose another: PORT=8001 make run" >&2
  exit 1
fi

.ci/bootstrap.sh run
mkdir -p var
flock -n var/serve.lock true || { echo "Already running on the data in $PWD/var." >&2; exit 1; }
[[ -f var/run.env ]] || .venv/bin/python .ci/new_env.py "$PWD/var" >var/run.env.new
[[ -f var/run.env ]] || mv var/run.env.new var/run.env
set -a
PUBLIC_URL="http://localhost:$PORT"
. var/run.env
set +a

manage() { .venv/bin/python manage.py "$@"; }
manage collectstatic --noinput -v 0
manage migrate --noinput -v 0
# The people and their password go to a file that only this user reads; progress goes to the screen.
manage load_demo yuli >var/demo.txt
# In a container root is the only user; Celery's warning about it would hide what matters.
[[ $(id -u) != 0 ]] || export PYTHONWARNINGS="ignore:You're running the worker with superuser"
exec .venv/bin/python manage.py serve --host "$HOST" --port "$PORT" --greeting var/demo.txt
