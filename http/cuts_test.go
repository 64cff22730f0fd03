package http_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
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
	cuts   int
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
		cut := func() {
			once.Do(func() {
				_, _ = in.Close(), out.Close() // whatever was under way is lost
				c.mu.Lock()
				c.cuts++
				c.mu.Unlock()
			})
		}
		there, back := c.budget(), c.budget()
		go func() { _, _ = io.CopyN(out, in, there); cut() }()
		go func() { _, _ = io.CopyN(in, out, back); cut() }()
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
	s := newService(t)
	s.furnish()
	listener := must(new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	defer listener.Close()
	seed := rand.Uint64()
	proxy := &cutter{t: t, target: strings.TrimPrefix(s.url, "http://"), random: rand.New(rand.NewPCG(seed, 0))}
	go proxy.serve(listener)
	var wg sync.WaitGroup
	for n := range clients {
		name := fmt.Sprint("ticket of client ", n)
		s.ticket(name, nil)
		wg.Go(func() {
			c := apiclient.New("http://"+listener.Addr().String(), adminToken)
			for i := range each {
				// Alternately something new and a change, which each would do again.
				path, body := "/v1/tickets", any(m{"title": "Cut", "team": id("team")})
				if i%2 == 0 {
					path, body = on(name, "notes"), m{"body": "Cut"}
				}
				if _, err := c.Post(t.Context(), path, fmt.Sprintf("cut-%d-%d", n, i), body); err != nil {
					t.Errorf("seed %d: client %d, command %d: %v", seed, n, i, err)
					return
				}
			}
		})
	}
	wg.Wait()
	effects := map[string]int{}
	for recorded, err := range s.env.Store.ReadAll(eventstoretest.Context(t), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if recorded.Type == "ticket-note-logged" || recorded.Type == "ticket-opened" {
			effects[recorded.Type]++
		}
	}
	if got, want := effects["ticket-note-logged"], clients*each/2; got != want {
		t.Errorf("seed %d: %d notes, want %d", seed, got, want)
	}
	if got, want := effects["ticket-opened"], 1+clients+clients*each/2; got != want { // with those of the set-up
		t.Errorf("seed %d: %d tickets, want %d", seed, got, want)
	}
	if proxy.mu.Lock(); proxy.cuts < clients {
		t.Errorf("only %d connections were cut", proxy.cuts)
	}
	proxy.mu.Unlock()
	s.caughtUp(t)
}
