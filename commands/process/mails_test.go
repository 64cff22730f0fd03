package process_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/catalogue"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/program"
	"aftersales/aggregates/team"
	"aftersales/commands"
	"aftersales/commands/mail"
	"aftersales/commands/process"
	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

// forgetful is the real store, which is away when the sending of a mail is to
// be recorded for the first time.
type forgetful struct {
	eventstore.Store
	once sync.Once
}

func (f *forgetful) Append(ctx context.Context, stream string, expected eventstore.Expected, events []eventstore.Proposed) (a eventstore.Appended, err error) {
	if events[0].Type == "coupon-email-sent" {
		f.once.Do(func() { err = eventstore.ErrUnavailable })
	}
	if err != nil {
		return a, err
	}
	return f.Store.Append(ctx, stream, expected, events)
}

// troubled is a way for mails that is not there at first, and keeps what it took.
type troubled struct {
	mu      sync.Mutex
	trouble int
	took    []string
	rejects func(to string) *mail.Rejected
}

func (s *troubled) Send(_ context.Context, m mail.Message) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.trouble > 0 {
		s.trouble--
		return "", errors.New("nobody at the door")
	}
	if r := s.rejects(m.To); r != nil {
		return "", r
	}
	s.took = append(s.took, m.ID.String()+" "+m.To)
	return m.ID.String(), nil
}

// A mail whose sending could not be recorded is sent again, with the same
// identity; a server that is away is waited for; a recipient who is put off for
// too long is given up, and a coupon that is of no use any more is not sent.
func TestMailsAreSentAtLeastOnce(t *testing.T) {
	t.Parallel()
	store := &forgetful{Store: eventstoretest.New(t).Store}
	codec, err := eventstore.NewCodec(catalogue.All()...)
	if err != nil {
		t.Fatal(err)
	}
	secrets, err := commands.NewSecrets(make([]byte, commands.SecretSize))
	if err != nil {
		t.Fatal(err)
	}
	var clock struct {
		sync.Mutex
		late time.Duration
	}
	now := func() time.Time {
		clock.Lock()
		defer clock.Unlock()
		return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(clock.late)
	}
	sender := &troubled{trouble: 2, rejects: func(to string) *mail.Rejected {
		if to != "busy@example.com" {
			return nil
		}
		clock.Lock()
		defer clock.Unlock()
		clock.late += 8 * time.Minute // each time that it is asked
		return &mail.Rejected{Cause: "busy", Temporary: true}
	}}
	logger := slog.New(slog.DiscardHandler)
	service := commands.New(commands.Config{
		Store: store, Codec: codec, Random: rand.Reader, Zone: time.UTC, Company: "main", Currency: "EUR", Logger: logger, Now: now, Secrets: secrets,
	})
	ctx, cancel := context.WithTimeout(t.Context(), eventstoretest.Patience)
	defer cancel()
	id := func(name string) *uuid.UUID { i := aggregates.DeriveID("test", name); return &i }
	for i, c := range []commands.Command{
		&commands.RegisterCustomer{ID: id("customer"), Name: "Customer A", Email: "a@example.com"},
		&commands.DefineProgram{ID: id("program"), ProgramTerms: commands.ProgramTerms{Name: "Sorry", Type: program.Coupons, Rewards: []program.Reward{
			{Type: program.Discount, Discount: aggregates.NewDecimal(10)},
		}}},
		&commands.CreateTeam{ID: id("team"), Name: "Support"},
		&commands.EnableTeamService{Team: *id("team"), Service: team.Coupons, ModulesConfirmed: true},
		&commands.OpenTicket{ID: id("ticket"), TicketDetails: commands.TicketDetails{Title: "Lamp", Team: *id("team"), Customer: *id("customer")}},
		&commands.GenerateCoupon{Ticket: *id("ticket"), ID: id("useless"), Program: *id("program"), Deliver: "email"},
		&commands.RevokeCoupon{Coupon: *id("useless"), Reason: "wrong"},
		&commands.GenerateCoupon{
			Ticket: *id("ticket"), ID: id("coupon"), Program: *id("program"), Deliver: "email", Recipients: []string{"busy@example.com"},
		},
	} {
		key := strconv.Itoa(i)
		_, err := service.Execute(ctx, commands.Request{Key: key, Hash: key, Principal: commands.Principal{
			Actor: aggregates.Actor{ID: "admin"}, Roles: []accesstoken.Role{accesstoken.Admin},
		}}, c)
		if err != nil {
			t.Fatalf("%T: %v", c, err)
		}
	}
	running, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() {
		done <- process.RunMails(running, process.Config{Commands: service, Store: store, Codec: codec, Cursor: &place{}, Logger: logger}, sender)
	}()
	var request string
	became := map[string]string{}
	err = store.Follow(ctx, 0, 100, func(_ context.Context, slice eventstore.Slice) error {
		for _, r := range slice.Events {
			e, err := codec.Decode(r)
			if err != nil {
				return err
			}
			switch event := e.Event.(type) {
			case coupon.EmailSent:
				became[event.Recipients[0]], request = "sent "+event.MessageID, event.Request.String()
			case coupon.EmailFailed:
				became[event.Recipient+" of "+e.Stream] = event.Cause
			}
		}
		if len(became) == 3 {
			return errAllSettled
		}
		return nil
	})
	if !errors.Is(err, errAllSettled) {
		t.Errorf("the mails were never settled: %v", err)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	want := map[string]string{
		"a@example.com": "sent " + request, "busy@example.com of " + coupon.Model.Stream(*id("coupon")): "busy",
		"a@example.com of " + coupon.Model.Stream(*id("useless")): "coupon_revoked",
	}
	if diff := cmp.Diff(want, became); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
	twice := request + " a@example.com" // taken, not recorded, taken again
	if diff := cmp.Diff([]string{twice, twice}, sender.took); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
}

var errAllSettled = errors.New("every mail was sent or failed")
