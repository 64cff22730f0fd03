package eventstore

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Store is the port to the log. It is safe for concurrent use. Every call
// returns when its context ends, whatever the connection does.
type Store interface {
	// Append adds events to a stream in one atomic step if the stream is as
	// expected. Repeating an append with the same event ids and the same exact
	// expectation is the same append and answers the same. Errors:
	// *Conflict, ErrDeleted, ErrTooLarge, ErrInvalid, ErrUnavailable (its outcome
	// is unknown: what may have been stored is retried inside until the context
	// ends).
	Append(ctx context.Context, stream string, expected Expected, events []Proposed) (Appended, error)

	// ReadStream yields the events of a stream from a revision (inclusive),
	// forwards. A stream that does not exist yields nothing. Like all reads it is
	// ErrUnavailable when the log stays out of reach for some seconds.
	ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[Recorded, error]

	// ReadStreamBackwards yields from the last event down to the first.
	ReadStreamBackwards(ctx context.Context, stream string) iter.Seq2[Recorded, error]

	// ReadAll yields all events of the log after a position, forwards, system
	// events (of streams and types whose name begins with "$") left out.
	ReadAll(ctx context.Context, after Position) iter.Seq2[Recorded, error]

	// Head is the position of the last event of the log that ReadAll yields,
	// the zero Position when there is none.
	Head(ctx context.Context) (Position, error)

	// Follow calls handle with slices of the log after a position, in log
	// order, system events left out, and goes on with new events as they
	// come. It resumes by itself when the connection drops. It returns when
	// the context ends or handle returns an error.
	Follow(ctx context.Context, after Position, limit int, handle func(context.Context, Slice) error) error

	// Ready is nil when the log can be reached now.
	Ready(ctx context.Context) error
}

// Slice is a part of the log without gaps: the events after After up to and
// with To, in order, system events left out. Head says that the slice reached
// the end of the log. A slice may be empty of events and only move To.
type Slice struct {
	After, To Position
	Events    []Recorded
	Head      bool
}

// Position is a place in the log: opaque, ordered, never computed with. The
// zero Position is before the first event.
type Position uint64

// ErrPosition says that a text is no position.
var ErrPosition = errors.New("not a position")

// String is 16 hexadecimal digits, so that text order is log order.
func (p Position) String() string { return fmt.Sprintf("%016x", uint64(p)) }

// ParsePosition reads what String writes.
func ParsePosition(s string) (Position, error) {
	n, err := strconv.ParseUint(s, 16, 63) // the log counts in int64
	if err != nil || len(s) != 16 {
		return 0, fmt.Errorf("%q: %w", s, ErrPosition)
	}
	return Position(n), nil
}

// Expected is the state a stream must have for an append.
type Expected struct {
	kind     expectedKind
	revision uint64
}

type expectedKind uint8

const (
	expectExact expectedKind = iota + 1
	expectNone
	expectAny
)

// At expects the stream's last event to have this revision (0 is the first).
func At(revision uint64) Expected { return Expected{kind: expectExact, revision: revision} }

// NoStream expects the stream not to exist.
func NoStream() Expected { return Expected{kind: expectNone} }

// Any expects nothing.
func Any() Expected { return Expected{kind: expectAny} }

// String is for messages.
func (e Expected) String() string {
	switch e.kind {
	case expectExact:
		return "revision " + strconv.FormatUint(e.revision, 10)
	case expectNone:
		return "no stream"
	case expectAny:
		return "any"
	}
	return "nothing valid"
}

// Proposed is an event to append. Data and Metadata are JSON, unless Binary says
// otherwise of Data.
type Proposed struct {
	ID       uuid.UUID
	Type     string
	Data     []byte
	Metadata []byte
	Binary   bool
}

// Appended answers an append: the revision and position of its last event.
type Appended struct {
	Revision uint64
	Position Position
}

// Recorded is an event as stored. Created is the store's own time in UTC. Binary
// marks data that is not JSON, such as a link's.
type Recorded struct {
	ID       uuid.UUID
	Stream   string
	Revision uint64
	Position Position
	Type     string
	Created  time.Time
	Data     []byte
	Metadata []byte
	Binary   bool
}

// Envelope is a recorded event with its decoded data and metadata.
type Envelope struct {
	Recorded
	Event aggregates.Event
	Meta  aggregates.Metadata
}

// Conflict says that the stream is not as the append expected.
type Conflict struct {
	Stream   string
	Expected Expected
}

// Error names the stream and the expectation.
func (c *Conflict) Error() string {
	return fmt.Sprintf("stream %s is not at the expected %s", c.Stream, c.Expected)
}

// Errors of the port, beside *Conflict and the context's own.
var (
	ErrDeleted     = errors.New("the stream was deleted")
	ErrTooLarge    = errors.New("the append is larger than the event store takes")
	ErrUnavailable = errors.New("the event store cannot be reached")
	// ErrInvalid is an append wrong in itself: no stream, no events, an event
	// without id or type, or no expectation. It was not sent.
	ErrInvalid = errors.New("not an append that the event store takes")
)
