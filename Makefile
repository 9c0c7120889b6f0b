# The two commands of the README, and what they are made of.
#   make demo               dub the project's own sample (or VIDEO=talk.mp4) into TO=es
#   make test               format, lints, documentation and all tests
#   make clients            schemathesis and the official n8n node against the server
#   make bench              seconds of work per second of video (BENCH="VIDEO… --runs 3")
#   make bench-translation  chrF, register and speed of every pair (BENCH="REFERENCES --lines 100")
VIDEO ?= assets/sample/presenter.mp4
TO    ?= es
MODE  ?= speed
OUT   ?= out/demo
REDUB := target/release/redub

.PHONY: demo test lint unit setup build models bench bench-translation clients clean-out

demo: build models
	$(REDUB) translate "$(VIDEO)" --to "$(TO)" --mode "$(MODE)" --captions -o "$(OUT)"

test: lint unit

lint: setup
	@echo "== format"
	@cargo fmt --all --check
	@echo "== lints"
	@cargo clippy --release --quiet --workspace --all-targets -- -D warnings
	@echo "== documentation"
	@RUSTDOCFLAGS="-D warnings" cargo doc --release --quiet --workspace --no-deps

# The libraries for language models (11 MB) too: a test drives them with a model of its own.
unit: build models
	@$(REDUB) --quiet models pull llama-cpp
	@echo "== tests"
	@cargo nextest run --release --workspace --no-fail-fast

build: setup
	@echo "== build"
	@cargo build --release --quiet --workspace --bins

models: build
	@echo "== models"
	@$(REDUB) --quiet models pull

bench-translation: build models
	@bench/translation.py $(BENCH)

bench: build models
	@bench/pipeline.py $(BENCH)

clients: build models
	@scripts/check-clients.sh

setup:
	@scripts/setup.sh
