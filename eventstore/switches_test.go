package eventstore_test

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
	"aftersales/eventstore/node"
)

// hostOf is where a connection string leads.
func hostOf(t *testing.T, text string) string {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

// faults are the node's switches, each as a passing disturbance.
func faults(t *testing.T, env *eventstoretest.Env) map[string]func() {
	t.Helper()
	passing := func(end func()) { time.AfterFunc(200*time.Millisecond, end) }
	return map[string]func(){
		"refuse":  func() { env.Faults.Refuse(6) },
		"aborted": func() { env.Faults.Abort(10) },
		"late":    func() { passing(env.Faults.Hold()) },
		"not leader": func() {
			env.Faults.Demote(hostOf(t, env.URL))
			passing(func() { env.Faults.Demote("") })
		},
		"cut": func() {
			env.Faults.Cut(9)
			passing(func() { env.Faults.Cut(0) })
		},
	}
}

// The deadline of one attempt is shorter than answers are late.
func TestWritersAndFollowersPassEveryFaultExactlyOnce(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	client := dial(t, env.URL+"&defaultDeadline=150")
	const writers, each, times = 8, 30, 3
	for name, disturb := range faults(t, env) {
		t.Run(name, func(t *testing.T) {
			after, err := env.Store.Head(eventstoretest.Context(t))
			if err != nil {
				t.Fatal(err)
			}
			var written eventstoretest.Ledger
			var wg sync.WaitGroup
			for range writers {
				wg.Go(func() { written.Write(t, client, each) })
			}
			next := 0
			followed := eventstoretest.FollowUntil(t, client, after, 20, func(seen int) bool {
				if next < times && seen >= next*writers*each/times {
					next++
					disturb()
				}
				return seen == writers*each
			})
			wg.Wait()
			written.Check(t, followed)
			eventstoretest.Append(t, client, eventstoretest.Stream(), eventstore.NoStream(), eventstoretest.Events(1)...)
		})
	}
}

// Every fault as a state that lasts: calls end with their context, and what was
// cut off by it goes through afterwards, once.
func TestCallsObeyTheirContextUnderEveryLastingFault(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	client := dial(t, env.URL)
	var release func()
	for name, fault := range map[string]struct{ on, off func() }{
		"refuse":     {func() { env.Faults.Refuse(math.MaxInt) }, func() { env.Faults.Refuse(0) }},
		"aborted":    {func() { env.Faults.Abort(math.MaxInt) }, func() { env.Faults.Abort(0) }},
		"late":       {func() { release = env.Faults.Hold() }, func() { release() }},
		"not leader": {func() { env.Faults.Demote(hostOf(t, env.URL)) }, func() { env.Faults.Demote("") }},
	} {
		t.Run(name, func(t *testing.T) {
			stream, event := eventstoretest.Stream(), eventstoretest.Event("tested", "once")
			fault.on()
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			var wg sync.WaitGroup
			wg.Go(func() {
				_, err := client.Append(ctx, stream, eventstore.NoStream(), []eventstore.Proposed{event})
				if !errors.Is(err, eventstore.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("append: got %v, want ErrUnavailable and the context's error", err)
				}
			})
			wg.Go(func() {
				for _, err := range client.ReadAll(ctx, 0) { // which some faults leave alone
					if err != nil && (!errors.Is(err, eventstore.ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded)) {
						t.Errorf("read: got %v, want ErrUnavailable and the context's error", err)
					}
				}
			})
			wg.Go(func() {
				err := client.Follow(ctx, 0, 1, func(context.Context, eventstore.Slice) error { return nil })
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("follow: got %v, want the context's error", err)
				}
			})
			wg.Wait()
			fault.off()
			a := eventstoretest.Append(t, client, stream, eventstore.NoStream(), event)
			if a.Revision != 0 || a.Position == 0 {
				t.Errorf("afterwards: %+v", a)
			}
			n := 0
			for _, err := range client.ReadStream(eventstoretest.Context(t), stream, 0) {
				if err != nil {
					t.Fatal(err)
				}
				n++
			}
			if n != 1 {
				t.Errorf("%d events", n)
			}
		})
	}
}

// A node that sends each connection away soon, as a load balancer or a node
// that is being drained does.
func TestGoAwayLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	env.Faults.GoAway = 100 * time.Millisecond
	restart(t, env)
	through := newProxy(t, env.URL)
	client := dial(t, through.url)
	const connections = 8
	var written eventstoretest.Ledger
	var total atomic.Int64
	var done atomic.Bool
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for through.made() < connections && !t.Failed() {
				written.Write(t, client, 10)
				total.Add(10)
			}
		})
	}
	go func() {
		wg.Wait()
		done.Store(true)
		written.Write(t, client, 1) // so that the follower looks again
	}()
	followed := eventstoretest.FollowUntil(t, client, 0, 20, func(seen int) bool {
		return done.Load() && int64(seen) == total.Load()+1
	})
	written.Check(t, followed)
}

func TestAFollowerLeadsTheClientToTheLeader(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	f, err := node.OpenFollower(t.Context(), "127.0.0.1:0", hostOf(t, env.URL))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	client := dial(t, f.URL())
	var written eventstoretest.Ledger
	written.Write(t, client, 10)
	written.Check(t, eventstoretest.FollowUntil(t, client, 0, 10, func(seen int) bool { return seen == 10 }))
	written.Check(t, eventstoretest.FollowUntil(t, env.Store, 0, 10, func(seen int) bool { return seen == 10 }))
}

