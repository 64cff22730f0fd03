package main_test

import (
	"bufio"
	"flag"
	"fmt"
	"net"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"aftersales/http/client"
)

var readWrites = flag.Int("writes", 3_000, "how many documents TestReadYourWrites makes and reads")

// TestReadYourWrites (D5): what was answered with 201 is there after kill -9, and
// is read at its Location as soon as the answer's position is waited for.
func TestReadYourWrites(t *testing.T) {
	const rounds, writers = 2, 64
	each := max(1, *readWrites/rounds/writers)
	s := serve(t)
	for round := range rounds {
		ctx := within(t)
		var mu sync.Mutex
		var answered []client.Outcome
		enough := make(chan struct{})
		var wg sync.WaitGroup
		for w := range writers {
			c := client.New(s.url, s.token())
			wg.Go(func() {
				for n := 0; ; n++ {
					o, err := c.Post(ctx, "/v1/customers", fmt.Sprintf("r%d-w%d-%d", round, w, n), map[string]any{"name": "Customer"})
					if err != nil {
						t.Error(err)
						return
					}
					var read struct{ ID string }
					if err := c.Get(ctx, "/v1/customers/"+o.Documents[0].ID.String(), &read); err != nil {
						t.Errorf("read after write: %v", err)
					}
					mu.Lock()
					answered = append(answered, o)
					if len(answered) == writers*each {
						close(enough)
					}
					past := len(answered) >= writers*each+writers
					mu.Unlock()
					if past {
						return
					}
				}
			})
		}
		select {
		case <-enough:
		case <-ctx.Done():
			t.Fatal("the writers do not get on")
		}
		s.kill() // while the others still write
		s.start()
		wg.Wait()
		for w := range writers {
			c := client.New(s.url, s.token())
			wg.Go(func() {
				for n := w; n < len(answered); n += writers {
					var read struct{ ID string }
					if err := c.Get(ctx, "/v1/customers/"+answered[n].Documents[0].ID.String(), &read); err != nil {
						t.Errorf("lost: %v", err)
					}
				}
			})
		}
		wg.Wait()
	}
}

// token is the admin's.
func (s *service) token() string {
	s.t.Helper()
	b, err := os.ReadFile(s.dir + "/admin-token")
	if err != nil {
		s.t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}

// TestIdleConnections (C11): many connections that do nothing cost little memory.
func TestIdleConnections(t *testing.T) {
	const connections, mostMiB = 5000, 200
	s := serve(t)
	ctx := within(t)
	deadline, _ := ctx.Deadline()
	dialer := new(net.Dialer)
	for n := range connections {
		c, err := dialer.DialContext(ctx, "tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatalf("connection %d: %v", n, err)
		}
		defer c.Close()
		if err := c.SetDeadline(deadline); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprint(c, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(c).ReadString('\n'); err != nil || !strings.Contains(line, "200") {
			t.Fatalf("connection %d: %q %v", n, line, err)
		}
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		t.Skip("this system does not tell a process's memory")
	}
	resident := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(status)
	if kib, err := strconv.Atoi(string(resident[1])); err != nil || kib > mostMiB<<10 {
		t.Errorf("%s KiB are resident: %v", resident[1], err)
	} else {
		t.Logf("%d MiB are resident with %d idle connections", kib>>10, connections)
	}
}
