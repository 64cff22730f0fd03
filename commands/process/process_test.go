package process_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/catalogue"
	"aftersales/aggregates/ticket"
	"aftersales/commands"
	"aftersales/commands/process"
	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

func TestMain(m *testing.M) { eventstoretest.Main(m) }

// contended is the real store with other processes so busy with the sequences
// that an append to one comes too late a number of times.
type contended struct {
	eventstore.Store
	mu   sync.Mutex
	late int
}

func (c *contended) Append(ctx context.Context, stream string, expected eventstore.Expected, events []eventstore.Proposed) (eventstore.Appended, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.late > 0 && strings.HasPrefix(stream, "sequence-") {
		c.late--
		return eventstore.Appended{}, &eventstore.Conflict{Stream: stream, Expected: expected}
	}
	return c.Store.Append(ctx, stream, expected, events)
}

// place is a cursor that begins at the start of the log.
type place struct {
	mu sync.Mutex
	at eventstore.Position
}

func (p *place) Load(context.Context, string) (eventstore.Position, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.at, nil
}

func (p *place) Save(_ context.Context, _ string, at eventstore.Position) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at = at
	return nil
}

// A consequence that lost against other processes too often is derived later,
// not given up.
func TestAContendedConsequenceIsDerivedInTheEnd(t *testing.T) {
	t.Parallel()
	const untilBothGiveUp = 24 // the command and the process manager's first try
	store := &contended{Store: eventstoretest.New(t).Store, late: untilBothGiveUp}
	codec, err := eventstore.NewCodec(catalogue.All()...)
	if err != nil {
		t.Fatal(err)
	}
	logger := slog.New(slog.DiscardHandler)
	service := commands.New(commands.Config{
		Store: store, Codec: codec, Random: rand.Reader, Zone: time.UTC, Company: "main", Logger: logger,
		Now: func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) },
	})
	ctx, cancel := context.WithTimeout(t.Context(), eventstoretest.Patience)
	defer cancel()
	give := func(key string, c commands.Command) error {
		_, err := service.Execute(ctx, commands.Request{Key: key, Hash: key, Principal: commands.Principal{
			Actor: aggregates.Actor{ID: "admin"}, Roles: []accesstoken.Role{accesstoken.Admin},
		}}, c)
		return err
	}
	team := aggregates.DeriveID("test", "team")
	if err := give("team", &commands.CreateTeam{ID: &team, Name: "Support"}); err != nil {
		t.Fatal(err)
	}
	if err := give("ticket", &commands.OpenTicket{TicketDetails: commands.TicketDetails{Title: "Lamp", Team: team}}); err == nil {
		t.Fatal("the command got its number")
	}
	running, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() {
		done <- process.Run(running, process.Config{Commands: service, Store: store, Codec: codec, Cursor: &place{}, Logger: logger})
	}()
	err = store.Follow(ctx, 0, 100, func(_ context.Context, slice eventstore.Slice) error {
		for _, r := range slice.Events {
			e, err := codec.Decode(r)
			if err != nil {
				return err
			}
			if _, ok := e.Event.(ticket.Numbered); ok {
				return errNumbered
			}
		}
		return nil
	})
	if !errors.Is(err, errNumbered) {
		t.Errorf("the ticket never got its number: %v", err)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

var errNumbered = errors.New("the ticket has its number")
