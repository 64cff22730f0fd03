package node

import (
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"

	"aftersales/eventstore/node/engine"
	"aftersales/eventstore/node/groups"
)

const (
	// maxCalls is EventStoreDB's own limit per connection: a program that keeps
	// more subscriptions open on one client shall hang here too.
	maxCalls       = 100
	maxMessageSize = 17 << 20 // bytes, the client's own limit
	// minPing allows the client's pings, each 10 s, also on idle connections.
	minPing = 5 * time.Second
	// callWorkers are kept for calls, which else would each grow a stack anew.
	callWorkers = 64
	// callWindow and connWindow are how many bytes a client may send ahead of the
	// node. That they are set saves the pings that would measure what they had
	// better be.
	callWindow = 1 << 20
	connWindow = 16 << 20
)

// newServer has the limits of a real server, so that a program that would exceed
// them there does so here.
func newServer(eng *engine.Engine, persistents *groups.Manager, cfg Config) *grpc.Server {
	options := []grpc.ServerOption{
		grpc.MaxConcurrentStreams(maxCalls),
		grpc.MaxRecvMsgSize(maxMessageSize),
		grpc.NumStreamWorkers(callWorkers),
		grpc.InitialWindowSize(callWindow),
		grpc.InitialConnWindowSize(connWindow),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: minPing, PermitWithoutStream: true}),
	}
	if cfg.TLS != nil {
		options = append(options, grpc.Creds(credentials.NewTLS(cfg.TLS)))
	}
	if cfg.Faults != nil {
		options = append(options, cfg.Faults.options()...)
	}
	if len(cfg.Users) > 0 {
		guard := &access{users: cfg.Users, engine: eng}
		options = append(options, grpc.ChainUnaryInterceptor(guard.unary), grpc.ChainStreamInterceptor(guard.stream))
	}
	s := grpc.NewServer(options...)
	persistent.RegisterPersistentSubscriptionsServer(s, &persistentService{engine: eng, groups: persistents})
	streams.RegisterStreamsServer(s, &streamsService{engine: eng})
	serverfeatures.RegisterServerFeaturesServer(s, featuresService{})
	gossip.RegisterGossipServer(s, &gossipService{instance: uuid.New(), followers: cfg.Followers})
	return s
}
