package eventstore_test

import (
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// proxy passes connections on to a node, until it is told otherwise.
type proxy struct {
	url string

	mu    sync.Mutex
	muted bool
	conns []net.Conn
	count int // of connections so far
}

func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{}
	host := u.Host
	u.Host = listener.Addr().String()
	p.url = u.String()
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			node, err := net.Dial("tcp", host)
			if err != nil {
				_ = client.Close()
				continue
			}
			p.mu.Lock()
			p.conns = append(p.conns, client, node)
			p.count++
			p.mu.Unlock()
			wg.Go(func() {
				_, _ = io.Copy(node, client)
				_ = node.Close()
			})
			wg.Go(func() {
				_, _ = io.Copy(answers{p, client}, node)
				_ = client.Close()
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		p.cut()
		wg.Wait()
	})
	return p
}

// answers is the way back to the client, a dead end while the proxy is muted.
type answers struct {
	proxy  *proxy
	client net.Conn
}

func (a answers) Write(b []byte) (int, error) {
	a.proxy.mu.Lock()
	muted := a.proxy.muted
	a.proxy.mu.Unlock()
	if muted {
		return len(b), nil
	}
	return a.client.Write(b)
}

// made is how many connections there were.
func (p *proxy) made() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count
}

// mute loses all answers from now on.
func (p *proxy) mute() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.muted = true
}

// cut ends all connections; new ones work again.
func (p *proxy) cut() { p.end(false) }

// silence ends all connections; new ones are made, but get no answers.
func (p *proxy) silence() { p.end(true) }

func (p *proxy) end(muted bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.muted = muted
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.conns = nil
}
