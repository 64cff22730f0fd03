package http_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"aftersales/eventstore/eventstoretest"
	apiclient "aftersales/http/client"
)

// cutter passes connections on to the service and cuts each after some bytes,
// on the way there or back.
type cutter struct {
	t      testing.TB
	target string
	mu     sync.Mutex
	random *rand.Rand
	cuts   int // of what was under way; a connection may also end by itself
}

// serve passes connections on until the listener is closed.
func (c *cutter) serve(l net.Listener) {
	for {
		in, err := l.Accept()
		if err != nil {
			return
		}
		out, err := new(net.Dialer).DialContext(c.t.Context(), "tcp", c.target)
		if err != nil {
			_ = in.Close() // as good as a cut
			continue
		}
		var once sync.Once
		pass := func(to io.Writer, from io.Reader) {
			_, err := io.CopyN(to, from, c.budget())
			once.Do(func() {
				_, _ = in.Close(), out.Close() // whatever was under way is lost
				if err == nil {
					c.mu.Lock()
					c.cuts++
					c.mu.Unlock()
				}
			})
		}
		go pass(out, in)
		go pass(in, out)
	}
}

// budget is after how many bytes a connection is cut: after some requests, or
// within one.
func (c *cutter) budget() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return 1 + c.random.Int64N(12_000)
}

// A client whose connections are cut at random, and which repeats what may have
// been lost with the same key, ends with one effect for each key.
func TestAClientThatIsCutHasEachEffectOnce(t *testing.T) {
	t.Parallel()
	const clients, each = 10, 200
	s := furnished(t)
	listener := must(new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	defer listener.Close()
	seed := rand.Uint64()
	proxy := &cutter{t: t, target: strings.TrimPrefix(s.url, "http://"), random: rand.New(rand.NewPCG(seed, 0))}
	go proxy.serve(listener)
	var replays atomic.Int64
	var wg sync.WaitGroup
	for n := range clients {
		name := fmt.Sprint("ticket of client ", n)
		s.ticket(name, nil)
		wg.Go(func() {
			c := apiclient.New("http://"+listener.Addr().String(), adminToken)
			for i := range each {
				// Alternately something new and a change, which each would do again.
				key := cutKey(n, i)
				path, body := "/v1/tickets", any(m{"title": key, "team": id("team")})
				if i%2 == 0 {
					path, body = on(name, "notes"), m{"body": key}
				}
				o, err := c.Post(t.Context(), path, key, body)
				if err != nil {
					t.Errorf("seed %d: client %d, command %d: %v", seed, n, i, err)
					return
				}
				if o.Replayed {
					replays.Add(1)
				}
			}
		})
	}
	wg.Wait()
	effects := map[string]int{} // by the key that their text says
	for recorded, err := range s.env.Store.ReadAll(eventstoretest.Context(t), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if recorded.Type == "ticket-note-logged" || recorded.Type == "ticket-opened" {
			var says struct{ Title, Body string }
			if err := json.Unmarshal(recorded.Data, &says); err != nil {
				t.Fatal(err)
			}
			effects[says.Title+says.Body]++
		}
	}
	for n := range clients {
		for i := range each {
			if got := effects[cutKey(n, i)]; got != 1 {
				t.Errorf("seed %d: command %s had %d effects", seed, cutKey(n, i), got)
			}
		}
	}
	proxy.mu.Lock()
	defer proxy.mu.Unlock()
	t.Logf("%d cuts, %d replays", proxy.cuts, replays.Load())
	if proxy.cuts < 100 || replays.Load() == 0 {
		t.Errorf("seed %d: only %d cuts of what was under way, %d replays", seed, proxy.cuts, replays.Load())
	}
	s.caughtUp(t)
}

func cutKey(client, command int) string { return fmt.Sprintf("cut-%d-%d", client, command) }
