#!/usr/bin/env bash
# make test: every test on real services. With arguments, pytest gets them and the floor is not asked.
set -euo pipefail
cd "$(dirname "$0")/.."
if [[ ${1:-} != --inside ]]; then
  .ci/bootstrap.sh test
  exec .ci/services.sh "$0" --inside "$@"
fi
shift
python=.venv/bin/python
mkdir -p build
$python manage.py collectstatic --noinput -v 0
if (($#)); then
  exec $python -m pytest "$@"
fi
# Any test may run on either worker (tests/conftest.py keeps a browser module together): browser and live
# tests use a Redis database of their worker's own.
rm -f build/coverage.json
code=0
$python -m pytest -n "${TEST_WORKERS:-2}" --dist load --cov --cov-report= \
  --cov-report=json:build/coverage.json --junitxml=build/junit.xml || code=$?
((code)) || $python .ci/coverage_floor.py build/coverage.json "${COVERAGE_FLOOR:-95}" || code=$?
exit "$code"
