package conformance

import (
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
)

func TestRow08MetadataHidesEventsFromReaders(t *testing.T) {
	c := connect(t)
	for name, test := range map[string]struct {
		set  func(*esdb.StreamMetadata)
		want []uint64
	}{
		"$maxCount keeps the last":        {func(m *esdb.StreamMetadata) { m.SetMaxCount(3) }, span(7, 9)},
		"$tb hides what is before":        {func(m *esdb.StreamMetadata) { m.SetTruncateBefore(6) }, span(6, 9)},
		"the stricter of both counts":     {func(m *esdb.StreamMetadata) { m.SetMaxCount(2); m.SetTruncateBefore(4) }, span(8, 9)},
		"$maxAge keeps what is young":     {func(m *esdb.StreamMetadata) { m.SetMaxAge(time.Hour) }, span(0, 9)},
		"all truncated reads as empty":    {func(m *esdb.StreamMetadata) { m.SetTruncateBefore(10) }, []uint64{}},
		"$maxCount above the length is 0": {func(m *esdb.StreamMetadata) { m.SetMaxCount(99) }, span(0, 9)},
	} {
		t.Run(name, func(t *testing.T) {
			stream := filled(t, c, 10)
			meta := esdb.StreamMetadata{}
			test.set(&meta)
			describe(t, c, stream, meta)
			if diff := cmp.Diff(test.want, revisions(t, c, stream, esdb.ReadStreamOptions{}, 100)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRow08OnlyTheNewestMetadataIsRead(t *testing.T) {
	c := connect(t)
	stream := filled(t, c, 1)
	for i := range 3 {
		meta := esdb.StreamMetadata{}
		meta.SetMaxCount(uint64(i + 5))
		describe(t, c, stream, meta)
	}
	if diff := cmp.Diff(span(2, 2), revisions(t, c, "$$"+stream, esdb.ReadStreamOptions{}, 10)); diff != "" {
		t.Error(diff)
	}
	meta, err := c.GetStreamMetadata(t.Context(), stream, esdb.ReadStreamOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got := meta.MaxCount(); got == nil || *got != 7 {
		t.Errorf("$maxCount %v, want 7", got)
	}
}

func TestRow15ALinkIsResolvedOnDemand(t *testing.T) {
	c := connect(t)
	target, links := filled(t, c, 2), newStream("links")
	link := func(data string) esdb.EventData {
		e := events(1)[0]
		e.EventType, e.ContentType, e.Data = "$>", esdb.ContentTypeBinary, []byte(data)
		return e
	}
	mustAdd(t, c, links, esdb.NoStream{}, link("1@"+target), link("7@"+target))
	got, err := read(t, c, links, esdb.ReadStreamOptions{ResolveLinkTos: true}, 10)
	if err != nil || len(got) != 2 {
		t.Fatalf("%d events, %v", len(got), err)
	}
	if got[0].Event == nil || got[0].Event.StreamID != target || got[0].Event.EventNumber != 1 || got[0].Link.StreamID != links {
		t.Errorf("resolved to %+v by %+v", got[0].Event, got[0].Link)
	}
	if got[1].Event != nil || got[1].Link == nil {
		t.Errorf("link to nothing resolved to %+v", got[1].Event)
	}
	plain, err := read(t, c, links, esdb.ReadStreamOptions{}, 1)
	if err != nil || plain[0].Event.EventType != "$>" || plain[0].Link != nil {
		t.Errorf("unresolved: %+v, %v", plain, err)
	}
}
