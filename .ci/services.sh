#!/usr/bin/env bash
# Runs a command with a private PostgreSQL and Redis that live in a temporary folder and end with it.
# Usage: .ci/services.sh COMMAND [ARGUMENTS]
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d "${TMPDIR:-/tmp}/perf-services.XXXXXX")
as=() # PostgreSQL refuses to run as root
if [[ $(id -u) == 0 ]]; then
  id postgres >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin postgres
  as=(runuser -u postgres --)
fi
pg_bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1 || true)
[[ -n $pg_bin ]] || pg_bin=$(dirname "$(command -v initdb)")
redis_pid=

stop() {
  trap - EXIT INT TERM HUP
  [[ -z $redis_pid ]] || kill "$redis_pid" 2>/dev/null || true
  "${as[@]}" "$pg_bin/pg_ctl" -D "$folder/pg/data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

free_port() {
  .venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
word() { .venv/bin/python -c 'import secrets; print(secrets.token_hex(16))'; }

chmod 711 "$folder"
mkdir "$folder/pg" "$folder/data"
pg_port=$(free_port)
pg_word=$(word)
(umask 077 && printf '%s\n' "$pg_word" >"$folder/pg/word")
[[ ${#as[@]} == 0 ]] || chown -R postgres "$folder/pg"
(
  cd /
  "${as[@]}" "$pg_bin/initdb" -D "$folder/pg/data" -U perf --pwfile="$folder/pg/word" --auth=scram-sha-256 \
    --encoding=UTF8 --locale=C.UTF-8 --data-checksums >"$folder/initdb.log" 2>&1
  # A crash of the machine may lose this data; a crash of the server may not: synchronous_commit stays on.
  "${as[@]}" "$pg_bin/pg_ctl" -D "$folder/pg/data" -w -l "$folder/pg/log" start -o "-p $pg_port \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder/pg -c fsync=off \
    -c full_page_writes=off -c max_connections=200 -c shared_buffers=256MB -c max_wal_size=4GB \
    -c checkpoint_timeout=30min -c jit=off" >/dev/null
  PGPASSWORD=$pg_word "$pg_bin/createdb" -h 127.0.0.1 -p "$pg_port" -U perf perf
) || { cat "$folder/initdb.log" "$folder/pg/log" >&2; exit 1; }

redis_port=$(free_port)
redis_word=$(word)
redis-server - >"$folder/redis.log" 2>&1 <<EOF &
bind 127.0.0.1
port $redis_port
requirepass $redis_word
maxmemory-policy noeviction
save ""
dir $folder
EOF
redis_pid=$!

export DATABASE_URL="postgresql://perf:$pg_word@127.0.0.1:$pg_port/perf"
export BROKER_URL="redis://:$redis_word@127.0.0.1:$redis_port/0"
export SECRET_KEY="tests-only-$(word)$(word)"
export DATA_DIR="$folder/data" STATIC_ROOT="$folder/static"
export HTTPS=False DJANGO_SETTINGS_MODULE=perf_mgmt.settings LOG_LEVEL=WARNING
unset DEBUG DEMO BUSINESS_DATE

"$@" </dev/null
