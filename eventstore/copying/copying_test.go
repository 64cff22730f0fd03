package copying_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/eventstore"
	"aftersales/eventstore/copying"
	"aftersales/eventstore/eventstoretest"
)

func TestMain(m *testing.M) { eventstoretest.Main(m) }

func ignore(copying.Report) {}

// raw is a client that can do what the port does not offer.
func raw(t *testing.T, env *eventstoretest.Env) *esdb.Client {
	t.Helper()
	config, err := esdb.ParseConnectionString(env.URL)
	if err != nil {
		t.Fatal(err)
	}
	config.Logger = esdb.NoopLogging()
	c, err := esdb.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// must fails the test when a call of the client does.
func must[T any](t *testing.T) func(T, error) {
	t.Helper()
	return func(_ T, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
}

func event(kind string, content esdb.ContentType, data string) esdb.EventData {
	return esdb.EventData{EventID: uuid.New(), EventType: kind, ContentType: content, Data: []byte(data), Metadata: []byte(`{"by":"test"}`)}
}

// fill writes a log with everything that a stream can go through.
func fill(t *testing.T, c *esdb.Client) {
	t.Helper()
	ctx := eventstoretest.Context(t)
	add := func(stream string, n int) {
		t.Helper()
		events := make([]esdb.EventData, n)
		for i := range events {
			events[i] = event("happened", esdb.ContentTypeJson, fmt.Sprintf(`{"n":%d}`, i))
		}
		must[*esdb.WriteResult](t)(c.AppendToStream(ctx, stream, esdb.AppendToStreamOptions{ExpectedRevision: esdb.Any{}}, events...))
	}
	describe := func(stream string, set func(*esdb.StreamMetadata)) {
		t.Helper()
		meta := esdb.StreamMetadata{}
		set(&meta)
		must[*esdb.WriteResult](t)(c.SetStreamMetadata(ctx, stream, esdb.AppendToStreamOptions{ExpectedRevision: esdb.Any{}}, meta))
	}
	remove := func(stream string) {
		t.Helper()
		must[*esdb.DeleteResult](t)(c.DeleteStream(ctx, stream, esdb.DeleteStreamOptions{ExpectedRevision: esdb.Any{}}))
	}
	tombstone := func(stream string) {
		t.Helper()
		must[*esdb.DeleteResult](t)(c.TombstoneStream(ctx, stream, esdb.TombstoneStreamOptions{ExpectedRevision: esdb.Any{}}))
	}
	for _, stream := range []string{"whole-1", "deleted-1", "whole-2", "gone-1", "recreated-1", "truncated-1", "whole-1", "kept-1"} {
		add(stream, 3)
	}
	remove("deleted-1")
	remove("recreated-1")
	add("recreated-1", 2)
	describe("gone-1", func(m *esdb.StreamMetadata) { m.SetMaxCount(7) })
	tombstone("gone-1")
	tombstone("never-1")
	describe("truncated-1", func(m *esdb.StreamMetadata) { m.SetTruncateBefore(9) })
	add("truncated-1", 8)
	describe("kept-1", func(m *esdb.StreamMetadata) { m.SetMaxCount(4) })
	describe("kept-1", func(m *esdb.StreamMetadata) { m.SetMaxCount(2); m.AddCustomProperty("owner", "us") })
	describe("future-1", func(m *esdb.StreamMetadata) { m.SetMaxCount(5) })
	must[*esdb.WriteResult](t)(c.AppendToStream(ctx, "links-1", esdb.AppendToStreamOptions{ExpectedRevision: esdb.Any{}},
		event("$>", esdb.ContentTypeBinary, "1@whole-1"), event("picture", esdb.ContentTypeBinary, "\x00\xff"),
		event("blank", esdb.ContentTypeBinary, "")))
	for i := range 40 {
		add(fmt.Sprintf("many-%d", i%7), 1+i%3)
	}
	add("whole-1", 1)
}

// facts are what a reader can find out about the streams of a log.
func facts(t *testing.T, c *esdb.Client) map[string]string {
	t.Helper()
	all := map[string]string{}
	streams := []string{"whole-1", "whole-2", "deleted-1", "gone-1", "never-1", "recreated-1", "truncated-1", "kept-1", "future-1", "links-1"}
	for i := range 7 {
		streams = append(streams, fmt.Sprintf("many-%d", i))
	}
	for _, stream := range streams {
		text := shown(t, c, stream)
		if newest := shown(t, c, "$$"+stream); newest != "" {
			_, newest, _ = strings.Cut(newest, "$metadata ") // its revision and id are the target's own
			text += newest
		}
		all[stream] = text
	}
	return all
}

// shown is a stream as a reader sees it, empty if there is nothing to see.
func shown(t *testing.T, c *esdb.Client, stream string) (text string) {
	t.Helper()
	read, err := c.ReadStream(eventstoretest.Context(t), stream, esdb.ReadStreamOptions{From: esdb.Start{}}, 100)
	if err != nil {
		return err.Error()
	}
	defer read.Close()
	for {
		e, err := read.Recv()
		if errors.Is(err, io.EOF) {
			return text
		}
		if err != nil {
			return text + err.Error()
		}
		text += fmt.Sprintln(e.Event.EventNumber, e.Event.EventID, e.Event.EventType, e.Event.ContentType, string(e.Event.Data), string(e.Event.UserMetadata))
	}
}

func TestACopyReadsLikeItsSource(t *testing.T) {
	t.Parallel()
	source, target := eventstoretest.New(t), eventstoretest.New(t)
	from, to := raw(t, source), raw(t, target)
	fill(t, from)
	report, err := copying.Copy(eventstoretest.Context(t), source.Store, target.Store, ignore)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(facts(t, from), facts(t, to)); diff != "" {
		t.Errorf("streams (-source +target):\n%s", diff)
	}
	again, err := copying.Copy(eventstoretest.Context(t), source.Store, target.Store, ignore)
	want := copying.Report{Present: report.Copied, End: report.End}
	if diff := cmp.Diff(want, again); diff != "" || err != nil {
		t.Errorf("second copy: %v (-want +got):\n%s", err, diff)
	}
}

// The source goes on, also with streams that were deleted when they were copied.
func TestACopyFollowsASourceThatWentOn(t *testing.T) {
	t.Parallel()
	source, target := eventstoretest.New(t), eventstoretest.New(t)
	from, to := raw(t, source), raw(t, target)
	ctx := eventstoretest.Context(t)
	fill(t, from)
	goOn := func() {}
	for range 2 {
		goOn()
		if _, err := copying.Copy(ctx, source.Store, target.Store, ignore); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(facts(t, from), facts(t, to)); diff != "" {
			t.Errorf("streams (-source +target):\n%s", diff)
		}
		goOn = func() {
			for _, stream := range []string{"whole-1", "deleted-1", "recreated-1", "truncated-1", "future-1"} {
				must[*esdb.WriteResult](t)(from.AppendToStream(ctx, stream, esdb.AppendToStreamOptions{ExpectedRevision: esdb.Any{}},
					event("later", esdb.ContentTypeJson, "{}")))
			}
			must[*esdb.DeleteResult](t)(from.DeleteStream(ctx, "whole-2", esdb.DeleteStreamOptions{ExpectedRevision: esdb.Any{}}))
			must[*esdb.DeleteResult](t)(from.TombstoneStream(ctx, "kept-1", esdb.TombstoneStreamOptions{ExpectedRevision: esdb.Any{}}))
		}
	}
}

// A copy that ends anywhere, and between its append and knowing of it, is
// completed by the next ones.
func TestACopyThatEndsAnywhereIsCompleted(t *testing.T) {
	t.Parallel()
	source, target := eventstoretest.New(t), eventstoretest.New(t)
	from, to := raw(t, source), raw(t, target)
	fill(t, from)
	steps, runs := rand.IntN(5), 0
	for ended := false; !ended; runs++ {
		ctx, cancel := context.WithCancel(eventstoretest.Context(t))
		left := steps
		_, err := copying.Copy(ctx, source.Store, target.Dial(t), func(copying.Report) {
			if left--; left < 0 {
				cancel()
			}
		})
		cancel()
		if ended = err == nil; !ended && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		steps = 1 + rand.IntN(9)
	}
	if runs < 3 {
		t.Errorf("%d runs: nothing was interrupted", runs)
	}
	if diff := cmp.Diff(facts(t, from), facts(t, to)); diff != "" {
		t.Errorf("streams (-source +target):\n%s", diff)
	}
}

func TestATargetThatHoldsSomethingElseIsRefused(t *testing.T) {
	t.Parallel()
	source := eventstoretest.New(t)
	stream := eventstoretest.Stream()
	events := eventstoretest.Events(4)
	eventstoretest.Append(t, source.Store, stream, eventstore.NoStream(), events[:3]...)
	for name, spoil := range map[string]func(*testing.T, *eventstoretest.Env){
		"another stream": func(t *testing.T, target *eventstoretest.Env) {
			t.Helper()
			eventstoretest.Append(t, target.Store, eventstoretest.Stream(), eventstore.NoStream(), eventstoretest.Events(1)...)
		},
		"another event at the place": func(t *testing.T, target *eventstoretest.Env) {
			t.Helper()
			eventstoretest.Append(t, target.Store, stream, eventstore.NoStream(), eventstoretest.Events(1)...)
		},
		"one event more": func(t *testing.T, target *eventstoretest.Env) {
			t.Helper()
			eventstoretest.Append(t, target.Store, stream, eventstore.NoStream(), events...)
		},
		"other metadata": func(t *testing.T, target *eventstoretest.Env) {
			t.Helper()
			meta := esdb.StreamMetadata{}
			meta.SetMaxCount(1)
			must[*esdb.WriteResult](t)(raw(t, target).SetStreamMetadata(eventstoretest.Context(t), stream,
				esdb.AppendToStreamOptions{ExpectedRevision: esdb.Any{}}, meta))
		},
	} {
		t.Run(name, func(t *testing.T) {
			target := eventstoretest.New(t)
			spoil(t, target)
			if _, err := copying.Copy(eventstoretest.Context(t), source.Store, target.Store, ignore); !errors.Is(err, copying.ErrDiffers) {
				t.Errorf("error %v, want ErrDiffers", err)
			}
		})
	}
}

func TestAnEmptyLogIsCopied(t *testing.T) {
	t.Parallel()
	source, target := eventstoretest.New(t), eventstoretest.New(t)
	report, err := copying.Copy(eventstoretest.Context(t), source.Store, target.Store, ignore)
	if diff := cmp.Diff(copying.Report{}, report); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}
