package conformance

import (
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
)

// What a stream hides, the log still shows until a scavenge.
func TestRow06TheLogShowsWhatStreamsHide(t *testing.T) {
	c := connect(t)
	truncated := filled(t, c, 3)
	meta := esdb.StreamMetadata{}
	meta.SetTruncateBefore(2)
	describe(t, c, truncated, meta)
	streams := []string{truncated, softDeleted(t, c, filled(t, c, 2)), tombstoned(t, c, filled(t, c, 2))}
	want := map[string][]string{
		streams[0]: {"counted", "counted", "counted"},
		streams[1]: {"counted", "counted"},
		streams[2]: {"counted", "counted", "$streamDeleted"},
	}
	sub, err := c.SubscribeToAll(t.Context(), esdb.SubscribeToAllOptions{From: esdb.Start{}})
	followed, _ := follow(t, sub, err).caughtUp()
	got := map[string][]string{}
	for _, e := range followed {
		if _, ours := want[e.StreamID]; ours {
			got[e.StreamID] = append(got[e.StreamID], e.EventType)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A stream whose events are all truncated is there, and empty.
func TestRow06ATruncatedStreamIsEmptyNotAbsent(t *testing.T) {
	c := connect(t)
	stream := filled(t, c, 2)
	meta := esdb.StreamMetadata{}
	meta.SetTruncateBefore(2)
	describe(t, c, stream, meta)
	found, err := read(t, c, stream, esdb.ReadStreamOptions{}, 10)
	if err != nil || len(found) != 0 {
		t.Fatalf("%d events, %v; want none and no error", len(found), err)
	}
	mustAdd(t, c, stream, esdb.Revision(1), events(1)...)
	if diff := cmp.Diff(span(2, 2), revisions(t, c, stream, esdb.ReadStreamOptions{}, 10)); diff != "" {
		t.Error(diff)
	}
}

// Whatever is expected of it, an append brings a soft-deleted stream back from
// its next revision on; what was before stays hidden, however often.
func TestRow07AStreamIsRecreatedAgainAndAgain(t *testing.T) {
	c := connect(t)
	stream := filled(t, c, 3)
	next := uint64(3)
	for _, expected := range []esdb.ExpectedRevision{esdb.Any{}, esdb.NoStream{}, esdb.Revision(next + 1)} {
		softDeleted(t, c, stream)
		_, err := read(t, c, stream, esdb.ReadStreamOptions{}, 10)
		wantCode(t, err, esdb.ErrorCodeResourceNotFound)
		result := mustAdd(t, c, stream, expected, events(1)...)
		if result.NextExpectedVersion != next {
			t.Errorf("%s: revision %d, want %d", name(expected), result.NextExpectedVersion, next)
		}
		if diff := cmp.Diff(span(next, next), revisions(t, c, stream, esdb.ReadStreamOptions{}, 10)); diff != "" {
			t.Errorf("%s: %s", name(expected), diff)
		}
		next++
	}
}

// A tombstone is an event of the log, and final: neither deletion nor metadata
// is accepted any more.
func TestRow07ATombstoneIsFinal(t *testing.T) {
	c := connect(t)
	stream := tombstoned(t, c, filled(t, c, 1))
	if _, err := c.DeleteStream(t.Context(), stream, esdb.DeleteStreamOptions{ExpectedRevision: esdb.Any{}}); err == nil {
		t.Error("deleted again")
	}
	meta := esdb.StreamMetadata{}
	meta.SetMaxCount(1)
	_, err := c.SetStreamMetadata(t.Context(), stream, esdb.AppendToStreamOptions{ExpectedRevision: esdb.Any{}}, meta)
	wantCode(t, err, esdb.ErrorCodeStreamDeleted)
	_, err = add(t, c, stream, esdb.Any{}, events(1)...)
	wantCode(t, err, esdb.ErrorCodeStreamDeleted)
}

// What was appended more than a second ago is hidden, what is new is not.
func TestRow08EventsGrowTooOld(t *testing.T) {
	c := connect(t)
	stream := filled(t, c, 2)
	meta := esdb.StreamMetadata{}
	meta.SetMaxAge(time.Second)
	describe(t, c, stream, meta)
	deadline, tick := time.After(patience), time.NewTicker(50*time.Millisecond)
	defer tick.Stop()
	for len(revisions(t, c, stream, esdb.ReadStreamOptions{}, 10)) > 0 {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("old events are still shown")
		}
	}
	result := mustAdd(t, c, stream, esdb.Revision(1), events(1)...)
	if result.NextExpectedVersion != 2 {
		t.Errorf("revision %d, want 2", result.NextExpectedVersion)
	}
}

func TestRow08AnAccessListIsKept(t *testing.T) {
	c := connect(t)
	stream := filled(t, c, 1)
	acl := esdb.Acl{}
	acl.AddReadRoles("$admins")
	acl.AddWriteRoles("clerk")
	meta := esdb.StreamMetadata{}
	meta.SetAcl(acl)
	meta.AddCustomProperty("owner", "us")
	describe(t, c, stream, meta)
	got, err := c.GetStreamMetadata(t.Context(), stream, esdb.ReadStreamOptions{})
	if err != nil {
		t.Fatal(err)
	}
	kept := got.StreamAcl()
	if kept == nil || got.CustomProperty("owner") != "us" {
		t.Fatalf("metadata %+v", got)
	}
	if diff := cmp.Diff([][]string{{"$admins"}, {"clerk"}}, [][]string{kept.ReadRoles(), kept.WriteRoles()}); diff != "" {
		t.Error(diff)
	}
}

// Servers of this protocol have a word for it, and do not use it.
func TestRow09ALiveSubscriptionDoesNotSayThatItFellBehind(t *testing.T) {
	c := connect(t)
	stream := filled(t, c, 1)
	sub, err := c.SubscribeToStream(t.Context(), stream, esdb.SubscribeToStreamOptions{From: esdb.Start{}})
	f := follow(t, sub, err)
	f.caughtUp()
	for n := range uint64(20) {
		mustAdd(t, c, stream, esdb.Revision(n), events(1)...)
		for e := f.next(); e.EventAppeared == nil; e = f.next() {
			if e.FellBehind != nil {
				t.Fatalf("fell behind at %d", n)
			}
		}
	}
}
