package eventstore_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

// dial makes a client that says nothing.
func dial(t *testing.T, url string) *eventstore.Client {
	t.Helper()
	client, err := eventstore.Dial(eventstoretest.Context(t), eventstore.Config{URL: url, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// restart stops the node and starts it again.
func restart(t *testing.T, env *eventstoretest.Env) {
	t.Helper()
	env.StopNode(t)
	env.StartNode(t)
}

func TestWritersAndFollowersPassRestartsOfTheNodeExactlyOnce(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	const writers, each, restarts = 8, 60, 3
	var written eventstoretest.Ledger
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() { written.Write(t, env.Store, each) })
	}
	// A restart whenever the follower has seen another part of the events.
	next := 1
	var other []eventstore.Recorded
	client := env.Dial(t)
	wg.Go(func() {
		other = eventstoretest.FollowUntil(t, client, 0, 20, func(seen int) bool { return seen == writers*each })
	})
	followed := eventstoretest.FollowUntil(t, env.Store, 0, 20, func(seen int) bool {
		if next <= restarts && seen >= next*writers*each/(restarts+1) {
			next++
			restart(t, env)
		}
		return seen == writers*each
	})
	wg.Wait()
	written.Check(t, followed)
	written.Check(t, other)
}

func TestAReadGoesOnWhereALostConnectionBrokeIt(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	stream, events := eventstoretest.Stream(), make([]eventstore.Proposed, 2000)
	for i := range events {
		events[i] = eventstoretest.Event("tested", strings.Repeat("x", 400)) // more than is read ahead
	}
	for i, part := range slices.Collect(slices.Chunk(events, 500)) {
		expected := eventstore.NoStream()
		if i > 0 {
			expected = eventstore.At(uint64(i*500 - 1))
		}
		eventstoretest.Append(t, env.Store, stream, expected, part...)
	}
	through := newProxy(t, env.URL)
	client := dial(t, through.url)
	ctx := eventstoretest.Context(t)
	reads := map[string]func(func(eventstore.Recorded, error) bool){
		"forwards":  client.ReadStream(ctx, stream, 0),
		"backwards": client.ReadStreamBackwards(ctx, stream),
		"log":       client.ReadAll(ctx, 0),
	}
	for name, read := range reads {
		var got []uuid.UUID
		for r, err := range read {
			if err != nil {
				t.Fatalf("%s: %v after %d events", name, err, len(got))
			}
			if got = append(got, r.ID); len(got) == 10 {
				through.cut()
			}
		}
		if name == "backwards" {
			slices.Reverse(got)
		}
		if !slices.EqualFunc(got, events, func(id uuid.UUID, e eventstore.Proposed) bool { return id == e.ID }) {
			t.Errorf("%s: %d events, want each of %d once, in order", name, len(got), len(events))
		}
	}
}

func TestCallsReturnByTheirDeadlineWhileTheNodeIsDownAndWorkAgainAfterwards(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	stream := eventstoretest.Stream()
	eventstoretest.Append(t, env.Store, stream, eventstore.NoStream(), eventstoretest.Events(1)...)
	env.StopNode(t)

	// Long enough for the client's discovery to fail, which kills it and blocks
	// whoever else called it.
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			_, err := env.Store.Append(ctx, eventstoretest.Stream(), eventstore.NoStream(), eventstoretest.Events(1))
			if !errors.Is(err, eventstore.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("append: got %v, want ErrUnavailable and the context's error", err)
			}
		})
		wg.Go(func() {
			for _, err := range env.Store.ReadStream(ctx, stream, 0) {
				if !errors.Is(err, eventstore.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("read: got %v, want ErrUnavailable and the context's error", err)
				}
			}
		})
		wg.Go(func() {
			err := env.Store.Follow(ctx, 0, 1, func(context.Context, eventstore.Slice) error { return nil })
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("follow: got %v, want the context's error", err)
			}
		})
	}
	wg.Wait()
	if err := env.Store.Ready(eventstoretest.Context(t)); !errors.Is(err, eventstore.ErrUnavailable) {
		t.Errorf("ready while the node is down: %v", err)
	}

	env.StartNode(t)
	eventstoretest.Append(t, env.Store, stream, eventstore.At(0), eventstoretest.Events(1)...)
	eventstoretest.FollowUntil(t, env.Store, 0, 10, func(seen int) bool { return seen >= 2 })
	if err := env.Store.Ready(eventstoretest.Context(t)); err != nil {
		t.Errorf("ready after the restart: %v", err)
	}
}

func TestReadyFindsANodeThatWasRestartedUnnoticed(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	restart(t, env)
	if err := env.Store.Ready(eventstoretest.Context(t)); err != nil {
		t.Error(err)
	}
}

func TestAnAppendWhoseAnswerIsLostIsStoredOnce(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	through := newProxy(t, env.URL)
	client := dial(t, through.url)
	stream, event := eventstoretest.Stream(), eventstoretest.Event("tested", "once")
	through.mute()
	var answer eventstore.Appended
	var failed error
	var waiting sync.WaitGroup
	waiting.Go(func() {
		answer, failed = client.Append(eventstoretest.Context(t), stream, eventstore.NoStream(), []eventstore.Proposed{event})
	})
	eventstoretest.FollowUntil(t, env.Store, 0, 1, func(seen int) bool { return seen == 1 })
	through.cut() // stored, but the answer never arrives
	waiting.Wait()
	if failed != nil {
		t.Fatal(failed)
	}

	var stored []eventstore.Recorded
	for r, err := range env.Store.ReadStream(eventstoretest.Context(t), stream, 0) {
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, r)
	}
	if len(stored) != 1 || stored[0].ID != event.ID || stored[0].Position != answer.Position {
		t.Errorf("answer %+v, stored %d events", answer, len(stored))
	}
}
