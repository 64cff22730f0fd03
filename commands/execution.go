package commands

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/eventstore"
)

// execution is one command on its way: what it wrote, what it answers.
// A consequence runs in an execution of its own, whose ids derive from the
// event that caused it, so that whoever derives it derives the same.
type execution struct {
	s         *Service
	req       Request
	command   string
	commandID uuid.UUID
	seed      uuid.UUID // of event ids: the command, or the causing event
	causation uuid.UUID
	now       time.Time
	ticket    *uuid.UUID
	madeFor   uuid.UUID      // whom the ticket is of, for a service on it
	match     string         // stream that IfMatch and MustExist speak of
	matchLast bool           // what the rule refuses is told first
	steps     map[string]int // decisions made so far, by stream
	dry       map[string]any // states after a dry run's decisions, by stream
	done      map[string]bool
	position  eventstore.Position
	appended  []eventstore.Envelope
	answers   []aggregates.Ref
	created   bool
	announced bool // the log has the answers
	warnings  []aggregates.Warning
	// currencies are those whose digits x has to fix with what it appends first.
	currencies map[aggregates.Currency]bool
}

func (s *Service) newExecution(req Request, command string) *execution {
	id := req.commandID()
	return &execution{
		s: s, req: req, command: command, commandID: id, seed: id, causation: id,
		now:   s.Now().UTC().Truncate(time.Microsecond),
		steps: map[string]int{}, dry: map[string]any{}, done: map[string]bool{}, currencies: map[aggregates.Currency]bool{},
	}
}

// evidence is what is known of whoever asks, to be kept with their signature.
func (x *execution) evidence() aggregates.Evidence {
	return aggregates.Evidence{Token: x.req.Principal.Token, Address: x.req.Address, UserAgent: x.req.UserAgent}
}

// today is the company's day.
func (x *execution) today() aggregates.Date { return aggregates.DateOf(x.now, x.s.Zone) }

// newID is the client's id for a new document, or one that a repeat of the
// command derives again; uuid.Nil is none.
func (x *execution) newID(client *uuid.UUID, parts ...string) uuid.UUID {
	if client != nil && *client != uuid.Nil {
		return *client
	}
	return aggregates.DeriveID(append([]string{"document", x.commandID.String()}, parts...)...)
}

// creates says that the command makes a document, answers that it concerns one.
func (x *execution) creates(kind string, id uuid.UUID, stream string) {
	x.created = true
	x.concerns(kind, id, stream)
}

// begins says that the command makes the document that the stream is of. Where
// the path names none, such as a ticket, If-Match speaks of the one that is not
// there yet: whatever revision it names is stale.
func (x *execution) begins(kind string, id uuid.UUID, stream string) {
	if x.madeFor == uuid.Nil {
		x.match = stream
	}
	x.creates(kind, id, stream)
}

func (x *execution) concerns(kind string, id uuid.UUID, stream string) {
	x.answers = append(x.answers, aggregates.Ref{Kind: kind, ID: id, Stream: stream})
}

// loaded is an aggregate as it is now.
type loaded[S any] struct {
	State    S
	Exists   bool
	Revision uint64
	Since    time.Time // when its first event was recorded
	At       time.Time // when its last event was recorded
	Stream   string
	ID       uuid.UUID
}

// load folds an aggregate without deciding anything.
func load[S any](ctx context.Context, x *execution, m aggregates.Model[S], id uuid.UUID) (loaded[S], error) {
	return loadStream(ctx, x, m, m.Stream(id), id)
}

func loadStream[S any](ctx context.Context, x *execution, m aggregates.Model[S], stream string, id uuid.UUID) (loaded[S], error) {
	f, release, err := x.s.cache.acquire(ctx, stream)
	if err != nil {
		return loaded[S]{}, err
	}
	defer release()
	if err := refresh(ctx, x.s, m, stream, f); err != nil {
		return loaded[S]{}, err
	}
	l := loaded[S]{State: stateOf[S](f), Exists: f.exists, Revision: f.revision, Since: f.since, At: f.at, Stream: stream, ID: id}
	if s, ok := x.dry[stream].(S); ok {
		l.State, l.Exists = s, true
	}
	_, x.done[stream] = f.commands[x.commandID]
	x.position = max(x.position, f.position)
	return l, nil
}

// did says whether an earlier attempt of this command, or what follows from it,
// appended to the stream, as far as the stream was loaded: checks must not be
// held against the command's own effect.
func (x *execution) did(stream string) bool { return x.done[stream] }

func stateOf[S any](f *folded) S {
	s, _ := f.state.(S) // nil before the first event
	return s
}

// refresh folds what was appended to the stream since it was last read.
func refresh[S any](ctx context.Context, s *Service, m aggregates.Model[S], stream string, f *folded) error {
	for r, err := range s.Store.ReadStream(ctx, stream, f.next()) {
		if err != nil {
			return fmt.Errorf("load %s: %w", stream, err)
		}
		e, err := s.Codec.Decode(r)
		if err != nil {
			return fmt.Errorf("load %s: %w", stream, err)
		}
		f.advance(m.Evolve(stateOf[S](f), e.Event), e)
	}
	return nil
}

// attempts bounds how often a decision is made anew after a conflict.
const attempts = 12

// decide is the loop: load, ask the rule, append with the exact revision, and
// on conflict load the tail and ask again. A step that finds its own events
// from an earlier attempt of the same command appends nothing.
func decide[S any](ctx context.Context, x *execution, m aggregates.Model[S], id uuid.UUID, rule func(S) ([]aggregates.Event, error)) (S, error) {
	return decideStream(ctx, x, m, m.Stream(id), rule)
}

