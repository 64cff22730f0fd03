package engine

import (
	"context"

	"github.com/google/uuid"
)

// Store keeps the log. Its methods may be called from many goroutines; every
// error other than ErrLocked counts as "try again later".
type Store interface {
	// Writer takes the sole right to write, ErrLocked if another holds it.
	Writer(ctx context.Context) (Writer, error)
	// Info is what reading a stream depends on.
	Info(ctx context.Context, stream string) (Info, error)
	// Page reads events of a stream with from ≤ revision ≤ to, in order of
	// revision, or against it when backwards; of All likewise by position.
	Page(ctx context.Context, source string, r Range) (Page, error)
	// Ping tells whether the storage answers.
	Ping(ctx context.Context) error
	// Close releases everything; it does not fail open writers cleanly.
	Close()
}

// Writer is the sole right to write to a Store, lost at its first error.
type Writer interface {
	// Heads reads the last event of each stream; those without are left out.
	Heads(ctx context.Context, streams []string) ([]*Event, error)
	// IDs reads where the events of a stream with from ≤ revision ≤ to are.
	IDs(ctx context.Context, stream string, from, to int64) ([]Location, error)
	// Recent reads where the newest n events of the log are, oldest first.
	Recent(ctx context.Context, n int) ([]Location, error)
	// Insert stores all events durably, or none, or (when it returns an error)
	// one of both. A row in the way is ErrSecondWriter.
	Insert(ctx context.Context, events []*Event) error
	// Check tells whether the right is still held.
	Check(ctx context.Context) error
	// Close gives the right up.
	Close()
}

// Info describes a stream at one moment.
type Info struct {
	Last       int64 // NoRevision if it has no events
	Tombstoned bool
	Metadata   []byte // data of the newest event of its metadata stream
}

// Range is an inclusive range of revisions or positions.
type Range struct {
	From, To  int64
	Backwards bool
	Limit     int // events
}

// Page is a run of events without a hole. More means that it was cut short
// before the end of its range.
type Page struct {
	Events []*Event
	More   bool
}

// Location says where an event is.
type Location struct {
	ID       uuid.UUID
	Stream   string
	Revision int64
	Position int64
}
