package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// Config says where a server lives and how it runs.
type Config struct {
	// Dir holds everything: data, socket, log and lock. Created with mode 0700
	// when missing, folders above it with 0755. As root, its group may be changed
	// to let the account that Postgres runs as pass through it.
	Dir string
	// Logger takes starts, exits and restarts; nil discards them. What Postgres
	// itself says goes to postgres.log in Dir.
	Logger *slog.Logger
	// Unsafe trades durability for speed (fsync off): committed data survives the
	// death of any process but not of the machine. For tests.
	Unsafe bool
}

// Server is a private Postgres server under supervision. Its methods are safe
// for concurrent use.
type Server struct {
	cluster cluster
	logger  *slog.Logger
	lock    *os.File

	pid  atomic.Int64
	exit atomic.Pointer[StartError] // of a postmaster that ended by itself; nil again once another accepts

	closing context.Context // done from Close on
	close   context.CancelFunc
	ended   chan struct{} // closed once the supervisor has returned
	stopped error         // of the last shutdown; read after ended
	release func() error  // once
}

// startPatience is how long Start tries again when Postgres exits at once:
// what a killed server held may take the kernel a moment to give back.
const startPatience = 5 * time.Second

// Start makes the cluster when Dir holds none, starts the server and waits until
// it accepts connections. ctx bounds the start, not the server's life. Errors:
// *InUseError, *NotInstalledError, *AccountError, *StartError, or ctx's.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	s := &Server{logger: cfg.Logger, ended: make(chan struct{})}
	if s.logger == nil {
		s.logger = slog.New(slog.DiscardHandler)
	}
	dir, err := makeDir(cfg.Dir)
	if err != nil {
		return nil, err
	}
	if s.lock, err = acquire(dir); err != nil {
		return nil, err
	}
	s.cluster = cluster{dir: dir, unsafe: cfg.Unsafe}
	s.release = sync.OnceValue(func() error { return errors.Join(s.cluster.release(), s.lock.Close()) })
	if err := s.prepare(ctx); err != nil {
		return nil, also(err, s.release())
	}
	s.closing, s.close = context.WithCancel(context.Background())
	go s.supervise()
	if err := s.started(ctx); err != nil {
		return nil, also(err, s.Close())
	}
	return s, nil
}

// also adds a second error to a first, if there is one.
func also(first, second error) error {
	if second == nil {
		return first
	}
	return errors.Join(first, second)
}

// makeDir returns the folder's absolute path without links.
func makeDir(dir string) (string, error) {
	if dir == "" {
		return "", errors.New("postgres: Config.Dir is empty")
	}
	dir, err := filepath.Abs(dir)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(dir), 0o755) // so that the account gets through
	}
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		return "", fmt.Errorf("postgres: %w", err)
	}
	return dir, nil
}

// prepare does all that comes before the first postmaster.
func (s *Server) prepare(ctx context.Context) (err error) {
	c := &s.cluster
	if c.log, err = openLog(c.dir); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	if c.programs, err = findPrograms(dataVersion(c.data())); err != nil {
		return err
	}
	if c.account, err = chooseAccount(c.dir, c.programs); err != nil {
		return err
	}
	if err := evict(ctx, c.data()); err != nil { // or we might connect to it
		return err
	}
	if err := c.makeSocketDir(); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	return c.initialise(ctx)
}

// started waits for the first postmaster that accepts.
func (s *Server) started(ctx context.Context) error {
	begin := time.Now()
	return s.await(ctx, func() error {
		if fault := s.exit.Load(); fault != nil && time.Since(begin) > startPatience {
			return fault
		}
		return nil
	})
}

// PID returns the process id of the current postmaster, 0 while there is none.
func (s *Server) PID() int { return int(s.pid.Load()) }

// Close shuts the server down (connections are ended, committed data is kept),
// waits until every process of it is gone and unlocks Dir. Further calls wait
// for the first and return the same.
func (s *Server) Close() error {
	s.close()
	<-s.ended
	return errors.Join(s.stopped, s.release())
}
