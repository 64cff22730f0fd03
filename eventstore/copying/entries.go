package copying

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"reflect"
	"strings"

	"aftersales/eventstore"
)

const (
	metadataPrefix = "$$"
	metadataType   = "$metadata"
)

// history reads a log and keeps what later events may replace: the newest
// metadata of each stream, and which streams are deleted for good.
type history struct {
	store    *eventstore.Client
	until    eventstore.Position // 0: to the end
	end      eventstore.Position // of what was read
	metadata map[string]eventstore.Recorded
	deleted  map[string]bool
}

func read(store *eventstore.Client, until eventstore.Position) *history {
	return &history{
		store: store, until: until,
		metadata: map[string]eventstore.Recorded{}, deleted: map[string]bool{},
	}
}

// entries yields what is copied in log order: events and deletions for good.
func (h *history) entries(ctx context.Context) iter.Seq2[eventstore.Recorded, error] {
	return func(yield func(eventstore.Recorded, error) bool) {
		for r, err := range h.store.ReadEverything(ctx) {
			if err != nil {
				yield(r, err)
				return
			}
			if h.until != 0 && r.Position > h.until {
				return
			}
			h.end = r.Position
			if h.note(r) && !yield(r, nil) {
				return
			}
		}
	}
}

// note says whether an event is to be copied at its place in the log.
func (h *history) note(r eventstore.Recorded) bool {
	if of, ok := strings.CutPrefix(r.Stream, metadataPrefix); ok && !strings.HasPrefix(of, "$") && r.Type == metadataType {
		h.metadata[of] = r
		return false
	}
	if strings.HasPrefix(r.Stream, "$") {
		return false
	}
	if isDeletion(r) {
		h.deleted[r.Stream] = true
	}
	return true
}

func isDeletion(r eventstore.Recorded) bool { return r.Revision == eventstore.TombstoneRevision }

// same compares what a copy keeps of an event.
func same(a, b eventstore.Recorded) bool {
	if a.Stream != b.Stream || a.Revision != b.Revision {
		return false
	}
	return isDeletion(a) || a.ID == b.ID && a.Type == b.Type && a.Binary == b.Binary &&
		bytes.Equal(a.Data, b.Data) && bytes.Equal(a.Metadata, b.Metadata)
}

// sameMetadata compares the metadata of a stream, whose text a server may write
// anew.
func sameMetadata(a, b []byte) bool {
	var x, y any
	if numbers(a, &x) != nil || numbers(b, &y) != nil {
		return bytes.Equal(a, b)
	}
	return reflect.DeepEqual(x, y)
}

// numbers keeps the digits of numbers: the greatest revision is no float.
func numbers(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return d.Decode(v)
}
