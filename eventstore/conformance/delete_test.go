package conformance

import (
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
)

// filled makes a stream of n events.
func filled(t *testing.T, c *esdb.Client, n int) string {
	t.Helper()
	stream := newStream("filled")
	mustAdd(t, c, stream, esdb.NoStream{}, events(n)...)
	return stream
}

// described gives a stream metadata.
func described(t *testing.T, c *esdb.Client, stream string) string {
	t.Helper()
	meta := esdb.StreamMetadata{}
	meta.SetMaxCount(100)
	describe(t, c, stream, meta)
	return stream
}

func describe(t *testing.T, c *esdb.Client, stream string, meta esdb.StreamMetadata) {
	t.Helper()
	if _, err := c.SetStreamMetadata(t.Context(), stream, esdb.AppendToStreamOptions{ExpectedRevision: esdb.Any{}}, meta); err != nil {
		t.Fatal(err)
	}
}

func softDeleted(t *testing.T, c *esdb.Client, stream string) string {
	t.Helper()
	if _, err := c.DeleteStream(t.Context(), stream, esdb.DeleteStreamOptions{ExpectedRevision: esdb.Any{}}); err != nil {
		t.Fatal(err)
	}
	return stream
}

func tombstoned(t *testing.T, c *esdb.Client, stream string) string {
	t.Helper()
	if _, err := c.TombstoneStream(t.Context(), stream, esdb.TombstoneStreamOptions{ExpectedRevision: esdb.Any{}}); err != nil {
		t.Fatal(err)
	}
	return stream
}

func TestRow06ASoftDeletedStreamReadsAsAbsent(t *testing.T) {
	c := connect(t)
	stream := softDeleted(t, c, filled(t, c, 3))
	_, err := read(t, c, stream, esdb.ReadStreamOptions{}, 10)
	wantCode(t, err, esdb.ErrorCodeResourceNotFound)
}

func TestRow07ARecreatedStreamGoesOnWhereItEnded(t *testing.T) {
	c := connect(t)
	stream := softDeleted(t, c, filled(t, c, 3))
	mustAdd(t, c, stream, esdb.NoStream{}, events(2)...)
	if diff := cmp.Diff(span(3, 4), revisions(t, c, stream, esdb.ReadStreamOptions{}, 10)); diff != "" {
		t.Error(diff)
	}
	meta, err := c.GetStreamMetadata(t.Context(), stream, esdb.ReadStreamOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got := meta.TruncateBefore(); got == nil || *got != 3 {
		t.Errorf("$tb %v, want 3", got)
	}
}

func TestRow07ATombstonedStreamIsGone(t *testing.T) {
	c := connect(t)
	stream := tombstoned(t, c, filled(t, c, 3))
	_, err := read(t, c, stream, esdb.ReadStreamOptions{}, 10)
	wantCode(t, err, esdb.ErrorCodeStreamDeleted)
	_, err = c.TombstoneStream(t.Context(), stream, esdb.TombstoneStreamOptions{ExpectedRevision: esdb.Any{}})
	wantCode(t, err, esdb.ErrorCodeStreamDeleted)
}

func TestRow07ADeleteDemandsTheExpectedRevision(t *testing.T) {
	c := connect(t)
	stream := filled(t, c, 3)
	for _, wrong := range []esdb.ExpectedRevision{esdb.Revision(1), esdb.Revision(3), esdb.NoStream{}} {
		if _, err := c.DeleteStream(t.Context(), stream, esdb.DeleteStreamOptions{ExpectedRevision: wrong}); err == nil {
			t.Errorf("deleted although %s was expected", name(wrong))
		}
	}
	if _, err := c.DeleteStream(t.Context(), newStream("absent"), esdb.DeleteStreamOptions{ExpectedRevision: esdb.Any{}}); err == nil {
		t.Error("deleted a stream that never was")
	}
	if _, err := c.DeleteStream(t.Context(), stream, esdb.DeleteStreamOptions{ExpectedRevision: esdb.Revision(2)}); err != nil {
		t.Error(err)
	}
}

func TestRow07AStreamThatNeverWasCanBeTombstoned(t *testing.T) {
	c := connect(t)
	stream := tombstoned(t, c, newStream("never"))
	_, err := add(t, c, stream, esdb.NoStream{}, events(1)...)
	wantCode(t, err, esdb.ErrorCodeStreamDeleted)
}
