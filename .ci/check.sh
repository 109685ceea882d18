#!/usr/bin/env bash
# make check: style, types, arrows, migrations, settings, files. Needs no service.
set -euo pipefail
cd "$(dirname "$0")/.."
.ci/bootstrap.sh check
python=.venv/bin/python
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# The production settings, with values that are plainly no one's.
set -a
. .ci/production.env
DATA_DIR=$scratch STATIC_ROOT=$scratch/static DJANGO_SETTINGS_MODULE=perf_mgmt.settings
set +a

failed=()
step() {
  local name=$1 began=$SECONDS
  shift
  if "$@" </dev/null >"$scratch/out" 2>&1; then
    printf '%-12s ok     %3d s\n' "$name" $((SECONDS - began))
  else
    printf '%-12s FAILED %3d s\n' "$name" $((SECONDS - began))
    sed 's/^/    /' "$scratch/out"
    failed+=("$name")
  fi
}
without_database() { env DATABASE_URL="sqlite://$scratch/none.sqlite3" "$@"; }
templates() { find templates -name '*.html' -print0 | xargs -0r $python -m djhtml --check --tabwidth 2; }

step format $python -m ruff format --check --no-cache .
step ruff $python -m ruff check --no-cache .
step types $python -m mypy
step arrows $python -c 'from importlinter.cli import lint_imports_command as run; run()' --no-cache
step migrations without_database $python manage.py makemigrations --check --dry-run
step deploy $python manage.py check --deploy --fail-level WARNING
step rules $python -m tests.lint
step compose $python -m check_jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
step templates templates

if ((${#failed[@]})); then
  echo "make check failed: ${failed[*]}"
  exit 1
fi
echo "make check passed"
