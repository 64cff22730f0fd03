package main_test

import (
	"bufio"
	"io"
	"math/rand/v2"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// cutter passes connections on and cuts each after a random number of bytes,
// within a message or between two, while it is on.
type cutter struct {
	t               testing.TB
	network, target string
	at              string // where it listens
	most            int64  // bytes that a connection lives for
	on              atomic.Bool
	cuts            atomic.Int64
	mu              sync.Mutex
	random          *rand.Rand
}

// cutting starts a cutter, off, in front of an address; it ends with the test.
func cutting(t *testing.T, random *rand.Rand, most int64, network, target string) *cutter {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	c := &cutter{t: t, network: network, target: target, at: l.Addr().String(), most: most, random: random}
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			go c.pass(in)
		}
	}()
	return c
}

// pass carries one connection until an end closes it or it is cut.
func (c *cutter) pass(in net.Conn) {
	out, err := new(net.Dialer).DialContext(c.t.Context(), c.network, c.target)
	if err != nil {
		_ = in.Close() // as good as a cut
		return
	}
	var ends sync.WaitGroup
	c.mu.Lock()
	there, back := c.random.Int64N(c.most), c.random.Int64N(c.most)
	c.mu.Unlock()
	carry := func(to, from net.Conn, left int64) {
		if c.carry(to, from, left) {
			c.cuts.Add(1)
		}
		_, _ = in.Close(), out.Close() // whatever was under way is lost
	}
	ends.Go(func() { carry(out, in, there) })
	ends.Go(func() { carry(in, out, back) })
	ends.Wait()
}

// carry copies what comes and says whether it cut: when so many bytes went over
// while it was on.
func (c *cutter) carry(to io.Writer, from io.Reader, left int64) (cut bool) {
	buffer := make([]byte, 16<<10)
	for {
		n, err := from.Read(buffer)
		if c.on.Load() {
			if left -= int64(n); left <= 0 {
				_, _ = to.Write(buffer[:max(0, int64(n)+left)]) // the rest is cut off
				return true
			}
		}
		if _, failed := to.Write(buffer[:n]); failed != nil || err != nil {
			return false
		}
	}
}

// nodeProcess is the event store alone, with the Postgres of its data folder.
type nodeProcess struct {
	t      *testing.T
	dir    string
	listen string // the same for all its lives, once it has one
	url    string
	cmd    *exec.Cmd
}

// startedNode starts one that ends with the test.
func startedNode(t *testing.T) *nodeProcess {
	t.Helper()
	n := &nodeProcess{t: t, dir: filepath.Join(t.TempDir(), "node"), listen: "127.0.0.1:0"}
	t.Cleanup(n.kill)
	n.start()
	return n
}

func (n *nodeProcess) start() {
	n.t.Helper()
	n.cmd = command("node", "--data-dir", n.dir, "--listen", n.listen)
	complaints, err := n.cmd.StderrPipe()
	if err != nil {
		n.t.Fatal(err)
	}
	if err := n.cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	lines := bufio.NewScanner(complaints)
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), "aftersales: event store on "); ok {
			n.url = url
			n.listen, _, _ = strings.Cut(strings.TrimPrefix(url, "esdb://"), "?")
			n.listen = strings.TrimSuffix(n.listen, "/")
			go func() {
				for lines.Scan() { // lest its writes block
				}
			}()
			return
		}
		n.t.Log(lines.Text())
	}
	n.t.Fatal("the node ended before it served")
}

// kill is kill -9, of its Postgres too.
func (n *nodeProcess) kill() {
	_ = n.cmd.Process.Kill() // it may have ended
	_ = n.cmd.Wait()
	killPostgres(n.dir)
}
