package node

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// errNotLeader is a follower's refusal.
var errNotLeader = errors.New("not the leader")

// Follower plays a member of a cluster that is not its leader, for tests of
// clients: it answers the handshake, and every call that only leaders serve
// with not-leader and where the leader is. It has no data.
type Follower struct {
	server   *grpc.Server
	listener net.Listener
}

// OpenFollower serves at an address such as "127.0.0.1:0". The leader is a
// node's host and port. The context bounds the opening only.
func OpenFollower(ctx context.Context, listen, leader string) (*Follower, error) {
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", listen)
	if err != nil {
		return nil, fmt.Errorf("follower: %w", err)
	}
	f := &Follower{listener: listener, server: grpc.NewServer(grpc.UnknownServiceHandler(
		func(_ any, s grpc.ServerStream) error { return notLeader(s.Context(), leader) },
	))}
	serverfeatures.RegisterServerFeaturesServer(f.server, featuresService{})
	go func() { _ = f.server.Serve(listener) }() // until Close
	return f, nil
}

// URL is the connection string for clients.
func (f *Follower) URL() string { return fmt.Sprintf("esdb://%s?tls=false", f.listener.Addr()) }

// Close ends all calls. Calling it again does nothing.
func (f *Follower) Close() { f.server.Stop() }

// leads says whether only the leader of a cluster answers a method.
func leads(method string) bool {
	return strings.Contains(method, ".streams.") || strings.Contains(method, ".persistent_subscriptions.")
}

// notLeader names the leader as clients read it.
func notLeader(ctx context.Context, leader string) error {
	host, port, err := net.SplitHostPort(leader)
	if err != nil {
		return status.Error(codes.Internal, err.Error())
	}
	return exception(ctx, codes.NotFound, errNotLeader, "not-leader", "leader-endpoint-host", host, "leader-endpoint-port", port)
}
