package node

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/jackc/pgx/v5"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestASecondNodeOnOneDatabaseIsRefused(t *testing.T) {
	database := newDatabase(t)
	first := open(t, database)
	_, err := Open(t.Context(), Config{DatabaseURL: database, Listen: "127.0.0.1:0"})
	if !errors.Is(err, ErrLocked) {
		t.Errorf("error %v, want ErrLocked", err)
	}
	if err := first.Ready(t.Context()); err != nil {
		t.Errorf("the first is disturbed: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, database)
}

func TestADatabaseOfANewerProgramIsRefused(t *testing.T) {
	database := newDatabase(t)
	if err := open(t, database).Close(); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), `UPDATE es.node SET schema_version = 999`); err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), Config{DatabaseURL: database, Listen: "127.0.0.1:0"})
	if err == nil || !strings.Contains(err.Error(), "version 999") {
		t.Errorf("error %v", err)
	}
}

func TestCloseEndsSubscriptionsWithUnavailable(t *testing.T) {
	n := open(t, newDatabase(t))
	c := connect(t, n.URL())
	all, err := c.SubscribeToAll(t.Context(), esdb.SubscribeToAllOptions{From: esdb.Start{}})
	if err != nil {
		t.Fatal(err)
	}
	one, err := c.SubscribeToStream(t.Context(), "s", esdb.SubscribeToStreamOptions{From: esdb.Start{}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // closing again changes nothing
		if err := n.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, sub := range []*esdb.Subscription{all, one} {
		e := sub.Recv()
		for e.SubscriptionDropped == nil {
			e = sub.Recv()
		}
		if got := status.Code(e.SubscriptionDropped.Error); got != codes.Unavailable {
			t.Errorf("dropped with %v: %v", got, e.SubscriptionDropped.Error)
		}
	}
	if err := n.Ready(t.Context()); err == nil {
		t.Error("ready after Close")
	}
}

func TestEverythingIsThereAfterARestart(t *testing.T) {
	database := newDatabase(t)
	first, second := event(), event()
	n := open(t, database)
	before, err := appendTo(t.Context(), connect(t, n.URL()), "s", esdb.Any{}, first)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	c := connect(t, open(t, database).URL())
	again, err := appendTo(t.Context(), c, "s", esdb.Any{}, first) // ids are remembered
	if err != nil || *again != *before {
		t.Errorf("repeat after restart: %+v, %v; want %+v", again, err, before)
	}
	after, err := appendTo(t.Context(), c, "s", esdb.Revision(0), second)
	if err != nil || after.NextExpectedVersion != 1 || after.CommitPosition <= before.CommitPosition {
		t.Errorf("next append: %+v, %v; want revision 1 behind %d", after, err, before.CommitPosition)
	}
}

// A connection string made for a cluster works on one node.
func TestGossipNamesTheNodeItself(t *testing.T) {
	n := open(t, newDatabase(t))
	address := n.listener.Addr().String()
	for _, url := range []string{
		"esdb://" + address + "," + address + "?tls=false",
		"esdb+discover://" + address + "?tls=false",
	} {
		if _, err := appendTo(t.Context(), connect(t, url), "s", esdb.Any{}, event()); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestAServerVersionIsAnnouncedThatClientsAccept(t *testing.T) {
	got, err := connect(t, open(t, newDatabase(t)).URL()).GetServerVersion()
	if err != nil || *got != (esdb.ServerVersion{Major: 24, Minor: 10}) {
		t.Errorf("%+v, %v", got, err)
	}
}

// What Postgres cannot store is refused alone: it must not fail the appends
// that share its commit.
func TestUnstorableNamesAreRefused(t *testing.T) {
	n := open(t, newDatabase(t))
	c := connect(t, n.URL())
	for name, stream := range map[string]string{
		"empty": "", "zero byte": "a\x00b", "not UTF-8": "\xff", "too long": strings.Repeat("x", 1025),
		"the log": "$all", "metadata of nothing": "$$", "metadata of metadata": "$$$$s",
	} {
		if _, err := appendTo(t.Context(), c, stream, esdb.Any{}, event()); status.Code(errors.Unwrap(err)) != codes.InvalidArgument {
			t.Errorf("%s: %v", name, err)
		}
	}
	bad := event()
	bad.EventType = "a\x00b"
	if _, err := appendTo(t.Context(), c, "s", esdb.Any{}, bad); status.Code(errors.Unwrap(err)) != codes.InvalidArgument {
		t.Errorf("event type: %v", err)
	}
	if err := n.Ready(context.Background()); err != nil {
		t.Error(err)
	}
}
