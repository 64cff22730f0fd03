package eventstore_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

func TestDialRefusesAURLWithoutShowingItsPassword(t *testing.T) {
	for _, url := range []string{"", "http://x", "esdb://admin:hunter2@[::1?tls=false", "esdb://admin:hunter2@host:port"} {
		_, err := eventstore.Dial(t.Context(), eventstore.Config{URL: url})
		if err == nil || errors.Is(err, eventstore.ErrUnavailable) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: got %v", url, err)
		}
	}
}

func TestDialOfAClusterThatIsDownEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := eventstore.Dial(ctx, eventstore.Config{
		URL: "esdb://127.0.0.1:1,127.0.0.1:2?tls=false", Logger: slog.New(slog.DiscardHandler),
	})
	if !errors.Is(err, eventstore.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want ErrUnavailable and the context's error", err)
	}
}

func TestCloseEndsFollowersAndCalls(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	client := env.Dial(t)
	ended := make(chan error)
	live := make(chan struct{})
	go func() {
		ended <- client.Follow(t.Context(), 0, 1, func(_ context.Context, s eventstore.Slice) error {
			if s.Head {
				close(live)
			}
			return nil
		})
	}()
	<-live
	for range 2 {
		if err := client.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-ended; !errors.Is(err, eventstore.ErrUnavailable) {
		t.Errorf("follow: got %v, want ErrUnavailable", err)
	}
	if _, err := client.Append(t.Context(), "test-1", eventstore.Any(), eventstoretest.Events(1)); !errors.Is(err, eventstore.ErrUnavailable) {
		t.Errorf("append: got %v, want ErrUnavailable", err)
	}
	if err := client.Follow(t.Context(), 0, 1, nil); !errors.Is(err, eventstore.ErrUnavailable) {
		t.Errorf("follow after close: got %v, want ErrUnavailable", err)
	}
	if err := client.Ready(t.Context()); !errors.Is(err, eventstore.ErrUnavailable) {
		t.Errorf("ready: got %v, want ErrUnavailable", err)
	}
}

func TestMoreSubscriptionsThanAConnectionCarriesDoNotBlockAppends(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	const followers = 120
	var live, done sync.WaitGroup
	live.Add(followers)
	for range followers {
		done.Go(func() {
			once := sync.OnceFunc(live.Done)
			eventstoretest.FollowUntil(t, headed{env.Store, once}, 0, 10, func(seen int) bool { return seen == 2 })
		})
	}
	live.Wait()
	eventstoretest.Append(t, env.Store, eventstoretest.Stream(), eventstore.NoStream(), eventstoretest.Events(2)...)
	done.Wait()
}

// headed reports when a Follow has reached the end of the log.
type headed struct {
	eventstore.Store
	reached func()
}

func (h headed) Follow(ctx context.Context, after eventstore.Position, limit int, handle func(context.Context, eventstore.Slice) error) error {
	return h.Store.Follow(ctx, after, limit, func(ctx context.Context, s eventstore.Slice) error {
		if s.Head {
			h.reached()
		}
		return handle(ctx, s)
	})
}
