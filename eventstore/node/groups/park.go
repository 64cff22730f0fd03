package groups

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"aftersales/eventstore/node/engine"
)

// park puts a link to an event into the group's parked stream; until that is
// durable the event is not done.
func (g *group) park(m *message, reason string) {
	data := fmt.Sprintf("%d@%s", m.event.Revision, m.event.Stream)
	if m.replayed {
		data = string(m.event.Data) // the link by which it was parked before
	}
	about, err := json.Marshal(map[string]any{"added": time.Now().UTC(), "reason": reason})
	if err == nil {
		err = g.write(g.parked(), engine.Proposed{ID: uuid.New(), Type: engine.TypeLink, Data: []byte(data), Metadata: about})
	}
	if err != nil {
		g.log.Warn("event not parked", slog.Any("error", err))
		m.reason = reason
		g.unparked = append(g.unparked, m)
		return
	}
	g.finish(m)
}

// parkAgain tries what failed before.
func (g *group) parkAgain() {
	failed := g.unparked
	g.unparked = nil
	for _, m := range failed {
		g.park(m, m.reason)
	}
}

func (g *group) write(stream string, p engine.Proposed) error {
	ctx, cancel := context.WithTimeout(context.Background(), storePatience)
	defer cancel()
	_, err := g.engine.Write(ctx, engine.Write{Stream: stream, Expected: engine.ExpectAny, Events: []engine.Proposed{p}})
	return err
}

// replay hands out parked events again, those with a revision below stopAt. They
// leave the parked stream when the last of them is done, so that a crash before
// leaves all of them parked.
func (g *group) replay(ctx context.Context, stopAt int64) error {
	events, err := g.stillParked(ctx)
	for _, e := range events {
		if e.Revision < stopAt {
			g.replaying++
			g.replayedTo = e.Revision + 1
			g.retries = append(g.retries, &message{event: e, replayed: true})
		}
	}
	return err
}

// stillParked reads what is parked and not being replayed.
func (g *group) stillParked(ctx context.Context) (events []*engine.Event, err error) {
	for e, err := range g.engine.ReadStream(ctx, g.parked(), g.replayedTo, false, engine.End) {
		if errors.Is(err, engine.ErrNotFound) {
			break
		}
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}

// truncateParked lets go of what was replayed.
func (g *group) truncateParked() {
	data, err := json.Marshal(map[string]int64{"$tb": g.replayedTo})
	if err == nil {
		err = g.write(engine.MetadataStream(g.parked()), engine.Proposed{ID: uuid.New(), Type: engine.TypeMetadata, JSON: true, Data: data})
	}
	if err != nil {
		g.log.Warn("replayed events stay parked", slog.Any("error", err))
	}
}
