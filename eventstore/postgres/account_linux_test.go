package postgres

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func rootOnly(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("changing accounts needs root") // an ordinary user runs the rest of the package as itself
	}
}

// asNobody makes a child an ordinary user's.
func asNobody(cmd *exec.Cmd) {
	nobody, err := lookup("nobody")
	if err != nil {
		panic(err)
	}
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: nobody.credential}
}

func TestAnOrdinaryUsersServerRunsAsThatUser(t *testing.T) {
	t.Parallel()
	rootOnly(t)
	nobody, err := lookup("nobody")
	if err != nil {
		t.Skip(err)
	}
	dir := reachable(t)
	if err := os.Chown(dir, nobody.uid, nobody.gid); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1", "2"} {
		service := spawn(t, request{Dir: dir, Unsafe: true}, asNobody)
		a := service.answer(t)
		if a.Error != "" {
			t.Fatal(a.Error)
		}
		if uid, _ := owner(filepath.Join("/proc", strconv.Itoa(a.PID))); uid != nobody.uid {
			t.Errorf("it runs as user %d, want %d", uid, nobody.uid)
		}
		if got := query(t, a.URL, "CREATE TABLE IF NOT EXISTS kept (); INSERT INTO kept DEFAULT VALUES; SELECT count(*) FROM kept"); got != want {
			t.Errorf("%s rows, want %s", got, want)
		}
		service.kill()
	}
	// Root takes over as the folder's owner, and the owner can go on after it.
	server := start(t, dir, true)
	if server.cluster.uid != nobody.uid {
		t.Errorf("root runs it as %v, want the owner, %d", server.cluster.account, nobody.uid)
	}
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	if a := spawn(t, request{Dir: dir, Unsafe: true}, asNobody).answer(t); a.Error != "" {
		t.Error(a.Error)
	}
}

func TestRootRunsItAsAnotherAccountThatCannotReplaceOurFiles(t *testing.T) {
	t.Parallel()
	rootOnly(t)
	dir := filepath.Join(reachable(t), "postgres")
	server := start(t, dir, true)
	account := server.cluster.account
	if account.credential == nil || account.uid == 0 {
		t.Fatalf("it runs as %v, want an unprivileged account", account)
	}
	if uid, _ := owner(filepath.Join("/proc", strconv.Itoa(server.PID()))); uid != account.uid {
		t.Errorf("process of user %d, want %d", uid, account.uid)
	}
	for path, want := range map[string]int{"": 0, "lock": 0, logName: 0, "data": account.uid, "run": account.uid} {
		info, err := os.Stat(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		uid, _ := owner(filepath.Join(dir, path))
		if uid != want || info.Mode().Perm()&0o067 != 0 {
			t.Errorf("%q: user %d, mode %v; want user %d and nothing for others", path, uid, info.Mode(), want)
		}
	}
}

func TestNoOtherAccountCanConnect(t *testing.T) {
	t.Parallel()
	rootOnly(t)
	server := start(t, filepath.Join(reachable(t), "postgres"), true)
	socket := filepath.Join(server.cluster.socket, socketName)
	if err := dial(socket); err != nil {
		t.Fatalf("root: %v", err)
	}
	if nobody, err := lookup("nobody"); err != nil || nobody.uid == server.cluster.uid {
		t.Skip("no other account to try")
	}
	if a := spawn(t, request{Dial: socket}, asNobody).answer(t); !strings.Contains(a.Error, "permission denied") {
		t.Errorf("another account: %+v, want permission denied", a)
	}
}

func TestBelowAFolderThatOnlyRootMayEnterItRunsInANamespace(t *testing.T) {
	t.Parallel()
	rootOnly(t)
	closed := t.TempDir()
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(closed, "postgres")
	service := spawn(t, request{Dir: dir, Unsafe: true}, nil)
	a := service.answer(t)
	if a.Error != "" {
		t.Fatal(a.Error)
	}
	query(t, a.URL, "CREATE TABLE kept AS SELECT 42 AS n")
	service.kill()
	wait(t, "end of the orphan", func() bool { return len(strays(filepath.Join(dir, "data"))) == 0 })

	server := start(t, dir, true)
	if server.cluster.namespace == nil {
		t.Errorf("it runs as %v, want a namespace", server.cluster.account)
	}
	if got := query(t, server.URL("postgres"), "SELECT n FROM kept"); got != "42" {
		t.Errorf("n = %q, want 42", got)
	}
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	// Once the way is free an account can take it over.
	open := filepath.Join(reachable(t), "postgres")
	if err := os.Rename(dir, open); err != nil {
		t.Fatal(err)
	}
	moved := start(t, open, true)
	if moved.cluster.credential == nil {
		t.Errorf("it runs as %v, want an account", moved.cluster.account)
	}
	if got := query(t, moved.URL("postgres"), "SELECT n FROM kept"); got != "42" {
		t.Errorf("after the move n = %q, want 42", got)
	}
}

func TestWithoutAnAccountOrNamespacesTheErrorSaysWhatToDo(t *testing.T) {
	t.Parallel()
	rootOnly(t)
	dir := t.TempDir()
	a := spawn(t, request{Dir: dir, NoNamespaces: true}, func(cmd *exec.Cmd) {
		cmd.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: 0, Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: 0, Size: 1}},
		}
	}).answer(t)
	if a.Type != "*postgres.AccountError" || !strings.Contains(a.Error, "AFTERSALES_DATA_DIR") || !strings.Contains(a.Error, dir) {
		t.Errorf("got %+v, want *AccountError naming %s and AFTERSALES_DATA_DIR", a, dir)
	}
	start(t, dir, true) // the lock is free and nothing half-made is in the way
}
