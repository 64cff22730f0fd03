package commands_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/catalogue"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/product"
	"aftersales/aggregates/program"
	"aftersales/aggregates/team"
	"aftersales/commands"
	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

func TestMain(m *testing.M) { eventstoretest.Main(m) }

// day is the company's today in these tests.
const day = aggregates.Date("2026-03-01")

// world is a command service on a real event store, with a team, a customer
// and one document of each kind that the five services need.
type world struct {
	t     *testing.T
	env   *eventstoretest.Env
	store *faulty
	*commands.Service
}

func newWorld(t *testing.T) *world {
	t.Helper()
	env := eventstoretest.New(t)
	w := &world{t: t, env: env, store: &faulty{Store: env.Store, remaining: -1}}
	w.restart()
	return w
}

// restart is a new process on the same log: nothing remembered.
func (w *world) restart() {
	w.t.Helper()
	codec, err := eventstore.NewCodec(catalogue.All()...)
	if err != nil {
		w.t.Fatal(err)
	}
	secrets, err := commands.NewSecrets(make([]byte, commands.SecretSize))
	if err != nil {
		w.t.Fatal(err)
	}
	w.Service = commands.New(commands.Config{
		Store: w.store, Codec: codec, Random: sameCode{}, Zone: time.UTC, Company: "main", Currency: "EUR",
		Now:     func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) },
		Secrets: secrets, Logger: slog.New(slog.DiscardHandler),
	})
}

// id names a document of these tests.
func id(name string) uuid.UUID { return aggregates.DeriveID("test", name) }

func ref(name string) *uuid.UUID { i := id(name); return &i }

// sorry is ten percent off.
var sorry = []program.Reward{{Type: program.Discount, Discount: aggregates.NewDecimal(10)}}

var admin = commands.Principal{
	Actor: aggregates.Actor{ID: "admin", Role: "admin", Channel: "api"},
	Roles: []accesstoken.Role{accesstoken.Admin},
}

// try gives a command under a key; its content is part of the hash.
func (w *world) try(key string, c commands.Command) (commands.Outcome, error) {
	ctx, cancel := context.WithTimeout(w.t.Context(), eventstoretest.Patience)
	defer cancel()
	return w.Execute(ctx, commands.Request{Principal: admin, Key: key, Hash: key}, c)
}

// do is try for what must succeed.
func (w *world) do(key string, c commands.Command) commands.Outcome {
	w.t.Helper()
	o, err := w.try(key, c)
	if err != nil {
		w.t.Fatalf("%s: %v", key, err)
	}
	return o
}

// furnish makes what the five services need: ticket, quotation with an invoice
// (3 × 10.00), sale with a delivery of 3, program and project.
func (w *world) furnish() {
	w.t.Helper()
	for _, step := range []struct {
		key string
		c   commands.Command
	}{
		{"customer", &commands.RegisterCustomer{ID: ref("customer"), Name: "Customer A", Email: "a@example.com"}},
		{"product", &commands.RegisterProduct{ID: ref("product"), Name: "Lamp", Type: product.Goods}},
		{"journal", &commands.RegisterJournal{ID: ref("journal"), Code: "INV", Title: "Sales", Type: "sale"}},
		{"location", &commands.RegisterLocation{ID: ref("location"), Name: "Returns", ReturnLocation: true}},
		{"project", &commands.CreateProject{ID: ref("project"), Name: "Visits", FieldService: true, PortalVisible: true}},
		{"program", &commands.DefineProgram{ID: ref("program"), ProgramTerms: commands.ProgramTerms{Name: "Sorry", Type: program.Coupons, Rewards: sorry}}},
		{"team", &commands.CreateTeam{ID: ref("team"), Name: "Support"}},
		{"team-project", &commands.SetFieldServiceProject{Team: id("team"), Project: id("project")}},
		{"order", &commands.RegisterOrder{ID: ref("order"), Number: "S1", Customer: id("customer"), Currency: "EUR", Lines: []commands.OrderLine{
			{Product: id("product"), Quantity: aggregates.NewDecimal(5), UnitPrice: new(aggregates.NewDecimal(10))},
		}}},
		{"sale", &commands.RegisterOrder{
			ID: ref("sale"), Number: "S0", Customer: id("customer"), Currency: "EUR", ConfirmedAt: time.Date(2026, 2, 1, 9, 0, 0, 0, time.UTC),
			Lines: []commands.OrderLine{{Product: id("product"), Quantity: aggregates.NewDecimal(5), UnitPrice: new(aggregates.NewDecimal(10))}},
		}},
		{"invoice", &commands.DraftInvoice{
			ID: ref("invoice"), Customer: id("customer"), Journal: id("journal"), Currency: "EUR", Order: id("order"),
			InvoiceDate: day, Post: true, Lines: []commands.InvoiceLine{
				{ID: id("invoice-line"), Product: id("product"), Quantity: aggregates.NewDecimal(3), UnitPrice: new(aggregates.NewDecimal(10))},
			},
		}},
		{"delivery", &commands.PlanDelivery{ID: ref("delivery"), Customer: id("customer"), Order: id("sale"), Validate: true, Lines: []commands.DeliveryLine{
			{ID: id("delivery-line"), Product: id("product"), Quantity: aggregates.NewDecimal(3)},
		}}},
		{"ticket", &commands.OpenTicket{ID: ref("ticket"), TicketDetails: commands.TicketDetails{
			Title: "Broken lamp", Team: id("team"), Customer: id("customer"), Product: id("product"),
		}}},
	} {
		w.do(step.key, step.c)
	}
	for _, s := range []team.Service{team.Refunds, team.Coupons, team.Returns, team.Repairs, team.FieldService} {
		w.do("enable "+string(s), &commands.EnableTeamService{Team: id("team"), Service: s, ModulesConfirmed: true})
	}
}

// refund is the whole invoice in one credit note.
func refund(mode invoice.Mode) *commands.IssueRefund {
	return &commands.IssueRefund{Ticket: id("ticket"), Invoices: []uuid.UUID{id("invoice")}, ReversalDate: day, Mode: mode}
}

// log reads all events.
func (w *world) log() []eventstore.Envelope {
	w.t.Helper()
	var all []eventstore.Envelope
	for r, err := range w.env.Store.ReadAll(w.t.Context(), 0) {
		if err != nil {
			w.t.Fatal(err)
		}
		e, err := w.Codec.Decode(r)
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// faulty is the real store with a process that dies at its n-th append, which
// takes effect though nobody hears of it.
type faulty struct {
	eventstore.Store
	mu        sync.Mutex
	remaining int // appends that still go well; negative: all
	dead      bool
}

// sameCode draws the same coupon code always, so that histories compare.
type sameCode struct{}

func (sameCode) Read(b []byte) (int, error) { return len(b), nil }

var errDied = errors.New("the process died")

func (f *faulty) dieAt(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.remaining, f.dead = n, false
}

func (f *faulty) live() (died bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	died = f.dead
	f.remaining, f.dead = -1, false
	return died
}

func (f *faulty) Append(ctx context.Context, stream string, expected eventstore.Expected, events []eventstore.Proposed) (eventstore.Appended, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dead {
		return eventstore.Appended{}, errDied
	}
	if f.remaining == 0 {
		f.dead = true
		_, _ = f.Store.Append(ctx, stream, expected, events)
		return eventstore.Appended{}, errDied
	}
	f.remaining--
	return f.Store.Append(ctx, stream, expected, events)
}
