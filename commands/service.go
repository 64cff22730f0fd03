package commands

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
	"aftersales/eventstore"
)

// Config is what the service needs from outside.
type Config struct {
	Store   eventstore.Store
	Codec   *eventstore.Codec
	Now     func() time.Time // the clock
	Random  io.Reader        // for coupon codes and access tokens
	Zone    *time.Location   // the company's time zone, for dates
	Company string           // goes into the metadata of every event
	// Currency is the company's, for quotations of parts without a price.
	Currency aggregates.Currency
	Secrets  *Secrets // seals coupon codes
	ShopURL  string   // where share links lead; "" when there is no shop
	// AllowOverCredit lets credit notes exceed their invoice (domain.md 9.1).
	AllowOverCredit bool
	// RestoreCoupons lets a coupon be used again whose order was cancelled after
	// it used it up (domain.md 2.9).
	RestoreCoupons bool
	// ReturnsTeam is the team whose tickets customers open when they ask for a
	// return and name no ticket; nil: they have to name one.
	ReturnsTeam uuid.UUID
	// InsecureWebhooks lets webhooks have addresses without TLS.
	InsecureWebhooks bool
	// Observe is told of every command: its name, what came of it (done,
	// replayed, unavailable, failed or the code of a refusal) and how long it
	// took. nil: nobody is.
	Observe func(command, outcome string, took time.Duration)
	Logger  *slog.Logger
}

// Service decides commands. It is safe for concurrent use.
type Service struct {
	Config
	cache    *cache
	numbers  *numbers
	inflight inflight
	finished *lru.Cache[attempt, struct{}]
}

// New makes a service.
func New(cfg Config) *Service {
	finished, err := lru.New[attempt, struct{}](finishedCommands)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	s := &Service{Config: cfg, cache: newCache(), finished: finished}
	s.numbers = newNumbers(s)
	return s
}

// creditCap is the company's cap on the credit notes of an invoice.
func (s *Service) creditCap() invoice.Cap { return invoice.Cap(s.AllowOverCredit) }

// Request is a command's envelope: who asks, under which idempotency key.
type Request struct {
	Principal   Principal
	Key         string  // Idempotency-Key, unique per caller
	Hash        string  // of the content, to tell a repeat from a reuse
	DryRun      bool    // check and decide, write nothing
	IfMatch     *uint64 // revision that the addressed stream must have
	MustExist   bool    // the addressed stream must have one
	RequestID   string
	Traceparent string
	Address     string // of the client, and
	UserAgent   string // its program: kept with signatures alone
}

// commandID is the identity that a repeat of the request shares.
func (r Request) commandID() uuid.UUID { return r.Principal.commandID(r.Key) }

// Command is one intent. Its name is stored with every event that follows.
type Command interface {
	commandName() string
	execute(ctx context.Context, x *execution) error
}

// timeLimit bounds one command; an append cut by it has an unknown outcome,
// which a repeat with the same key resolves.
const timeLimit = 15 * time.Second

// Execute decides a command once. A repeat under the same key answers the first
// outcome with Replayed set. Errors: *aggregates.Refusal or Refusals when
// nothing happened; eventstore.ErrUnavailable or the context's own when the
// outcome is unknown.
func (s *Service) Execute(ctx context.Context, req Request, cmd Command) (Outcome, error) {
	ctx, done := s.observe(ctx, req, cmd.commandName())
	o, err := s.execute(ctx, req, cmd)
	done(o, err)
	return o, err
}

func (s *Service) execute(ctx context.Context, req Request, cmd Command) (Outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	x := s.newExecution(req, cmd.commandName())
	if !req.DryRun {
		if !s.inflight.begin(x.commandID) {
			return Outcome{}, aggregates.Refuse("idempotency_in_flight")
		}
		defer s.inflight.end(x.commandID)
		p, found, err := s.recorded(ctx, x.commandID)
		if err != nil {
			return Outcome{}, err
		}
		if found {
			return s.replay(ctx, req, p)
		}
	}
	cmd, err := x.inFull(ctx, cmd)
	if err != nil {
		return Outcome{}, err
	}
	if err := cmd.execute(ctx, x); err != nil {
		return Outcome{}, x.legible(ctx, err)
	}
	return s.finish(ctx, x)
}

// finish derives what follows from the appended events and records the outcome.
func (s *Service) finish(ctx context.Context, x *execution) (Outcome, error) {
	if x.req.DryRun {
		return x.outcome(ctx)
	}
	if err := x.follow(ctx); err != nil {
		return Outcome{}, err
	}
	outcome, err := x.outcome(ctx)
	if err != nil {
		return Outcome{}, err
	}
	outcome, err = s.record(ctx, x, outcome)
	if err == nil {
		s.finished.Add(attempt{x.commandID, x.req.Hash}, struct{}{})
	}
	return outcome, err
}

// inflight is the set of commands running in this process.
type inflight struct {
	mu      sync.Mutex
	running map[uuid.UUID]chan struct{}
}

func (f *inflight) begin(id uuid.UUID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.running == nil {
		f.running = map[uuid.UUID]chan struct{}{}
	}
	if f.running[id] != nil {
		return false
	}
	f.running[id] = make(chan struct{})
	return true
}

func (f *inflight) end(id uuid.UUID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.running[id])
	delete(f.running, id)
}

// wait returns when the command is not running in this process.
func (f *inflight) wait(ctx context.Context, id uuid.UUID) error {
	f.mu.Lock()
	done := f.running[id]
	f.mu.Unlock()
	if done == nil {
		return nil
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
