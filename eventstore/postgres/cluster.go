package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
)

// superuser is the role of the cluster that the service uses.
const superuser = "postgres"

// socketName is what Postgres calls the socket of its default port.
const socketName = ".s.PGSQL.5432"

// cluster is a data folder and how to run programs on it.
type cluster struct {
	programs
	account
	dir    string // Config.Dir, absolute, without links
	socket string // the private folder of the socket
	unsafe bool
	log    *os.File
}

func (c *cluster) data() string { return filepath.Join(c.dir, "data") }

// initialise makes the data folder unless it is there. initdb works beside it
// and the result is moved in place, so that a kill leaves all of it or nothing.
func (c *cluster) initialise(ctx context.Context) error {
	if dataVersion(c.data()) != 0 {
		if err := c.private(c.data()); err != nil {
			return fmt.Errorf("postgres: %w", err)
		}
		return nil
	}
	fresh := c.data() + ".new"
	if err := evict(ctx, fresh); err != nil { // of an initdb that was killed
		return err
	}
	if err := errors.Join(os.RemoveAll(fresh), c.private(fresh)); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	args := []string{
		"-D", fresh, "-U", superuser, "--encoding=UTF8", "--locale=C",
		"--auth-local=trust", "--auth-host=reject", "--data-checksums",
	}
	if c.unsafe {
		args = append(args, "--no-sync")
	}
	from, err := c.log.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	runtime.LockOSThread() // see attributes
	defer runtime.UnlockOSThread()
	if err := c.command(ctx, syscall.SIGKILL, "initdb", args...).Run(); err != nil {
		return c.fault(fmt.Errorf("initdb: %w", errors.Join(ctx.Err(), err)), from)
	}
	if err := os.Rename(fresh, c.data()); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	return nil
}

// fault is an error with the lines of the log from an offset on.
func (c *cluster) fault(err error, from int64) *StartError {
	return &StartError{Err: err, Log: c.log.Name(), Output: tail(c.log, from)}
}

// makeSocketDir makes the private folder of the socket, inside dir unless that
// is too long for a socket's address or has a comma, which in a connection URL
// separates hosts. A killed service leaves one made elsewhere behind, as anyone
// could take a name known beforehand in /tmp.
func (c *cluster) makeSocketDir() (err error) {
	c.socket = filepath.Join(c.dir, "run")
	if len(filepath.Join(c.socket, socketName)) >= len(syscall.RawSockaddrUnix{}.Path) || strings.Contains(c.socket, ",") {
		if c.socket, err = os.MkdirTemp("/tmp", "aftersales-"); err != nil { // TMPDIR may be as long
			return err
		}
	}
	return c.private(c.socket)
}

// release gives back what a stopped cluster held outside its data folder.
func (c *cluster) release() error {
	var err error
	if c.socket != "" && filepath.Dir(c.socket) != c.dir {
		err = os.RemoveAll(c.socket)
	}
	if c.log != nil {
		err = errors.Join(err, c.log.Close())
	}
	return err
}

// command prepares a program; it inherits the log and no locale or libpq
// setting of the environment, which would change what it makes.
func (c *cluster) command(ctx context.Context, orphaned syscall.Signal, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, c.path(name), args...)
	cmd.Dir = c.dir
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "PG") || strings.HasPrefix(entry, "LC_") || strings.HasPrefix(entry, "LANG")
	}), "LC_ALL=C")
	cmd.Stdout, cmd.Stderr = c.log, c.log
	cmd.SysProcAttr = c.attributes(orphaned)
	return cmd
}

// launch starts a postmaster. It is to be called once nothing works in the data
// folder any more, from the locked goroutine that waits for the postmaster.
func (c *cluster) launch() (*exec.Cmd, error) {
	// What a killed server left would stop the next one when its process id has
	// been given to another process meanwhile.
	if err := errors.Join(remove(c.pidFile()), remove(filepath.Join(c.socket, socketName)),
		remove(filepath.Join(c.socket, socketName+".lock"))); err != nil {
		return nil, err
	}
	args := []string{"-D", c.data()}
	for _, setting := range c.settings() {
		args = append(args, "-c", setting)
	}
	cmd := c.command(context.Background(), syscall.SIGINT, "postgres", args...)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	shortenTurns(cmd.Process.Pid)
	return cmd, nil
}

// settings are given on the command line: they are this program's, whatever an
// older one or an ALTER SYSTEM wrote into the data folder.
func (c *cluster) settings() []string {
	settings := []string{
		"listen_addresses=",
		`unix_socket_directories="` + strings.ReplaceAll(c.socket, `"`, `""`) + `"`,
		"port=5432", // only part of the socket's name
		"max_connections=100",
		"shared_buffers=128MB",
		"timezone=UTC",
		"log_timezone=UTC",
		"logging_collector=off",
		"log_checkpoints=off",
		// Statements and key values may hold personal data, which stays out of logs.
		"log_min_error_statement=panic",
		"log_error_verbosity=terse",
	}
	if c.unsafe {
		return append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	return append(settings, "fsync=on", "synchronous_commit=on", "full_page_writes=on")
}

func (c *cluster) pidFile() string { return filepath.Join(c.data(), "postmaster.pid") }

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
