package eventstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// errClosed is what every use of a closed Client answers.
var errClosed = fmt.Errorf("%w: the client was closed", ErrUnavailable)

// errLost says that a call was given up with its connection: its outcome is
// not known.
var errLost = errors.New("the connection was lost")

// errSlow says that a connection or an answer did not come in time.
var errSlow = errors.New("the event store does not answer")

// transient marks an error after which the work is to be done again.
type transient struct{ error }

func (t *transient) Unwrap() error { return t.error }

// final marks an error that is not ours to judge, such as a handler's.
type final struct{ error }

func unmarked(err error) error {
	if f, ok := err.(*final); ok { //nolint:errorlint // a mark is the outermost
		return f.error
	}
	return err
}

// call runs f on c's client in a goroutine of its own, because the client may
// block whatever the context says. When ctx ends or the connection is given up
// first, call returns without f; f must then end by itself through ctx.
func call[T any](ctx context.Context, c *conn, f func(*esdb.Client) (T, error)) (T, error) {
	out := make(chan result[T], 1)
	c.uses.Go(func() { out <- attempt(func() (T, error) { return f(c.client) }) })
	select {
	case r := <-out:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, &transient{ctx.Err()}
	case <-c.lost:
		var none T
		return none, errLost
	}
}

// result is what a function answered.
type result[T any] struct {
	value T
	err   error
}

// attempt runs f and turns the panic of a client that is being closed into
// errLost; any other panic is a plain error, so that it is not tried again.
func attempt[T any](f func() (T, error)) (r result[T]) {
	defer func() {
		if p := recover(); p != nil {
			r.err = fmt.Errorf("event store client: %v", p)
			if strings.Contains(r.err.Error(), "send on closed channel") {
				r.err = errLost
			}
		}
	}()
	r.value, r.err = f()
	return r
}

// pump calls recv, which is inside c's client, until it fails or ctx ends, ahead
// of its reader by at most size results. Only the last result has an error.
func pump[T any](ctx context.Context, c *conn, size int, recv func() (T, error)) <-chan result[T] {
	out := make(chan result[T], size)
	c.uses.Go(func() {
		for {
			r := attempt(recv)
			select {
			case out <- r:
			case <-ctx.Done():
				return
			}
			if r.err != nil {
				return
			}
		}
	})
	return out
}

// verdict says whether work that failed with err is to be done again, and
// whether on a new connection. Codes are often wrapped, and reads return the
// bare gRPC error.
func verdict(err error) (again, rebuild bool) {
	if err == nil {
		return false, false
	}
	if _, ok := err.(*final); ok || errors.Is(err, errClosed) { //nolint:errorlint // a mark is the outermost
		return false, false
	}
	if e, ok := errors.AsType[*esdb.Error](err); ok {
		switch e.Code() {
		case esdb.ErrorCodeConnectionClosed, esdb.ErrorUnavailable:
			return true, true
		case esdb.ErrorAborted, esdb.ErrorCodeDeadlineExceeded, esdb.ErrorCodeNotLeader:
			return true, false
		}
	}
	if errors.Is(err, errLost) {
		return true, false
	}
	switch status.Code(err) {
	case codes.Unavailable:
		return true, true
	case codes.Aborted, codes.DeadlineExceeded, codes.Canceled:
		return true, false
	}
	_, marked := err.(*transient) //nolint:errorlint // a mark is the outermost
	return marked, false
}

// dead says that a call met a client that had ended before, and was not made.
func dead(err error) bool {
	e, ok := errors.AsType[*esdb.Error](err)
	return ok && e.Code() == esdb.ErrorCodeConnectionClosed
}

// appendFault turns the client's error of an append into the port's. The bare
// EOF of a call that ended while events were still being sent says nothing
// about the outcome, and sizes were checked before: the append is repeated.
func appendFault(err error, stream string, expected Expected) error {
	if e, ok := errors.AsType[*esdb.Error](err); ok {
		switch e.Code() {
		case esdb.ErrorCodeWrongExpectedVersion:
			return &Conflict{Stream: stream, Expected: expected}
		case esdb.ErrorCodeStreamDeleted:
			return fmt.Errorf("append to %s: %w", stream, ErrDeleted)
		}
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF):
		return &transient{err}
	case status.Code(err) == codes.InvalidArgument && strings.Contains(strings.ToLower(err.Error()), "append size"):
		return fmt.Errorf("append to %s: %w", stream, ErrTooLarge)
	}
	return err
}
