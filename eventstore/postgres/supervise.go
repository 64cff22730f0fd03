package postgres

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"runtime"
	"time"
)

// Pauses before a restart: short after a server that had accepted connections,
// then twice as long each time.
const (
	shortestPause = 50 * time.Millisecond
	longestPause  = 5 * time.Second
)

// supervise runs one postmaster after another until Close. Its thread is kept,
// for the kernel takes the thread's end for the parent's death.
func (s *Server) supervise() {
	defer close(s.ended)
	defer func() { // whenever Close came, also between two postmasters
		s.stopped = errors.Join(s.stopped, evict(context.Background(), s.cluster.data()))
	}()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	wait := shortestPause
	for s.closing.Err() == nil {
		from, accepted, err := s.live()
		if s.closing.Err() != nil {
			return
		}
		fault := s.cluster.fault(err, from)
		s.exit.Store(fault)
		if accepted {
			wait = shortestPause
		}
		s.logger.Error("postgres ended, it is started again",
			slog.Any("error", err), slog.Duration("after", wait), slog.String("output", fault.Output))
		_ = pause(s.closing, wait)
		wait = min(2*wait, longestPause)
	}
}

// live runs one postmaster until it ends by itself or Close ends it. It reports
// where in the log its lines begin, whether it accepted connections, and why it
// ended by itself.
func (s *Server) live() (from int64, accepted bool, err error) {
	if from, err = s.cluster.log.Seek(0, io.SeekEnd); err != nil {
		return 0, false, err
	}
	if err := evict(s.closing, s.cluster.data()); err != nil {
		return from, false, err
	}
	cmd, err := s.cluster.launch()
	if err != nil {
		return from, false, err
	}
	s.pid.Store(int64(cmd.Process.Pid))
	defer s.pid.Store(0)

	life, end := context.WithCancel(s.closing)
	ready := make(chan bool, 1)
	go func() {
		err := s.Ready(life)
		if err == nil {
			s.exit.Store(nil)
			s.logger.Info("postgres accepts connections",
				slog.Int("pid", cmd.Process.Pid), slog.Any("account", s.cluster.account), slog.String("socket", s.cluster.socket))
		}
		ready <- err == nil
	}()
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	select {
	case err = <-exited:
		if err == nil {
			err = errors.New("stopped by someone else")
		}
	case <-s.closing.Done():
		s.stopped = shutdown(cmd.Process, exited)
	}
	end()
	return from, <-ready, err
}
