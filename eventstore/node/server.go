package node

import (
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"

	"aftersales/eventstore/node/engine"
)

const (
	// maxCalls is EventStoreDB's own limit per connection: a program that keeps
	// more subscriptions open on one client shall hang here too.
	maxCalls       = 100
	maxMessageSize = 17 << 20 // bytes, the client's own limit
	// minPing allows the client's pings, each 10 s, also on idle connections.
	minPing = 5 * time.Second
)

// newServer has the limits of a real server, so that a program that would exceed
// them there does so here.
func newServer(eng *engine.Engine) *grpc.Server {
	s := grpc.NewServer(
		grpc.MaxConcurrentStreams(maxCalls),
		grpc.MaxRecvMsgSize(maxMessageSize),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: minPing, PermitWithoutStream: true}),
	)
	streams.RegisterStreamsServer(s, &streamsService{engine: eng})
	serverfeatures.RegisterServerFeaturesServer(s, featuresService{})
	gossip.RegisterGossipServer(s, newGossipService())
	return s
}
