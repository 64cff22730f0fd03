package eventstore

import (
	"context"
	"fmt"
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
)

// MaxAppend is the most that one append may carry, in bytes, as AppendSize
// counts them. It is the event store's own default limit.
const MaxAppend = 1 << 20

// AppendSize is the size of an append as the event store counts it: data,
// metadata and twice the type's length, summed over the events.
func AppendSize(events []Proposed) int {
	size := 0
	for _, e := range events {
		size += len(e.Data) + len(e.Metadata) + 2*len(e.Type)
	}
	return size
}

// Append is Store's. It repeats an append whose outcome is not known with the
// same event ids, so that it is stored once; with Any the event store promises
// that only as long as it remembers the ids. Only an append that was never
// handed to a connected client is given up before ctx ends.
func (c *Client) Append(ctx context.Context, stream string, expected Expected, events []Proposed) (Appended, error) {
	revision, err := checkAppend(stream, expected, events)
	if err != nil {
		return Appended{}, err
	}
	data := make([]esdb.EventData, len(events))
	for i, e := range events {
		data[i] = esdb.EventData{EventID: e.ID, EventType: e.Type, ContentType: esdb.ContentTypeJson, Data: e.Data, Metadata: e.Metadata}
		if e.Binary {
			data[i].ContentType = esdb.ContentTypeBinary
		}
	}
	var written *esdb.WriteResult
	handed := patient(ctx)
	err = c.calls.try(ctx, func() bool { return handed }, func(ctx context.Context, cn *conn, _ func()) (err error) {
		written, err = call(ctx, cn, func(client *esdb.Client) (*esdb.WriteResult, error) {
			return client.AppendToStream(ctx, stream, esdb.AppendToStreamOptions{ExpectedRevision: revision}, data...)
		})
		handed = handed || !dead(err)
		return appendFault(err, stream, expected)
	})
	if err != nil {
		return Appended{}, err
	}
	return c.appended(Patiently(ctx), stream, written)
}

// appended reads the position from the stream when a repeated append was
// answered without it. The revision needs no care: the client makes it up only
// for an append of no events, which is refused.
func (c *Client) appended(ctx context.Context, stream string, w *esdb.WriteResult) (Appended, error) {
	a := Appended{Revision: w.NextExpectedVersion, Position: Position(w.CommitPosition)}
	if a.Position != 0 && a.Position != math.MaxUint64 {
		return a, nil
	}
	for r, err := range c.ReadStream(ctx, stream, a.Revision) {
		if err != nil {
			return Appended{}, err
		}
		a.Position = r.Position
		break
	}
	return a, nil
}

func checkAppend(stream string, expected Expected, events []Proposed) (esdb.ExpectedRevision, error) {
	if stream == "" || len(events) == 0 {
		return nil, fmt.Errorf("%d events to stream %q: %w", len(events), stream, ErrInvalid)
	}
	for i, e := range events {
		// Without an id the client invents one, and a repeat would be stored twice.
		if e.ID == uuid.Nil || e.Type == "" {
			return nil, fmt.Errorf("event %d of an append to %s has no id or no type: %w", i, stream, ErrInvalid)
		}
	}
	if size := AppendSize(events); size > MaxAppend {
		return nil, fmt.Errorf("append of %d bytes to %s: %w", size, stream, ErrTooLarge)
	}
	switch expected.kind {
	case expectExact:
		return esdb.Revision(expected.revision), nil
	case expectNone:
		return esdb.NoStream{}, nil
	case expectAny:
		return esdb.Any{}, nil
	}
	return nil, fmt.Errorf("append to %s expects %s: %w", stream, expected, ErrInvalid)
}
