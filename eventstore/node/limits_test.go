package node

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/test/bufconn"
)

// As on a real server, which says nothing about it either.
func TestTheHundredAndFirstCallOfAConnectionWaitsForAnotherToEnd(t *testing.T) {
	n := open(t, newDatabase(t))
	c := connect(t, n.URL())
	var subs []*esdb.Subscription
	for range maxCalls {
		sub, err := c.SubscribeToAll(t.Context(), esdb.SubscribeToAllOptions{From: esdb.End{}})
		if err != nil {
			t.Fatal(err)
		}
		subs = append(subs, sub)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := appendTo(ctx, c, "s", esdb.NoStream{}, event()); codeOf(err) != esdb.ErrorCodeDeadlineExceeded {
		t.Errorf("got %v, want the deadline", err)
	}
	if _, err := appendTo(t.Context(), connect(t, n.URL()), "s", esdb.NoStream{}, event()); err != nil {
		t.Errorf("on a connection of its own: %v", err)
	}
	if err := subs[0].Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := appendTo(t.Context(), c, "s", esdb.Revision(0), event()); err != nil {
		t.Errorf("after a subscription ended: %v", err)
	}
}

// An hour of the bubble's time with the pings that clients send by default.
func TestAnIdleConnectionOutlivesItsPings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		listener := bufconn.Listen(1 << 16)
		server := newServer(nil, nil, Config{})
		served := make(chan error)
		go func() { served <- server.Serve(listener) }()
		var connections atomic.Int32
		client, err := grpc.NewClient("passthrough:node",
			grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithIdleTimeout(0),
			grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 10 * time.Second, Timeout: 10 * time.Second, PermitWithoutStream: true}),
			grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
				connections.Add(1)
				return listener.DialContext(ctx)
			}),
		)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := serverfeatures.NewServerFeaturesClient(client).GetSupportedMethods(t.Context(), &shared.Empty{}); err != nil {
				t.Error(err)
			}
			time.Sleep(time.Hour)
		}
		if n := connections.Load(); n != 1 {
			t.Errorf("%d connections, want the first to last", n)
		}
		if err := client.Close(); err != nil {
			t.Error(err)
		}
		server.Stop()
		if err := <-served; err != nil && !errors.Is(err, grpc.ErrServerStopped) {
			t.Error(err)
		}
	})
}
