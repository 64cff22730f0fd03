package engine_test

import (
	"context"
	"log/slog"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/eventstore/node/engine"
	"aftersales/eventstore/node/storage"
)

// A Postgres that takes nothing in any more blocks a group that is larger than
// the socket's buffers: its deadline ends that.
func TestAStalledPostgresDoesNotHoldAGroupForGood(t *testing.T) {
	name := "t" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if err := pg.EnsureDatabase(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	store, err := storage.Open(t.Context(), pg.URL(name), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	w, err := store.Writer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	process := writerProcess(t, pg.URL(name))
	if err := syscall.Kill(process, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Kill(process, syscall.SIGCONT) })
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	e := &engine.Event{Stream: "s", ID: uuid.New(), Type: "tested", Position: 1, Data: make([]byte, 4<<20)}
	if err := w.Insert(ctx, []*engine.Event{e}); err == nil {
		t.Error("stored by a process that does not run")
	}
}

// writerProcess is the process of Postgres that serves the writer.
func writerProcess(t *testing.T, url string) (process int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	err = conn.QueryRow(t.Context(), `SELECT pid FROM pg_stat_activity
		WHERE application_name = 'event store writer' AND datname = current_database()`).Scan(&process)
	if err != nil {
		t.Fatal(err)
	}
	return process
}
