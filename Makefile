# Two commands for a start: `make run` and `make test`. The rest is for those who change the code.
SHELL := /bin/bash
export HOST ?= 127.0.0.1
export PORT ?= 8000
# Least coverage in percent, branches included, of rules, services, selectors and permissions.
export COVERAGE_FLOOR ?= 95
export SIZE ?= default
ARGS ?=

.PHONY: run test check format bench soak lock demo-reset

run: ## Everything on this machine, with the demo: http://localhost:8000
	@.ci/start.sh

test: ## All tests on real services; ARGS="tests/core -k env" runs a part
	@.ci/test.sh $(ARGS)

check: ## Style, types, arrows, migrations, settings
	@.ci/check.sh

format: ## Lay out Python and templates as make check wants them
	@.ci/bootstrap.sh check
	@.venv/bin/python -m ruff format .
	@find templates -name '*.html' -print0 | xargs -0r .venv/bin/python -m djhtml --tabwidth 2

bench: ## Ratios of speed and memory; SIZE=full for the large sizes
	@.ci/bootstrap.sh test
	@.ci/services.sh bash -ec '.venv/bin/python manage.py collectstatic --noinput -v 0; \
	  exec .venv/bin/python -m tests.bench'

soak: ## The long runs: many mutated workbooks, many histories
	@SOAK=1 .ci/test.sh -m soak $(ARGS)

lock: ## Write requirements*.txt anew, for Debian 12's own Python
	@.ci/bootstrap.sh check
	@for name in requirements requirements-dev; do \
	  .venv/bin/python -m uv pip compile -q --upgrade --generate-hashes --no-emit-index-url --no-header \
	    --no-annotate --python-version 3.11.2 $$name.in -o $$name.txt || exit 1; \
	done

demo-reset: ## Forget the demo's data; the next make run starts afresh
	@mkdir -p var
	@flock -n -E 9 var/serve.lock rm -rf var/perf.sqlite3 var/perf.sqlite3-wal var/perf.sqlite3-shm \
	  var/files var/queue var/beat-schedule* var/demo.txt || { echo "Stop make run first."; exit 1; }
