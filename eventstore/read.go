package eventstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// reading starts a read, opener one after the last event that was yielded (nil:
// none yet); an opener's nil says that nothing can follow.
type (
	reading func(context.Context, *esdb.Client) (*esdb.ReadStream, error)
	opener  func(last *Recorded) reading
)

// ReadStream is Store's. A read that breaks goes on where it stopped.
func (c *Client) ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[Recorded, error] {
	return c.scan(ctx, stream, all, func(last *Recorded) reading {
		next := from
		if last != nil {
			next = last.Revision + 1
		}
		return readStream(stream, esdb.Forwards, esdb.Revision(next))
	})
}

// ReadStreamBackwards is Store's.
func (c *Client) ReadStreamBackwards(ctx context.Context, stream string) iter.Seq2[Recorded, error] {
	return c.scan(ctx, stream, all, func(last *Recorded) reading {
		if last == nil {
			return readStream(stream, esdb.Backwards, esdb.End{})
		}
		if last.Revision == 0 {
			return nil
		}
		return readStream(stream, esdb.Backwards, esdb.Revision(last.Revision-1))
	})
}

func readStream(stream string, d esdb.Direction, from esdb.StreamPosition) reading {
	return func(ctx context.Context, client *esdb.Client) (*esdb.ReadStream, error) {
		return client.ReadStream(ctx, stream, esdb.ReadStreamOptions{Direction: d, From: from}, everything)
	}
}

// ReadAll is Store's. The protocol's read has no filter in this client, so
// system events are left out here; it begins with the event at its position,
// which is left out too.
func (c *Client) ReadAll(ctx context.Context, after Position) iter.Seq2[Recorded, error] {
	keep := func(r Recorded) bool { return r.Position > after && !system(r) }
	return c.scan(ctx, "$all", keep, func(last *Recorded) reading {
		if last != nil {
			return readAll(esdb.Forwards, from(last.Position))
		}
		return readAll(esdb.Forwards, from(after))
	})
}

// Head is Store's. It reads backwards past the system events at the end.
func (c *Client) Head(ctx context.Context) (Position, error) {
	user := func(r Recorded) bool { return !system(r) }
	for r, err := range c.scan(ctx, "$all", user, func(*Recorded) reading {
		return readAll(esdb.Backwards, esdb.End{})
	}) {
		return r.Position, err
	}
	return 0, nil
}

func readAll(d esdb.Direction, from esdb.AllPosition) reading {
	return func(ctx context.Context, client *esdb.Client) (*esdb.ReadStream, error) {
		return client.ReadAll(ctx, esdb.ReadAllOptions{Direction: d, From: from}, everything)
	}
}

// from is where the protocol is told to begin. An event's commit and prepare
// positions differ only in explicit transactions, which the protocol no longer
// has; so the commit position alone names a place in the log.
func from(p Position) esdb.AllPosition {
	if p == 0 {
		return esdb.Start{}
	}
	return esdb.Position{Commit: uint64(p), Prepare: uint64(p)}
}

// scan yields the events that keep lets through and opens the read again after
// the last one of them when the connection fails, until patience is used up.
func (c *Client) scan(ctx context.Context, name string, keep func(Recorded) bool, open opener) iter.Seq2[Recorded, error] {
	return func(yield func(Recorded, error) bool) {
		var last Recorded
		var resume *Recorded
		silence := c.calls.patience
		if patient(ctx) {
			silence = 0
		}
		err := c.calls.try(ctx, func() bool { return patient(ctx) }, func(ctx context.Context, cn *conn, progress func()) error {
			start := open(resume)
			if start == nil {
				return nil
			}
			return recvAll(ctx, cn, silence, start, func(r Recorded) bool {
				again := resume != nil && r.Stream == last.Stream && r.Revision == last.Revision
				if again || !keep(r) {
					return true
				}
				progress()
				last, resume = r, &last
				return yield(r, nil)
			})
		})
		if err != nil {
			yield(Recorded{}, fmt.Errorf("read %s: %w", name, err))
		}
	}
}

// recvAll hands each event of a read to visit until that returns false. A
// stream that does not exist has no events. The first answer may take as long
// as silence, or for ever if that is 0.
func recvAll(ctx context.Context, cn *conn, silence time.Duration, open reading, visit func(Recorded) bool) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	heard := func() bool { return true }
	if silence > 0 {
		heard = time.AfterFunc(silence, func() { end(errSlow) }).Stop
	}
	defer heard()
	stream, err := call(ctx, cn, func(client *esdb.Client) (*esdb.ReadStream, error) { return open(ctx, client) })
	if err != nil {
		return readFault(ctx, err)
	}
	events := pump(ctx, cn, readAhead, stream.Recv)
	for first := true; ; first = false {
		select {
		case r := <-events:
			if first {
				heard()
			}
			if r.err != nil {
				return readFault(ctx, r.err)
			}
			if r.value.Event != nil && !visit(recorded(r.value.Event)) {
				return nil
			}
		case <-ctx.Done():
			return &transient{context.Cause(ctx)}
		case <-cn.lost:
			return errLost
		}
	}
}

// readAhead is how many events a read may be ahead of its consumer.
const readAhead = 64

func readFault(ctx context.Context, err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	if errors.Is(context.Cause(ctx), errSlow) {
		return &transient{errSlow}
	}
	if e, ok := errors.AsType[*esdb.Error](err); ok {
		switch e.Code() {
		case esdb.ErrorCodeResourceNotFound:
			return nil
		case esdb.ErrorCodeStreamDeleted:
			return ErrDeleted
		}
	}
	return err
}

func all(Recorded) bool { return true }

// system says whether an event is the event store's own.
func system(r Recorded) bool {
	return strings.HasPrefix(r.Stream, "$") || strings.HasPrefix(r.Type, "$")
}

// contentJSON is the content type of an event whose data is JSON.
const contentJSON = "application/json"

func recorded(e *esdb.RecordedEvent) Recorded {
	return Recorded{
		ID: e.EventID, Stream: e.StreamID, Revision: e.EventNumber, Position: Position(e.Position.Commit),
		Type: e.EventType, Created: e.CreatedDate.UTC(), Data: e.Data, Metadata: e.UserMetadata,
		Binary: e.ContentType != contentJSON,
	}
}
