package postgres

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// count inserts 1, 2, 3 and so on until ctx ends, reconnecting when it must, and
// tells each number whose commit was acknowledged.
func count(ctx context.Context, url string, acknowledged func(int)) {
	for n := 1; ctx.Err() == nil; {
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			_ = pause(ctx, 10*time.Millisecond)
			continue
		}
		for err == nil {
			if _, err = conn.Exec(ctx, "INSERT INTO kept VALUES ($1) ON CONFLICT DO NOTHING", n); err == nil {
				acknowledged(n)
				n++
			}
		}
		_ = conn.Close(context.WithoutCancel(ctx))
	}
}

func TestAKilledPostmasterComesBackBehindTheSameURLWithAllThatWasCommitted(t *testing.T) {
	t.Parallel()
	server := start(t, t.TempDir(), false)
	url := server.URL("postgres")
	query(t, url, "CREATE TABLE kept (n int PRIMARY KEY)")

	ctx, stop := context.WithCancel(t.Context())
	acknowledged := make(chan int)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		count(ctx, url, func(n int) {
			select {
			case acknowledged <- n:
			case <-ctx.Done():
			}
		})
	}()
	last := 0
	for round := range 4 {
		for target := last + 50; last < target; {
			select {
			case last = <-acknowledged:
			case <-deadline(t).Done():
				t.Fatalf("round %d: no progress after %d", round, last)
			}
		}
		busy(t, url)
		killed := server.PID()
		if err := syscall.Kill(killed, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		wait(t, "another postmaster", func() bool { pid := server.PID(); return pid != 0 && pid != killed })
		if err := server.Ready(deadline(t)); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	<-ended
	if server.URL("postgres") != url {
		t.Errorf("the URL changed from %s to %s", url, server.URL("postgres"))
	}
	missing := query(t, url, fmt.Sprintf("SELECT count(*) FROM generate_series(1, %d) n WHERE NOT EXISTS (SELECT FROM kept WHERE kept.n = n.n)", last))
	if missing != "0" {
		t.Errorf("%s of %d acknowledged rows are gone", missing, last)
	}
}

func TestAKilledServiceLeavesNoPostmasterAndLosesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	for round := range 3 {
		service := spawn(t, request{Dir: dir}, nil)
		a := service.answer(t)
		if a.Error != "" {
			t.Fatal(a.Error)
		}
		query(t, a.URL, fmt.Sprintf("CREATE TABLE IF NOT EXISTS kept (n int); INSERT INTO kept VALUES (%d)", round))
		service.kill()
		switch round {
		case 0: // the kernel's signal has all the time it needs
			wait(t, "end of the orphan", func() bool { return len(strays(data)) == 0 })
		case 1: // the next service comes at once, while Postgres is on its way down
		case 2: // Postgres and its children are killed as well
			for _, pid := range strays(data) {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		}
	}
	server := start(t, dir, false)
	if got := query(t, server.URL("postgres"), "SELECT string_agg(n::text, ' ' ORDER BY n) FROM kept"); got != "0 1 2" {
		t.Errorf("rows %q, want 0 1 2", got)
	}
}

func TestStartStopsAServerThatOutlivedItsService(t *testing.T) {
	t.Parallel()
	for name, kill := range map[string]bool{"whole": false, "children only": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			orphan := outlive(t, dir)
			url := (&Server{cluster: cluster{socket: filepath.Join(dir, "run")}}).URL("postgres")
			wait(t, "the orphan's socket", func() bool {
				conn, err := pgx.Connect(t.Context(), url)
				return err == nil && conn.Close(t.Context()) == nil
			})
			busy(t, url)
			if kill {
				_ = orphan.Process.Kill()
				_ = orphan.Wait()
			} else {
				go func() { _ = orphan.Wait() }()
			}
			server := start(t, dir, true)
			if got := postmaster(server.cluster.data()); got != server.PID() || got == orphan.Process.Pid {
				t.Errorf("postmaster %d, want %d, not the orphan %d", got, server.PID(), orphan.Process.Pid)
			}
		})
	}
}

// busy occupies a backend with a statement that does not look up when the server
// dies: until it ends, no other server is let into the data folder.
func busy(t *testing.T, url string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	pid := conn.PgConn().PID()
	go func() {
		_, _ = conn.Exec(context.Background(), "SELECT count(*) FROM (SELECT generate_series(1, 10000000000)) n")
	}()
	wait(t, "a busy backend", func() bool {
		return query(t, url, fmt.Sprintf("SELECT state FROM pg_stat_activity WHERE pid = %d", pid)) == "active"
	})
}

// outlive makes a cluster and starts a postmaster on it that no death of a
// parent ends, and which nobody supervises.
func outlive(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	server := start(t, dir, true)
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	c := server.cluster
	cmd := exec.Command(c.path("postgres"), "-D", c.data(), "-c", "listen_addresses=", "-c", "unix_socket_directories="+c.socket)
	cmd.Dir, cmd.SysProcAttr = c.dir, c.attributes(0)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd
}

func TestAKillWhileTheClusterIsMadeDoesNotSpoilIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, trace := range []string{"data.new/PG_VERSION", "data.new/global/pg_control", "data.new/base/1"} {
		service := spawn(t, request{Dir: dir, Unsafe: true}, nil)
		wait(t, trace, func() bool { _, err := os.Stat(filepath.Join(dir, trace)); return err == nil })
		service.kill()
		if dataVersion(filepath.Join(dir, "data")) != 0 {
			t.Fatalf("the cluster is in place while %s was being made", trace)
		}
	}
	start(t, dir, true)
}

func TestAStaleProcessIdOfAnInnocentNeitherStopsTheStartNorTheInnocent(t *testing.T) {
	t.Parallel()
	dir := reachable(t)
	server := start(t, dir, true)
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	innocent := exec.Command("sleep", "600")
	innocent.SysProcAttr = server.cluster.attributes(0) // of the same account, as Postgres checks that
	if err := innocent.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- innocent.Wait() }()
	t.Cleanup(func() { _ = innocent.Process.Kill() })

	pid := strconv.Itoa(innocent.Process.Pid)
	for _, path := range []string{server.cluster.pidFile(), filepath.Join(server.cluster.socket, socketName+".lock")} {
		if err := os.WriteFile(path, []byte(pid+"\n"+server.cluster.data()+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	start(t, dir, true)
	select {
	case err := <-ended:
		t.Errorf("the innocent process was ended: %v", err)
	default:
	}
}
