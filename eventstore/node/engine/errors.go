package engine

import (
	"errors"
	"fmt"
)

// ErrUnavailable means that the storage does not answer or that the engine is
// closing. A write that ends so may or may not be stored: repeating it with the
// same event ids is safe.
var ErrUnavailable = errors.New("event store unavailable")

// ErrLocked means that another node writes to the same database.
var ErrLocked = errors.New("another event store node holds this database")

// ErrSecondWriter means that the log is not as this engine left it. The engine
// stops writing for good: only a restart reads the log afresh.
var ErrSecondWriter = errors.New("a second writer or a restore has changed the event log")

// ErrNotFound means that the stream has no events, or is soft-deleted.
var ErrNotFound = errors.New("stream not found")

// DeletedError means that the stream is tombstoned, or soft-deleted where a
// write demands that it exists.
type DeletedError struct{ Stream string }

// Error names the stream.
func (e *DeletedError) Error() string { return fmt.Sprintf("stream %q is deleted", e.Stream) }

// WrongVersionError means that the stream is not at the expected revision.
type WrongVersionError struct {
	Stream   string
	Expected Expected
	Current  int64 // NoRevision for a stream without events
}

// Error names the stream and both revisions.
func (e *WrongVersionError) Error() string {
	return fmt.Sprintf("stream %q: expected revision %d, found %d", e.Stream, e.Expected, e.Current)
}
