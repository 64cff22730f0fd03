package node

import (
	"context"
	"net"
	"strconv"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// gossipService describes a cluster of one leader, so that connection strings
// made for clusters work too.
type gossipService struct {
	gossip.UnimplementedGossipServer
	instance uuid.UUID
}

func newGossipService() *gossipService { return &gossipService{instance: uuid.New()} }

// Read implements the protocol. The leader is at the address that the client
// has dialled, as the node cannot know by which others it can be reached.
func (g *gossipService) Read(ctx context.Context, _ *shared.Empty) (*gossip.ClusterInfo, error) {
	md, _ := metadata.FromIncomingContext(ctx)
	authority := md.Get(":authority")
	if len(authority) == 0 {
		return nil, status.Error(codes.InvalidArgument, "no :authority")
	}
	host, text, err := net.SplitHostPort(authority[0])
	if err != nil {
		return nil, status.Errorf(codes.InvalidArgument, ":authority: %v", err)
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return nil, status.Errorf(codes.InvalidArgument, ":authority: %v", err)
	}
	return &gossip.ClusterInfo{Members: []*gossip.MemberInfo{{
		InstanceId:   uuidToWire(g.instance, false),
		TimeStamp:    time.Now().UnixNano() / 100,
		State:        gossip.MemberInfo_Leader,
		IsAlive:      true,
		HttpEndPoint: &gossip.EndPoint{Address: host, Port: uint32(port)},
	}}}, nil
}
