# Two commands are enough: `make serve` and `make test`. Both start from a bare machine with Python 3.11 or newer.
PYTHON ?= python3
PORT ?= 8000
UV ?= uv

.DEFAULT_GOAL := help
.PHONY: help serve test lint format bench screenshots lock messages clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

serve: .venv/.installed ## install, migrate, load fixtures/, serve on PORT=8000
	.venv/bin/python manage.py serve --port $(PORT)

test: lint ## install, check style and types, find a browser, run all tests on SQLite, those of the database on PostgreSQL if there is one
	@scripts/test.sh

lint: .venv/.installed-dev ## check style, templates, types and migrations
	.venv/bin/python -m ruff check
	.venv/bin/python -m ruff format --check
	.venv/bin/python -m djlint --check --lint templates
	.venv/bin/python -m mypy
	.venv/bin/python manage.py makemigrations --check --dry-run

format: .venv/.installed-dev ## rewrite code and templates in the house style
	.venv/bin/python -m ruff check --fix --exit-zero --silent
	.venv/bin/python -m ruff format
	.venv/bin/python -m djlint --reformat --quiet templates || true # it fails where it has changed a file

bench: .venv/.installed-dev ## run the benchmarks
	.venv/bin/python -m benchmarks

screenshots: .venv/.installed-dev ## look at every page in a browser again: docs/looks.md
	CHROMIUM="$$(scripts/browser.sh)" .venv/bin/python scripts/screenshots.py

lock: ## pin all dependencies again (needs uv); for newer versions: make lock UPGRADE=--upgrade
	$(COMPILE) -o requirements.lock
	$(COMPILE) --group dev -c requirements.lock -o requirements-dev.lock

COMPILE = $(UV) pip compile pyproject.toml $(UPGRADE) --quiet --generate-hashes --universal --python-version 3.11 \
	--no-emit-index-url --custom-compile-command "make lock"

messages: .venv/.installed ## collect and compile the translations (needs GNU gettext); commit .po and .mo
	@command -v msgfmt >/dev/null || { echo "GNU gettext is missing: apt install gettext, or brew install gettext"; exit 1; }
	.venv/bin/python manage.py makemessages -l zh_Hans --add-location file --no-wrap
	.venv/bin/python manage.py compilemessages --ignore .venv

clean: ## remove caches and test output; keeps .venv, the database and uploads
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results staticfiles test_db.sqlite3*
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

# The stamps make a second start quick: pip runs again only when the lock file has changed.
.venv/.installed: requirements.lock
.venv/.installed-dev: requirements-dev.lock
.venv/.installed .venv/.installed-dev:
	@PYTHON="$(PYTHON)" scripts/install.sh $<
	@touch $@
