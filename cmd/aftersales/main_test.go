package main_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"aftersales/http/client"
)

// program is the binary under test, built once.
var program string

func TestMain(m *testing.M) { os.Exit(build(m)) }

func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "aftersales-program-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "aftersales")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// patience bounds every wait of these tests.
const patience = 3 * time.Minute

// within is the test's context with that bound.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx := within(t)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("not in time: %s", what)
		}
	}
}

// command is the program with no settings but its arguments.
func command(args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "AFTERSALES_") })
	return cmd
}

// tool runs a subcommand to its end and answers its standard output.
func tool(t *testing.T, args ...string) []byte {
	t.Helper()
	cmd := command(args...)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("aftersales %s: %v\n%s%s", strings.Join(args, " "), err, out, complaints.String())
	}
	return out
}

// service is a data folder and the service that runs on it.
type service struct {
	t    *testing.T
	dir  string
	args []string
	url  string // the same for all its lives
	cmd  *exec.Cmd
	api  *client.Client
}

// serve starts a service on an empty data folder; it ends with the test.
func serve(t *testing.T, args ...string) *service {
	t.Helper()
	s := &service{t: t, dir: filepath.Join(t.TempDir(), "var"), args: args}
	t.Cleanup(s.stop)
	s.start()
	return s
}

// start starts the service, again at the place where it was, and waits until it
// is ready.
func (s *service) start() {
	s.t.Helper()
	listen := "127.0.0.1:0"
	if s.url != "" {
		listen = strings.TrimPrefix(s.url, "http://")
	}
	s.cmd = command(append([]string{"serve", "--data-dir", s.dir, "--listen", listen}, s.args...)...)
	complaints, err := s.cmd.StderrPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	ready := make(chan string, 1)
	go func() {
		defer close(ready)
		for lines := bufio.NewScanner(complaints); lines.Scan(); {
			if url, ok := strings.CutPrefix(lines.Text(), "aftersales: ready on "); ok {
				ready <- url[:strings.IndexByte(url, ',')]
			} else {
				s.t.Log(lines.Text())
			}
		}
	}()
	select {
	case url, ok := <-ready:
		if !ok {
			s.t.Fatal("the service ended before it was ready")
		}
		s.url = url
	case <-within(s.t).Done():
		s.t.Fatal("the service is not ready in time")
	}
}

// kill is kill -9.
func (s *service) kill() {
	_ = s.cmd.Process.Kill() // it may have ended
	_ = s.cmd.Wait()
	s.cmd = nil
}

// stop ends the service as a service manager would.
func (s *service) stop() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("the service ended with %v", err)
	}
	s.cmd = nil
}

// killPostgres kills the embedded Postgres, if it is up.
func (s *service) killPostgres() { killPostgres(s.dir) }

// killPostgres kills the Postgres of a data folder, if it is up.
func killPostgres(dir string) {
	b, err := os.ReadFile(filepath.Join(dir, "postgres", "data", "postmaster.pid"))
	if err != nil {
		return
	}
	first, _, _ := strings.Cut(string(b), "\n")
	if pid, err := strconv.Atoi(first); err == nil {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}

// client talks to the service as its admin.
func (s *service) client() *client.Client {
	s.t.Helper()
	if s.api != nil {
		return s.api
	}
	token, err := os.ReadFile(filepath.Join(s.dir, "admin-token"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.api = client.New(s.url, strings.TrimSpace(string(token)))
	return s.api
}

// head is the position of the last event.
func (s *service) head() uint64 {
	s.t.Helper()
	var projections struct {
		Items []struct {
			Head string `json:"head"`
		} `json:"items"`
	}
	if err := s.client().Get(within(s.t), "/v1/projections", &projections); err != nil {
		s.t.Fatal(err)
	}
	head, err := strconv.ParseUint(projections.Items[0].Head, 16, 64)
	if err != nil {
		s.t.Fatal(err)
	}
	return head
}

// importer is the import of a file into the service.
func (s *service) importer(file string) *exec.Cmd {
	return command("import", "online-retail", file, "--url", s.url, "--data-dir", s.dir)
}

// load imports a file and answers the report as printed.
func (s *service) load(file string) string {
	s.t.Helper()
	return string(tool(s.t, s.importer(file).Args[1:]...))
}
