package postgres

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestWithoutProgramsTheErrorNamesThePackage(t *testing.T) {
	t.Setenv(ProgramsEnv, t.TempDir())
	_, err := Start(t.Context(), Config{Dir: t.TempDir()})
	var missing *NotInstalledError
	if !errors.As(err, &missing) || !strings.Contains(err.Error(), "apt-get install postgresql)") {
		t.Errorf("error %v, want *NotInstalledError naming the package", err)
	}
}

func TestDataOfAnotherVersionAsksForThatVersion(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	if err := errors.Join(os.Mkdir(data, 0o700), os.WriteFile(filepath.Join(data, "PG_VERSION"), []byte("99\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), Config{Dir: dir})
	var missing *NotInstalledError
	if !errors.As(err, &missing) || missing.Major != 99 || !strings.Contains(err.Error(), "postgresql-99") {
		t.Errorf("error %v, want *NotInstalledError for version 99", err)
	}
}

func TestTheProgramsFoundAreACompleteSetOfAKnownVersion(t *testing.T) {
	t.Parallel()
	found, err := findPrograms(0)
	if err != nil {
		t.Fatal(err)
	}
	if found.major < 10 {
		t.Errorf("version %d of %s", found.major, found.dir)
	}
	if dirs := searchPath(); !slices.Contains(dirs, found.dir) {
		t.Errorf("%s is not among %v", found.dir, dirs)
	}
	same, err := findPrograms(found.major)
	if err != nil || same != found {
		t.Errorf("asked for %d: %v, %v", found.major, same, err)
	}
}

func TestAStartThatFailsQuotesTheLog(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	server := start(t, dir, true)
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(server.cluster.data(), "global", "pg_control")); err != nil {
		t.Fatal(err)
	}
	_, err := Start(deadline(t), Config{Dir: dir, Unsafe: true})
	var failed *StartError
	if !errors.As(err, &failed) || !strings.Contains(failed.Output, "pg_control") {
		t.Fatalf("error %v, want *StartError with what Postgres said", err)
	}
	if !strings.Contains(err.Error(), failed.Output) || !strings.Contains(err.Error(), failed.Log) {
		t.Errorf("text %q lacks the log", err)
	}
}

func TestAFailedInitdbQuotesTheLogAndLeavesNoCluster(t *testing.T) {
	found, err := findPrograms(0)
	if err != nil {
		t.Fatal(err)
	}
	bin := reachable(t)
	script := "#!/bin/sh\necho no space left for initdb >&2\nexit 3\n"
	if err := errors.Join(os.Symlink(found.path("postgres"), filepath.Join(bin, "postgres")),
		os.WriteFile(filepath.Join(bin, "initdb"), []byte(script), 0o755)); err != nil {
		t.Fatal(err)
	}
	t.Setenv(ProgramsEnv, bin)
	dir := t.TempDir()
	_, err = Start(deadline(t), Config{Dir: dir})
	var failed *StartError
	if !errors.As(err, &failed) || failed.Output != "no space left for initdb" {
		t.Errorf("error %v, want *StartError with what initdb said", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "data")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a cluster is there: %v", err)
	}
}
