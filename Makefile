# `make help` lists the targets. Each sets up what it needs.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
PYTHON_FILES := meshkit gateway services triton_models tools tests bench
# Arguments for pytest: make test ARGS="tests/meshkit -k errors"
ARGS ?=

.PHONY: help setup setup-test run status test check lint fmt proto proto-baseline models indictrans2 nano yolo bench lock clean clean-all

help: ## List the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name text; do printf '  make %-16s %s\n' "$$name" "$$text"; done

setup: ## Make the environments and fetch models and fonts (run does it too)
	@sh tools/setup.sh run

setup-test:
	@sh tools/setup.sh test

run: setup ## Start the whole mesh and stay in the foreground; Ctrl-C stops it
	@exec $(BIN)/python -m tools.mesh --tied

status: setup ## Show the running mesh's processes and their memory
	@exec $(BIN)/python -m tools.mesh.status

test: setup-test ## Run all tests; ARGS="tests/meshkit -k errors" picks some
	@exec $(BIN)/python -m pytest $(ARGS)

check: lint ## The gate: lint, types, layering, contracts, tests
	@exec $(BIN)/python -m pytest $(ARGS)

lint: setup-test ## All of the gate but the tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	@# Each of Triton's models has a module `model` of its own.
	MYPYPATH=triton_models/coco_ssd/1 $(BIN)/mypy triton_models/coco_ssd/1
	MYPYPATH=bench/baselines/arrival_order/1 $(BIN)/mypy bench/baselines/arrival_order/1/model.py
	$(BIN)/lint-imports
	$(BIN)/python -m tools.proto lint
	$(BIN)/python -m tools.proto check

fmt: setup-test ## Format the code and the protos
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format
	$(BIN)/buf format --write --path protos/sutradhar

proto: setup-test ## Generate gen/ from protos/
	$(BIN)/python -m tools.proto gen

proto-baseline: setup-test ## Accept the present contracts as the ones not to break
	$(BIN)/python -m tools.proto baseline

models: setup ## Fetch models, fonts and pages again where they are missing
	$(BIN)/python -m tools.assets

# Set here, so that variables of the same name in the environment do not count.
indictrans2: MODEL :=
indictrans2: DIRECTION :=
indictrans2: QUANTIZATION :=
indictrans2: NAME :=
indictrans2: DEVICE :=
indictrans2: REMOVE :=
indictrans2: setup ## Install a translation model: MODEL=/path/or/name [DIRECTION=] [QUANTIZATION=] [NAME=] [DEVICE=cpu|gpu]; or REMOVE=name
	$(BIN)/python -m tools.install_translator "$(MODEL)" --direction="$(DIRECTION)" --quantization="$(QUANTIZATION)" --name="$(NAME)" --device="$(DEVICE)" --remove="$(REMOVE)"

nano: setup ## Train our own translation networks anew from data/nano (hours); ARGS="--directions en-indic"
	@sh tools/setup.sh torch
	$(BIN)/python -m tools.nano.make $(ARGS)

yolo: WEIGHTS :=
yolo: NAME := yolo
yolo: DEVICE := cpu
yolo: ACCEPT_AGPL :=
yolo: setup ## Install a YOLO: WEIGHTS=yolo11n.onnx [NAME=yolo] [DEVICE=cpu|gpu]; for a .pt also ACCEPT_AGPL=1
	$(BIN)/python -m tools.install_detector "$(WEIGHTS)" --name="$(NAME)" --device="$(DEVICE)" $(if $(filter 1,$(ACCEPT_AGPL)),--accept-agpl)

bench: ## Measure the mesh; ARGS=detector picks one (see bench/README.md)
	@sh tools/setup.sh bench
	@exec $(BIN)/python -m bench $(ARGS)

lock: setup-test ## Pin the dependencies of pyproject.toml with hashes into requirements/
	$(BIN)/python -m tools.lock

clean: ## Remove environments and caches; keep models/ and var/
	rm -rf .venv .venv-triton .venv-bench .venv-mlserver .venv-yolo .venv-torch .venv-hub build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find $(wildcard $(PYTHON_FILES) gen) -name __pycache__ -type d -prune -exec rm -rf {} +

clean-all: clean ## Also remove models/ and var/ (jobs, artifacts, logs, secrets)
	rm -rf models var
