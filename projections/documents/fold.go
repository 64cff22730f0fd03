package documents

import (
	"encoding/json"
	"fmt"
	"time"

	"aftersales/aggregates"
	"aftersales/eventstore"
)

// trace is what is known of a document besides its aggregate's state.
type trace struct {
	CreatedAt time.Time           `json:"created_at"`
	UpdatedAt time.Time           `json:"updated_at"`
	Created   eventstore.Position `json:"created"`
	Position  eventstore.Position `json:"position"`
}

// folding is an aggregate while events are applied to it.
type folding struct {
	stream   string
	revision int64 // -1 before the first event
	state    state
	traces   map[string]trace    // by Document.key, as the maps below
	shown    map[string]Document // as rendered from state
	changed  map[string]bool     // since the folding began
}

// begin goes on from a stored state; nil, nil begins before the first event.
func begin(v view, stream string, revision int64, stored, traces []byte) (*folding, error) {
	f := &folding{stream: stream, revision: revision, traces: map[string]trace{}, changed: map[string]bool{}}
	var err error
	if f.state, err = v.begin(stored); err == nil && traces != nil {
		err = json.Unmarshal(traces, &f.traces)
	}
	if err != nil {
		return nil, fmt.Errorf("stored state of %s: %w", stream, err)
	}
	f.shown = f.documents()
	return f, nil
}

func (f *folding) documents() map[string]Document {
	all := map[string]Document{}
	for _, d := range f.state.documents() {
		all[d.key()] = d
	}
	return all
}

// apply takes the next event of the stream; one that was applied already
// changes nothing.
func (f *folding) apply(e eventstore.Envelope) {
	if int64(e.Revision) <= f.revision {
		return
	}
	f.revision = int64(e.Revision)
	f.state.evolve(e.Event)
	now := f.documents()
	at := e.Meta.RecordedAt.UTC().Truncate(time.Microsecond) // what Postgres keeps
	for key, d := range now {
		old, known := f.shown[key]
		if known && old.same(d) {
			continue
		}
		t := f.traces[key]
		if !known {
			t.CreatedAt, t.Created = at, e.Position
		}
		t.UpdatedAt, t.Position = at, e.Position
		f.traces[key], f.changed[key] = t, true
	}
	f.shown = now
}

// stamped is a shown document with all that is known of it.
func (f *folding) stamped(d Document) Document {
	t := f.traces[d.key()]
	d.Stream, d.Revision = f.stream, uint64(f.revision)
	d.CreatedAt, d.UpdatedAt, d.Created, d.Position = t.CreatedAt, t.UpdatedAt, t.Created, t.Position
	return d
}

// Render is what the documents of a stream were after the given events, which
// are the first ones of the stream, in order. It is none for a stream that
// holds no documents, and before the first event.
func Render(stream string, events []eventstore.Envelope) ([]Document, error) {
	category, _ := aggregates.SplitStream(stream)
	v, ok := views[category]
	if !ok {
		return nil, nil
	}
	f, err := begin(v, stream, -1, nil, nil)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		f.apply(e)
	}
	var all []Document
	for _, d := range f.state.documents() {
		d = f.stamped(d)
		d.Historical = true
		all = append(all, d)
	}
	return all, nil
}
