package postgres

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// childEnv makes the test binary a service: it holds a request in JSON.
const childEnv = "AFTERSALES_POSTGRES_TEST_CHILD"

// request is what a child is told, answer what it prints once it serves.
type request struct {
	Dir          string
	Unsafe       bool
	NoNamespaces bool   // forbid user namespaces first
	Dial         string // instead of all else: connect to this socket
}

type answer struct {
	Error, Type string // of a start that failed
	URL         string
	PID         int
}

func TestMain(m *testing.M) {
	if text := os.Getenv(childEnv); text != "" {
		if err := serve(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	code := m.Run()
	_ = os.RemoveAll(seed.dir)
	os.Exit(code)
}

// seed holds a cluster as initdb makes it, which takes longer than most tests.
var seed struct {
	once sync.Once
	dir  string
	err  error
}

// plant puts a copy of the seed where an unsafe server in dir would have made
// its cluster, unless something is there.
func plant(t *testing.T, dir string) {
	t.Helper()
	seed.once.Do(func() {
		var server *Server
		//nolint:usetesting // it outlives the test that makes it
		if seed.dir, seed.err = os.MkdirTemp("", "postgres"); seed.err == nil {
			server, seed.err = Start(context.Background(), Config{Dir: seed.dir, Unsafe: true})
		}
		if seed.err == nil {
			seed.err = server.Close()
		}
	})
	data := filepath.Join(dir, "data")
	if _, err := os.Stat(data); err == nil {
		return
	}
	if err := errors.Join(seed.err, os.MkdirAll(filepath.Dir(dir), 0o755), os.MkdirAll(dir, 0o700),
		os.CopyFS(data, os.DirFS(filepath.Join(seed.dir, "data")))); err != nil {
		t.Fatal(err)
	}
}

// serve runs a server until standard input ends.
func serve(text string) error {
	var req request
	if err := json.Unmarshal([]byte(text), &req); err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	if req.Dial != "" {
		return out.Encode(answer{Error: fmt.Sprint(dial(req.Dial))})
	}
	if req.NoNamespaces {
		if err := os.WriteFile("/proc/sys/user/max_user_namespaces", []byte("0"), 0); err != nil {
			return err
		}
	}
	server, err := Start(context.Background(), Config{Dir: req.Dir, Unsafe: req.Unsafe})
	if err != nil {
		return out.Encode(answer{Error: err.Error(), Type: fmt.Sprintf("%T", err)})
	}
	if err := out.Encode(answer{URL: server.URL("postgres"), PID: server.PID()}); err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	return server.Close()
}

func dial(socket string) error {
	conn, err := net.Dial("unix", socket)
	if err != nil {
		return err
	}
	return conn.Close()
}

// child is a service in a process of its own.
type child struct {
	*exec.Cmd
	stdin io.Closer
	lines *bufio.Reader
}

// spawn starts a child; change may set the account it runs under.
func spawn(t *testing.T, req request, change func(*exec.Cmd)) *child {
	t.Helper()
	text, err := json.Marshal(req)
	if err != nil {
		t.Fatal(err)
	}
	c := &child{Cmd: exec.Command(program(t))}
	c.Env = append(os.Environ(), childEnv+"="+string(text))
	c.Stderr = os.Stderr
	if change != nil {
		change(c.Cmd)
	}
	stdin, inErr := c.StdinPipe()
	stdout, outErr := c.StdoutPipe()
	if err := errors.Join(inErr, outErr, c.Start()); err != nil {
		t.Fatal(err)
	}
	c.stdin, c.lines = stdin, bufio.NewReader(stdout)
	t.Cleanup(c.kill)
	return c
}

// answer waits until the child serves or has failed to.
func (c *child) answer(t *testing.T) answer {
	t.Helper()
	line, err := c.lines.ReadBytes('\n')
	if err != nil {
		t.Fatalf("child: %v", err)
	}
	var a answer
	if err := json.Unmarshal(line, &a); err != nil {
		t.Fatalf("child: %v in %s", err, line)
	}
	return a
}

// kill is kill -9; twice does no harm.
func (c *child) kill() {
	_ = c.Process.Kill()
	_ = c.Wait()
}

// program returns the test binary at a path that every account can reach: go
// test builds it in a folder that only its own account can enter.
func program(t *testing.T) string {
	t.Helper()
	if os.Geteuid() != 0 {
		return os.Args[0]
	}
	path := filepath.Join(reachable(t), "service")
	text, err := os.ReadFile(os.Args[0])
	if err == nil {
		syscall.ForkLock.RLock() // a child forked now would keep the file open for writing, hence busy
		err = os.WriteFile(path, text, 0o755)
		syscall.ForkLock.RUnlock()
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// reachable returns a folder that every account may enter and list, which
// t.TempDir is not.
func reachable(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "postgres") //nolint:usetesting // t.TempDir is private
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// start starts a server in this process and closes it with the test. An unsafe
// one begins with a copy of the seed.
func start(t *testing.T, dir string, unsafe bool) *Server {
	t.Helper()
	if unsafe {
		plant(t, dir)
	}
	server, err := Start(deadline(t), Config{Dir: dir, Unsafe: unsafe, Logger: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return server
}

// deadline returns the context of conditions that must come true.
func deadline(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// wait polls a condition.
func wait(t *testing.T, what string, condition func() bool) {
	t.Helper()
	if err := poll(deadline(t), time.Minute, condition); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// query runs statements, separated by semicolons, on a connection of its own and
// returns the first column of the last one's first row as text, "" when none.
func query(t *testing.T, url, statements string) string {
	t.Helper()
	ctx := deadline(t)
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	results, err := conn.PgConn().Exec(ctx, statements).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if rows := results[len(results)-1].Rows; len(rows) > 0 {
		return string(rows[0][0])
	}
	return ""
}
