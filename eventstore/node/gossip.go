package node

import (
	"context"
	"net"
	"net/netip"
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
	instance  uuid.UUID
	followers []netip.AddrPort
}

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
	members := []*gossip.MemberInfo{g.member(g.instance, gossip.MemberInfo_Leader, host, uint32(port))}
	for _, f := range g.followers {
		id := uuid.NewSHA1(g.instance, []byte(f.String()))
		members = append(members, g.member(id, gossip.MemberInfo_Follower, f.Addr().String(), uint32(f.Port())))
	}
	return &gossip.ClusterInfo{Members: members}, nil
}

func (g *gossipService) member(id uuid.UUID, state gossip.MemberInfo_VNodeState, host string, port uint32) *gossip.MemberInfo {
	return &gossip.MemberInfo{
		InstanceId: uuidToWire(id, false), TimeStamp: time.Now().UnixNano() / 100, State: state, IsAlive: true,
		HttpEndPoint: &gossip.EndPoint{Address: host, Port: port},
	}
}
