# `make` alone lists the targets.

GO ?= go
GOLANGCI_LINT_VERSION := v2.15.0
golangci_lint := bin/golangci-lint-$(GOLANGCI_LINT_VERSION)

.DEFAULT_GOAL := help
.PHONY: help run test test-full check bench fmt spec-release build postgres

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: postgres build ## Serve on 127.0.0.1:8080 with a small sample (data in ./var)
	@exec bin/aftersales serve --sample

test: postgres ## Run go vet and all tests
	$(GO) vet ./...
	$(GO) test -vet=off -p 2 -timeout 20m ./...

# One test at a time: some measure, and the machine is theirs.
test-full: postgres ## Run the tests of docs/statements.md at their full size: hours
	$(GO) test -vet=off -v -timeout 1h ./aggregates ./aggregates/invoice -run 'TestMoney|TestLawAny|TestLawFully' -rapid.checks=100000
	$(GO) test -vet=off -v -timeout 1h ./commands -run TestCodeEntropy -codes 10000000
	$(GO) test -vet=off -v -timeout 1h ./eventstore/node -run TestNothingIsLostOrDoubledWhenNodeAndPostgresAreKilled -kills 50
	$(GO) test -vet=off -v -timeout 1h ./cmd/aftersales -run TestReadYourWrites -writes 10000
	$(GO) test -vet=off -v -timeout 6h -parallel 1 ./http -run 'TestDrawnDryRuns|TestAPIFuzz|TestGuessing' \
		-draws 5000 -requests 200000 -guesses 1000000 -codes 1000000 -timings 100000

check: $(golangci_lint) ## Check formatting, modules, file lengths and the linters' rules
	@.ci/check-format
	$(GO) vet ./...
	$(GO) mod verify
	$(golangci_lint) run ./...

bench: postgres ## Run the benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...

fmt: $(golangci_lint) ## Format all Go files
	$(golangci_lint) fmt ./...

spec-release: ## Keep openapi.yaml as the one of the newest release in CHANGELOG.md, once
	@version=$$(sed -n 's/^## \[\([0-9][^]]*\)\].*/\1/p' CHANGELOG.md | head -n 1); kept=http/testdata/openapi-released.yaml; \
	test -n "$$version" || { echo "CHANGELOG.md names no release" >&2; exit 1; }; \
	! grep -qxF "  version: \"$$version\"" $$kept || { echo "that of $$version is kept already" >&2; exit 1; }; \
	sed "s/^  version: .*/  version: \"$$version\"/" http/openapi.yaml > $$kept

build:
	$(GO) build -o bin/ ./cmd/aftersales

postgres:
	@.ci/install-postgres

# Built once per version, with this machine's Go.
$(golangci_lint):
	GOBIN=$(CURDIR)/bin $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	mv bin/golangci-lint $@
