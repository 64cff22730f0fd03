package eventstore

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// TombstoneRevision is the revision of the event that says that its stream was
// deleted for good.
const TombstoneRevision = math.MaxInt64

// ReadEverything yields all events of the log from the first to the last,
// system events included. It is for tools that copy or compare logs; the event
// store may demand an administrator's rights for it.
func (c *Client) ReadEverything(ctx context.Context) iter.Seq2[Recorded, error] {
	return c.scan(ctx, "$all", all, func(last *Recorded) reading {
		if last != nil {
			return readAll(esdb.Forwards, from(last.Position))
		}
		return readAll(esdb.Forwards, esdb.Start{})
	})
}

// End is the position of the last event of the log, system events included;
// the zero Position when there is none. No position of a reader is behind it.
func (c *Client) End(ctx context.Context) (Position, error) {
	for r, err := range c.scan(ctx, "$all", all, func(*Recorded) reading {
		return readAll(esdb.Backwards, esdb.End{})
	}) {
		return r.Position, err
	}
	return 0, nil
}

// Tombstone deletes a stream for good: its name can never be used again. A
// stream that is deleted so already stays so.
func (c *Client) Tombstone(ctx context.Context, stream string) error {
	err := c.calls.keep(ctx, func(ctx context.Context, cn *conn, _ func()) error {
		_, err := call(ctx, cn, func(client *esdb.Client) (*esdb.DeleteResult, error) {
			return client.TombstoneStream(ctx, stream, esdb.TombstoneStreamOptions{ExpectedRevision: esdb.Any{}})
		})
		return err
	})
	if e, ok := errors.AsType[*esdb.Error](err); err == nil || ok && e.Code() == esdb.ErrorCodeStreamDeleted {
		return nil
	}
	return fmt.Errorf("tombstone of %s: %w", stream, err)
}