func decideStream[S any](ctx context.Context, x *execution, m aggregates.Model[S], stream string, rule func(S) ([]aggregates.Event, error)) (S, error) {
	var none S
	f, release, err := x.s.cache.acquire(ctx, stream)
	if err != nil {
		return none, err
	}
	defer release()
	step := x.steps[stream]
	x.steps[stream]++
	for attempt := range attempts {
		if err := refresh(ctx, x.s, m, stream, f); err != nil {
			return none, err
		}
		state := stateOf[S](f)
		if s, ok := x.dry[stream].(S); ok {
			state = s
		}
		x.position = max(x.position, f.position)
		if past, done := f.written[x.eventID(stream, step, 0)]; done {
			if past.hash != x.req.Hash {
				return none, aggregates.Refuse("idempotency_key_reused")
			}
			x.match = ""
			return state, x.recover(ctx, stream, step, past.revision)
		}
		if err := x.checkMatch(stream, f); err != nil && !x.matchLast {
			return none, err
		}
		events, err := rule(state)
		if err == nil {
			err = x.checkMatch(stream, f)
		}
		if err != nil {
			x.steps[stream] = step // refused, it may be decided anew
			return state, err
		}
		if len(events) == 0 {
			return state, nil
		}
		if x.req.DryRun {
			for _, e := range events {
				state = m.Evolve(state, e)
			}
			x.dry[stream] = state
			return state, nil
		}
		envelopes, err := x.append(ctx, stream, step, f, events)
		if _, ok := errors.AsType[*eventstore.Conflict](err); ok {
			if err := pause(ctx, attempt); err != nil {
				return none, err
			}
			continue
		}
		if err != nil {
			return none, err
		}
		for _, e := range envelopes {
			state = m.Evolve(state, e.Event)
			f.advance(state, e)
		}
		return state, nil
	}
	return none, aggregates.Refuse("contended")
}

// recover takes the events of a step that an earlier attempt appended from a
// revision on, so that what follows from them is derived again.
func (x *execution) recover(ctx context.Context, stream string, step int, from uint64) error {
	ordinal := 0
	for r, err := range x.s.Store.ReadStream(ctx, stream, from) {
		if err != nil {
			return err
		}
		if r.ID != x.eventID(stream, step, ordinal) {
			return nil // a step is one append
		}
		e, err := x.s.Codec.Decode(r)
		if err != nil {
			return err
		}
		x.appended = append(x.appended, e)
		if len(e.Meta.Answers) > 0 {
			x.announced, x.warnings = true, slices.Clip(e.Meta.Warnings)
		}
		ordinal++
	}
	return nil
}

// append writes the events of one decision in one atomic step.
func (x *execution) append(ctx context.Context, stream string, step int, f *folded, events []aggregates.Event) ([]eventstore.Envelope, error) {
	envelopes := make([]eventstore.Envelope, len(events))
	proposed := make([]eventstore.Proposed, len(events))
	for i, e := range events {
		meta := x.metadata()
		if i == 0 && !x.announced && x.seed == x.commandID {
			meta.Answers, meta.Created, meta.Warnings = x.answers, x.created, slices.Clip(x.warnings)
		}
		var err error
		if proposed[i], err = x.s.Codec.Encode(x.eventID(stream, step, i), e, meta); err != nil {
			return nil, err
		}
		envelopes[i] = eventstore.Envelope{Event: e, Meta: meta, Recorded: eventstore.Recorded{
			ID: proposed[i].ID, Stream: stream, Revision: f.next() + uint64(i), Type: proposed[i].Type,
		}}
	}
	if err := x.fixCurrencies(ctx); err != nil {
		return nil, err
	}
	appended, err := x.s.Store.Append(ctx, stream, f.expected(), proposed)
	if err != nil {
		return nil, err
	}
	for i := range envelopes {
		envelopes[i].Position = appended.Position
	}
	x.position = max(x.position, appended.Position)
	x.match = ""
	x.appended = append(x.appended, envelopes...)
	x.announced = x.announced || x.seed == x.commandID && len(x.answers) > 0
	return envelopes, nil
}

// eventID is the same whenever the same step of the same command is taken.
func (x *execution) eventID(stream string, step, ordinal int) uuid.UUID {
	return aggregates.DeriveID("event", x.seed.String(), stream, strconv.Itoa(step), strconv.Itoa(ordinal))
}

func (x *execution) metadata() aggregates.Metadata {
	return aggregates.Metadata{
		RecordedAt: x.now, Actor: x.req.Principal.Actor, Command: x.command, CommandID: x.commandID,
		Caller: x.req.Principal.Actor.ID, Key: x.req.Key, RequestHash: x.req.Hash,
		CorrelationID: x.commandID, CausationID: x.causation, Ticket: x.ticket, TicketCustomer: x.madeFor,
		Company: x.s.Company, RequestID: x.req.RequestID, Traceparent: x.req.Traceparent,
	}
}

// checkMatch refuses when the addressed stream is not at the revision that the
// caller saw.
func (x *execution) checkMatch(stream string, f *folded) error {
	if stream != x.match {
		return nil
	}
	return x.matches(f.exists, f.revision)
}

// matches refuses a revision that is not the one that the caller saw, and what
// is not there though they say that it is.
func (x *execution) matches(exists bool, revision uint64) error {
	if x.req.MustExist && !exists || x.req.IfMatch != nil && (!exists || revision != *x.req.IfMatch) {
		return aggregates.Refuse("stale_version")
	}
	return nil
}

// pause waits a little longer after each conflict, with jitter.
func pause(ctx context.Context, attempt int) error {
	limit := time.Millisecond << min(attempt, 6)
	select {
	case <-time.After(rand.N(limit) + time.Millisecond):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
