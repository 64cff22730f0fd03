package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"google.golang.org/grpc"

	"aftersales/eventstore/node/engine"
	"aftersales/eventstore/node/storage"
)

// ErrLocked is the refusal of Open while another node serves the database.
var ErrLocked = engine.ErrLocked

// closePatience is how long Close waits for calls in progress.
const closePatience = 3 * time.Second

// Config says what a node stands on.
type Config struct {
	DatabaseURL string       // Postgres that holds schema es
	Listen      string       // "127.0.0.1:0" for a free port
	Logger      *slog.Logger // nil: discard
}

// Node is a serving event store. Its methods may be called from many goroutines.
type Node struct {
	engine   *engine.Engine
	server   *grpc.Server
	listener net.Listener
	log      *slog.Logger
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
	store, err := storage.Open(ctx, cfg.DatabaseURL, log)
	if err != nil {
		return nil, err
	}
	eng, err := engine.Open(ctx, store, log)
	if err != nil {
		store.Close()
		return nil, fmt.Errorf("event store node: %w", err)
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", cfg.Listen)
	if err != nil {
		eng.Close()
		return nil, fmt.Errorf("event store node: %w", err)
	}
	n := &Node{engine: eng, server: newServer(eng), listener: listener, log: log}
	n.close = sync.OnceValue(n.shutDown)
	go n.serve()
	return n, nil
}

func (n *Node) serve() {
	if err := n.server.Serve(n.listener); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		n.log.Error("event store node stopped serving", slog.Any("error", err))
	}
}

// URL is the connection string for clients: "esdb://127.0.0.1:PORT?tls=false".
func (n *Node) URL() string {
	return fmt.Sprintf("esdb://%s?tls=false", n.listener.Addr())
}

// Ready is nil when the writer holds its lock and Postgres answers.
func (n *Node) Ready(ctx context.Context) error { return n.engine.Ready(ctx) }

// Close ends subscriptions with Unavailable, lets calls in progress finish for a
// few seconds, and gives the database free. Calling it again does nothing.
func (n *Node) Close() error { return n.close() }

func (n *Node) shutDown() error {
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