// More events than all buffers between the log and a consumer hold.
func TestASlowConsumerHoldsUpNobodyAndGetsEverythingOnce(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	const n = 3000
	first, goOn := make(chan struct{}), make(chan struct{})
	stopped := sync.OnceFunc(func() {
		close(first)
		<-goOn
	})
	var slow []eventstore.Recorded
	var wg sync.WaitGroup
	wg.Go(func() {
		slow = eventstoretest.FollowUntil(t, env.Store, 0, 10, func(seen int) bool {
			stopped()
			return seen == n
		})
	})
	stream := eventstoretest.Stream()
	expected := eventstore.NoStream()
	for i := range n / 500 {
		events := make([]eventstore.Proposed, 500)
		for i := range events {
			events[i] = eventstoretest.Event("tested", strings.Repeat("x", 1000))
		}
		a := eventstoretest.Append(t, env.Store, stream, expected, events...)
		if expected = eventstore.At(a.Revision); i == 0 {
			<-first
		}
	}
	quick := eventstoretest.FollowUntil(t, env.Store, 0, 500, func(seen int) bool { return seen == n })
	close(goOn)
	wg.Wait()
	if len(slow) != n || slow[n-1].ID != quick[n-1].ID {
		t.Errorf("%d events, want %d", len(slow), n)
	}
	for i, r := range slow {
		if r.Revision != uint64(i) {
			t.Fatalf("event %d is revision %d", i, r.Revision)
		}
	}
}

// hurried is a client that gives up soon.
func hurried(t *testing.T, url string) *eventstore.Client {
	t.Helper()
	client, err := eventstore.Dial(eventstoretest.Context(t), eventstore.Config{
		URL: url, Patience: 100 * time.Millisecond, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func readError(ctx context.Context, client *eventstore.Client) error {
	for _, err := range client.ReadAll(ctx, 0) {
		return err
	}
	return nil
}

func gaveUp(err error) bool {
	return errors.Is(err, eventstore.ErrUnavailable) && !errors.Is(err, context.DeadlineExceeded)
}

func TestWithTheNodeDownReadsAndNewAppendsAreUnavailableLongBeforeTheirDeadline(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	client := hurried(t, env.URL)
	env.StopNode(t)
	if err := readError(eventstoretest.Context(t), client); !gaveUp(err) {
		t.Errorf("read: got %v, want ErrUnavailable alone", err)
	}
	stream, events := eventstoretest.Stream(), eventstoretest.Events(1)
	if _, err := client.Append(eventstoretest.Context(t), stream, eventstore.NoStream(), events); !gaveUp(err) {
		t.Errorf("append: got %v, want ErrUnavailable alone", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	if err := readError(eventstore.Patiently(ctx), client); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("patient read: got %v, want the context's error", err)
	}
	env.StartNode(t)
	eventstoretest.Append(t, client, stream, eventstore.NoStream(), events...)
}

// The node takes connections, but serves nothing, as when its storage is away.
func TestAnAppendOfUnknownOutcomeIsPursuedAsLongAsItsContextLasts(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	client := hurried(t, env.URL)
	env.Faults.Refuse(math.MaxInt)
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	// Handed over while the link was connected, so it may have been stored.
	if _, err := client.Append(ctx, eventstoretest.Stream(), eventstore.NoStream(), eventstoretest.Events(1)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("append: got %v, want the context's error", err)
	}
	if err := readError(eventstoretest.Context(t), client); !gaveUp(err) {
		t.Errorf("read: got %v, want ErrUnavailable alone", err)
	}
}

// First on the connection that was there, then on new ones.
func TestAStoreThatFallsSilentIsUnavailableLongBeforeTheDeadline(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	through := newProxy(t, env.URL)
	client := hurried(t, through.url+"&gossipTimeout=600")          // seconds
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second) // gRPC's own limit for connecting is 20
	defer cancel()
	for _, fall := range []func(){through.mute, through.silence} {
		fall()
		if err := readError(ctx, client); !gaveUp(err) {
			t.Errorf("got %v, want ErrUnavailable alone", err)
		}
	}
	through.cut()
	if err := readError(eventstore.Patiently(eventstoretest.Context(t)), client); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// Deliveries may repeat, but none is lost and nobody is dropped for good.
func TestAGroupPassesEveryFault(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	const n, times = 30, 3
	for name, disturb := range faults(t, env) {
		t.Run(name, func(t *testing.T) {
			_, _, messages := consumer(t, env, eventstore.GroupSettings{}, n)
			seen, next := map[uint64]bool{}, 0
			for len(seen) < n {
				select {
				case msg, open := <-messages:
					if !open {
						t.Fatal("the channel was closed")
					}
					if next < times && len(seen) >= next*n/times {
						next++
						disturb()
					}
					d, _ := eventstore.DeliveryOf(msg)
					seen[d.Revision] = true
					msg.Ack()
				case <-eventstoretest.Context(t).Done():
					t.Fatalf("%d of %d events", len(seen), n)
				}
			}
		})
	}
}
