package node

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"google.golang.org/grpc"

	"aftersales/eventstore/node/engine"
	"aftersales/eventstore/node/groups"
	"aftersales/eventstore/node/storage"
)

// ErrLocked is the refusal of Open while another node serves the database.
var ErrLocked = engine.ErrLocked

// closePatience is how long Close waits for calls in progress.
const closePatience = 3 * time.Second

// GCPercent is what a program that serves a node should give the garbage
// collector, unless its user says otherwise: calls make much garbage and little
// that stays. The runtime's own 100 costs about a tenth of the appends.
const GCPercent = 200

// Config says what a node stands on.
type Config struct {
	DatabaseURL string       // Postgres that holds schema es
	Listen      string       // "127.0.0.1:0" for a free port
	Logger      *slog.Logger // nil: discard
	TLS         *tls.Config  // nil: plain text
	// Users may call the node, each by the rules that EventStoreDB has by
	// default. They need TLS: clients send no credentials without. Without
	// users everyone may do everything.
	Users map[string]User
	// Followers are named to clients as other members of the cluster, for tests
	// of clients; see Follower.
	Followers []netip.AddrPort
	// Faults, for tests of clients; nil for none.
	Faults *Faults
}

// Node is a serving event store. Its methods may be called from many goroutines.
type Node struct {
	engine   *engine.Engine
	groups   *groups.Manager
	server   *grpc.Server
	listener net.Listener
	log      *slog.Logger
	tls      bool
	close    func() error
}

// Open creates the schema when it is missing, takes the sole right to write
// (ErrLocked if another node has it), listens and serves until Close. The
// context bounds the opening only. Afterwards a Postgres that goes away and
// comes back is waited for.
func Open(ctx context.Context, cfg Config) (*Node, error) {
	log := cfg.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	if len(cfg.Users) > 0 && cfg.TLS == nil {
		return nil, errors.New("event store node: users need TLS")
	}
	store, err := storage.Open(ctx, cfg.DatabaseURL, log)
	if err != nil {
		return nil, err
	}
	eng, err := engine.Open(ctx, store, log)
	if err != nil {
		store.Close()
		return nil, fmt.Errorf("event store node: %w", err)
	}
	persistents, err := groups.Open(ctx, eng, store, log)
	if err != nil {
		eng.Close()
		return nil, fmt.Errorf("event store node: persistent subscriptions: %w", err)
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", cfg.Listen)
	if err != nil {
		persistents.Close()
		eng.Close()
		return nil, fmt.Errorf("event store node: %w", err)
	}
	n := &Node{engine: eng, groups: persistents, server: newServer(eng, persistents, cfg), listener: listener, log: log, tls: cfg.TLS != nil}
	n.close = sync.OnceValue(n.shutDown)
	go n.serve()
	return n, nil
}

func (n *Node) serve() {
	if err := n.server.Serve(n.listener); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		n.log.Error("event store node stopped serving", slog.Any("error", err))
	}
}

// URL is the connection string for clients, "esdb://127.0.0.1:PORT?tls=false"
// without TLS, and in any case without credentials.
func (n *Node) URL() string {
	return fmt.Sprintf("esdb://%s?tls=%t", n.listener.Addr(), n.tls)
}

// Ready is nil when the writer holds its lock and Postgres answers.
func (n *Node) Ready(ctx context.Context) error { return n.engine.Ready(ctx) }

// Close ends subscriptions with Unavailable, lets calls in progress finish for a
// few seconds, and gives the database free. Calling it again does nothing.
func (n *Node) Close() error { return n.close() }

func (n *Node) shutDown() error {
	n.groups.Close() // while the storage takes their checkpoints
	n.engine.Stop()
	graceful := make(chan struct{})
	go func() {
		defer close(graceful)
		n.server.GracefulStop()
	}()
	select {
	case <-graceful:
	case <-time.After(closePatience):
		n.server.Stop()
		<-graceful
	}
	n.engine.Close()
	return nil
}
