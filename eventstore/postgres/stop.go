package postgres

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// escalation is how a postmaster is asked to end, and for how long.
var escalation = []struct {
	signal   syscall.Signal
	patience time.Duration
}{
	{syscall.SIGINT, 30 * time.Second}, // fast: ends connections, writes a checkpoint
	{syscall.SIGQUIT, 5 * time.Second}, // immediate: recovers at the next start
	{syscall.SIGKILL, 10 * time.Second},
}

// shutdown ends a postmaster. The error is nil when it went in order; else the
// next start recovers from the log, which loses nothing.
func shutdown(server *os.Process, exited <-chan error) error {
	for _, step := range escalation {
		_ = server.Signal(step.signal) // an error means it is gone, seen below
		select {
		case err := <-exited:
			if err != nil || step.signal != syscall.SIGINT {
				return fmt.Errorf("postgres: not an orderly end, last signal %v: exit: %v", step.signal, err) //nolint:errorlint // may be nil
			}
			return nil
		case <-time.After(step.patience):
		}
	}
	return fmt.Errorf("postgres: process %d cannot be killed", server.Pid)
}

// postmaster returns the process id that the data folder's last server noted.
func postmaster(data string) int {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return number(first)
}

// evict ends every Postgres process that works in the data folder and waits
// until all are gone: a server by a fast shutdown, harder when that takes too
// long; children whose server is gone by an immediate end, as a server does
// with them after a crash.
func evict(ctx context.Context, data string) error {
	for _, step := range escalation {
		left := strays(data)
		if step.signal == syscall.SIGINT {
			server := postmaster(data)
			if !slices.Contains(left, server) {
				continue
			}
			left = []int{server}
		}
		for _, pid := range left {
			_ = syscall.Kill(pid, step.signal) // gone or not ours: seen below
		}
		gone := func() bool { return len(strays(data)) == 0 }
		if err := poll(ctx, step.patience, gone); err == nil {
			return nil
		} else if ctx.Err() != nil {
			return fmt.Errorf("postgres: a server of an earlier run still works in %s: %w", data, err)
		}
	}
	return fmt.Errorf("postgres: processes %v of an earlier run do not leave %s", strays(data), data)
}

// poll waits until the condition holds, patience is over or ctx ends.
func poll(ctx context.Context, patience time.Duration, condition func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for !condition() {
		if err := pause(ctx, 10*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// pause waits for a while or until ctx ends, and returns ctx's error.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
	return ctx.Err()
}
