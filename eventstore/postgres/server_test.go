package postgres

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
)

func TestDataSurvivesCloseAndStart(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(reachable(t), "missing", "postgres")
	first := start(t, dir, false)
	query(t, first.URL("postgres"), "CREATE TABLE kept AS SELECT 42 AS n")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if left := strays(first.cluster.data()); len(left) > 0 {
		t.Errorf("processes %v outlive Close", left)
	}
	second := start(t, dir, false)
	if got := query(t, second.URL("postgres"), "SELECT n FROM kept"); got != "42" {
		t.Errorf("after a restart n = %q, want 42", got)
	}
	if text := tail(second.cluster.log, 0); strings.Contains(text, "recovery in progress") {
		t.Errorf("Close was no orderly shutdown:\n%s", text)
	}
}

func TestSettingsAreTheOnesPromised(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		unsafe  bool
		durable string
	}{"safe": {false, "on"}, "unsafe": {true, "off"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := start(t, t.TempDir(), test.unsafe)
			want := map[string]string{
				"fsync": test.durable, "synchronous_commit": test.durable, "full_page_writes": test.durable,
				"listen_addresses": "", "max_connections": "100", "shared_buffers": "128MB", "timezone": "UTC",
				"server_encoding": "UTF8", "lc_collate": "C", "lc_messages": "C", "data_checksums": "on",
			}
			got := map[string]string{}
			for setting := range want {
				got[setting] = query(t, server.URL("postgres"), "SHOW "+setting)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("settings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestASecondStartOnTheSameFolderIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	server := start(t, dir, true)
	_, err := Start(deadline(t), Config{Dir: dir, Unsafe: true})
	var inUse *InUseError
	if !errors.As(err, &inUse) || inUse.PID != os.Getpid() {
		t.Fatalf("in the same process: error %v, want *InUseError with process %d", err, os.Getpid())
	}
	a := spawn(t, request{Dir: dir, Unsafe: true}, nil).answer(t)
	if a.Type != "*postgres.InUseError" || !strings.Contains(a.Error, dir) {
		t.Fatalf("in another process: %+v, want *InUseError naming %s", a, dir)
	}
	if got := query(t, server.URL("postgres"), "SELECT 1"); got != "1" {
		t.Errorf("the first server answers %q after the refusals", got)
	}
}

func TestEnsureDatabaseCreatesOnceWhateverTheName(t *testing.T) {
	t.Parallel()
	server := start(t, t.TempDir(), true)
	for _, name := range []string{"plain", `we"ird Näme/?&%`} {
		var callers sync.WaitGroup
		for range 4 {
			callers.Go(func() {
				if err := server.EnsureDatabase(deadline(t), name); err != nil {
					t.Errorf("EnsureDatabase(%q): %v", name, err)
				}
			})
		}
		callers.Wait()
		if got := query(t, server.URL(name), "SELECT current_database()"); got != name {
			t.Errorf("URL(%q) leads to %q", name, got)
		}
	}
}

func TestCloseIsIdempotentAndEndsReady(t *testing.T) {
	t.Parallel()
	server := start(t, t.TempDir(), true)
	if server.PID() == 0 {
		t.Error("PID is 0 while it runs")
	}
	if group, err := syscall.Getpgid(server.PID()); err != nil || group == syscall.Getpgrp() {
		t.Errorf("process group %d, %v: a Ctrl-C for the service would reach Postgres", group, err)
	}
	var callers sync.WaitGroup
	for range 3 {
		callers.Go(func() {
			if err := server.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
	}
	callers.Wait()
	if err := server.Ready(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("Ready after Close: %v, want ErrClosed", err)
	}
	if err := server.EnsureDatabase(t.Context(), "late"); !errors.Is(err, ErrClosed) {
		t.Errorf("EnsureDatabase after Close: %v, want ErrClosed", err)
	}
	if pid := server.PID(); pid != 0 {
		t.Errorf("PID after Close: %d", pid)
	}
}

func TestACancelledStartLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Start(ctx, Config{Dir: dir, Unsafe: true}); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want context.Canceled", err)
	}
	start(t, dir, true)
}

func TestAPathThatCannotHoldTheSocketGetsItElsewhere(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{"too long": strings.Repeat("long/", 20), "comma": "a,b"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(reachable(t), path)
			server := start(t, dir, true)
			if got := query(t, server.URL("postgres"), "SELECT 1"); got != "1" {
				t.Errorf("got %q, want 1", got)
			}
			if strings.HasPrefix(server.cluster.socket, dir) {
				t.Errorf("socket in %s, want it elsewhere", server.cluster.socket)
			}
			if err := server.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(server.cluster.socket); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s is left: %v", server.cluster.socket, err)
			}
		})
	}
}

func TestAFolderWithOddCharactersWorksForEveryClient(t *testing.T) {
	t.Parallel()
	server := start(t, filepath.Join(t.TempDir(), `a "b" ü+'c'%20&d`), true)
	if got := query(t, server.URL("postgres"), "SELECT 1"); got != "1" {
		t.Errorf("got %q, want 1", got)
	}
	psql, err := exec.LookPath(server.cluster.path("psql"))
	if err != nil {
		t.Skip("psql is not installed")
	}
	out, err := exec.CommandContext(deadline(t), psql, "-XAtc", "SELECT 1", server.URL("postgres")).CombinedOutput()
	if err != nil || string(out) != "1\n" {
		t.Errorf("psql: %s, %v", out, err)
	}
}

func TestFailedStatementsStayOutOfTheLog(t *testing.T) {
	t.Parallel()
	server := start(t, t.TempDir(), true)
	const insert = `DO $$ BEGIN
		CREATE TEMP TABLE person (mail text PRIMARY KEY); INSERT INTO person VALUES ('secret'), ('secret'); END $$`
	conn, err := pgx.Connect(deadline(t), server.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if _, err := conn.Exec(deadline(t), insert); err == nil {
		t.Fatal("a duplicate key was accepted")
	}
	text, err := os.ReadFile(server.cluster.log.Name())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "duplicate key") || strings.Contains(string(text), "secret") {
		t.Errorf("want the fault without its values, got:\n%s", text)
	}
}
