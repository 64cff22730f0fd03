package clients

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"aftersales/eventstore/node"
	"aftersales/eventstore/postgres"
)

// The suites' own addresses: a leader, and a follower that the clients ask first.
const (
	leaderPort   = 2113
	insecurePort = 2114
	securePort   = 2115
)

// followers are the other members of the cluster.
var followers = []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:2111"), netip.MustParseAddrPort("127.0.0.1:2112")}

var pg *postgres.Server

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	dir, err := os.MkdirTemp("", "clients")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if pg, err = postgres.Start(ctx, postgres.Config{Dir: dir, Unsafe: true}); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, pg.Close()) }()
	return m.Run(), nil
}

// serve opens a node on an empty database at one of the suites' ports.
func serve(t *testing.T, port int, config node.Config) *node.Node {
	t.Helper()
	name := "t" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if err := pg.EnsureDatabase(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	config.DatabaseURL, config.Listen = pg.URL(name), fmt.Sprintf("127.0.0.1:%d", port)
	n, err := node.Open(t.Context(), config)
	if err != nil {
		t.Fatalf("the suite needs port %d: %v", port, err)
	}
	t.Cleanup(func() { _ = n.Close() })
	return n
}

// users are those that the suites expect.
func users(t *testing.T) map[string]node.User {
	t.Helper()
	all, err := node.ParseUsers([]string{"admin:changeit", "ops:changeit"})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// admitted puts the event into $users by which the suites see that the server's
// users can be asked for.
func admitted(t *testing.T, port int) {
	t.Helper()
	config, err := esdb.ParseConnectionString(fmt.Sprintf("esdb://admin:changeit@localhost:%d?tlsverifycert=false", port))
	if err != nil {
		t.Fatal(err)
	}
	client, err := esdb.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	_, err = client.AppendToStream(t.Context(), "$users", esdb.AppendToStreamOptions{}, esdb.EventData{
		EventID: uuid.New(), EventType: "$User", ContentType: esdb.ContentTypeJson, Data: []byte(`"admin"`),
	})
	if err != nil {
		t.Fatal(err)
	}
}

// follower answers as a member of a cluster that is not its leader.
type follower struct {
	gossip.UnimplementedGossipServer
	serverfeatures.UnimplementedServerFeaturesServer
}

// Read implements gossip.
func (follower) Read(context.Context, *shared.Empty) (*gossip.ClusterInfo, error) {
	member := func(port uint32, state gossip.MemberInfo_VNodeState) *gossip.MemberInfo {
		return &gossip.MemberInfo{
			InstanceId: &shared.UUID{Value: &shared.UUID_String_{String_: uuid.NewString()}},
			State:      state, IsAlive: true, HttpEndPoint: &gossip.EndPoint{Address: "127.0.0.1", Port: port},
		}
	}
	all := []*gossip.MemberInfo{member(leaderPort, gossip.MemberInfo_Leader)}
	for _, f := range followers {
		all = append(all, member(uint32(f.Port()), gossip.MemberInfo_Follower))
	}
	return &gossip.ClusterInfo{Members: all}, nil
}

// GetSupportedMethods says that persistent subscriptions can be asked for, and
// everything else that the suites do with a follower.
func (follower) GetSupportedMethods(context.Context, *shared.Empty) (*serverfeatures.SupportedMethods, error) {
	return nil, status.Error(codes.Unimplemented, "an older follower")
}

func serveFollowers(t *testing.T, config *tls.Config) {
	t.Helper()
	for _, at := range followers {
		serveFollower(t, at, config)
	}
}

func serveFollower(t *testing.T, at netip.AddrPort, config *tls.Config) {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", at.String())
	if err != nil {
		t.Fatalf("the suite needs %s: %v", at, err)
	}
	server := grpc.NewServer(grpc.Creds(credentials.NewTLS(config)), grpc.UnknownServiceHandler(func(_ any, s grpc.ServerStream) error {
		s.SetTrailer(metadata.Pairs("exception", "not-leader", "leader-endpoint-host", "127.0.0.1", "leader-endpoint-port", strconv.Itoa(leaderPort)))
		return status.Error(codes.NotFound, "not the leader")
	}))
	gossip.RegisterGossipServer(server, follower{})
	serverfeatures.RegisterServerFeaturesServer(server, follower{})
	go func() { _ = server.Serve(l) }()
	t.Cleanup(server.Stop)
}
