package commands

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/product"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/serial"
)

// keeper is a kind of document that keeps serial numbers (docs/decisions/0024).
type keeper[S any] struct {
	kind  serial.Kind
	model aggregates.Model[S]
	takes func(s S, events []aggregates.Event) []uuid.UUID // by the events of a decision
	keeps func(s S, serial uuid.UUID) bool
}

var (
	keepingDelivery = keeper[picking.State]{serial.Delivery, picking.Model, picking.State.Takes, picking.State.Keeps}
	keepingRepair   = keeper[repair.State]{serial.Repair, repair.Model, repair.State.Takes, repair.State.Keeps}
	keepingScrap    = keeper[product.State]{serial.Scrap, product.Model, product.State.Scraps, product.State.Scrapped}
)

// takeSerials takes the step of the command that appends what the rule decides
// about a document, by which the document may come to keep serial numbers: each is
// taken for it first, in its own stream. The step is given the rule to use. Field
// is where the request names a number: there serial_not_available says that it is
// elsewhere. What is refused keeps nothing; claims of a command that died lapse
// unless it used them. Numbers are taken in the order of their ids, so of two
// commands that want the same ones one gets them all.
func takeSerials[S any](ctx context.Context, x *execution, k keeper[S], id uuid.UUID, field func(serial uuid.UUID) string,
	rule func(S) ([]aggregates.Event, error), step func(rule func(S) ([]aggregates.Event, error)) error,
) error {
	l, err := load(ctx, x, k.model, id)
	if err != nil {
		return err
	}
	if x.did(l.Stream) {
		return step(rule)
	}
	if l.Stream == x.match {
		if err := x.matches(l.Exists, l.Revision); err != nil {
			return err
		}
	}
	events, err := rule(l.State)
	if err != nil {
		return err
	}
	serials := k.takes(l.State, events)
	slices.SortFunc(serials, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	turns := map[uuid.UUID]int{} // by which the command has them
	for _, number := range serials {
		if turns[number], err = x.takeSerial(ctx, k.kind, number, l.Stream); err != nil {
			delete(turns, number)
			if refusedWith(err, "serial_not_available") {
				err = onField(err, field(number))
			}
			break
		}
	}
	idle := false // the rule had nothing to do after all
	if err == nil {
		err = step(takingOnly(k, turns, func(s S) ([]aggregates.Event, error) {
			events, err := rule(s)
			idle = len(events) == 0
			return events, err
		}))
	}
	refused := (*aggregates.Refusal)(nil)
	if err == nil && idle || errors.As(err, &refused) && refused.Code != "idempotency_key_reused" {
		for number, turn := range turns { // what cannot be released now lapses
			_, _ = aside(ctx, x, serial.Model, "release", serial.Model.Stream(number), func(s serial.State) ([]aggregates.Event, error) {
				return s.Release(turn)
			})
		}
	}
	return err
}

// takingOnly is the rule, refused where it takes other serial numbers than the
// command has: then the document changed meanwhile.
func takingOnly[S any](k keeper[S], turns map[uuid.UUID]int, rule func(S) ([]aggregates.Event, error)) func(S) ([]aggregates.Event, error) {
	return func(s S) ([]aggregates.Event, error) {
		events, err := rule(s)
		if err != nil {
			return nil, err
		}
		for _, number := range k.takes(s, events) {
			if _, has := turns[number]; !has {
				return nil, aggregates.Refuse("contended")
			}
		}
		return events, nil
	}
}

// takeSerial takes a serial number for the document in a stream, and answers the
// turn that it has it by.
func (x *execution) takeSerial(ctx context.Context, kind serial.Kind, number uuid.UUID, stream string) (turn int, err error) {
	t := serial.Taken{Serial: number, Kind: kind, Stream: stream, Command: x.commandID, Until: x.now.Add(holdTime)}
	s, err := aside(ctx, x, serial.Model, "take", serial.Model.Stream(number), func(s serial.State) ([]aggregates.Event, error) {
		at := map[serial.Kind]serial.Standing{}
		for kind, h := range s.Holders {
			if h.Stream == stream {
				continue
			}
			var err error
			if at[kind], err = x.standing(ctx, kind, h, number); err != nil {
				return nil, err
			}
		}
		return s.Take(t, at)
	})
	return s.Turn, err
}

// standing is what the stream of a holder tells of a serial number.
func (x *execution) standing(ctx context.Context, kind serial.Kind, h serial.Holder, number uuid.UUID) (serial.Standing, error) {
	switch kind {
	case serial.Delivery:
		return standingIn(ctx, x, keepingDelivery, h, number)
	case serial.Repair:
		return standingIn(ctx, x, keepingRepair, h, number)
	default:
		return standingIn(ctx, x, keepingScrap, h, number)
	}
}

func standingIn[S any](ctx context.Context, x *execution, k keeper[S], h serial.Holder, number uuid.UUID) (serial.Standing, error) {
	f, release, err := x.s.cache.acquire(ctx, h.Stream)
	if err != nil {
		return serial.Gone, err
	}
	defer release()
	if err := refresh(ctx, x.s, k.model, h.Stream, f); err != nil {
		return serial.Gone, err
	}
	used := func(command uuid.UUID) bool { _, did := f.commands[command]; return did }
	switch {
	case k.keeps(stateOf[S](f), number):
		return serial.Keeping, nil
	case h.Deciding(x.now, used):
		return serial.Deciding, nil
	}
	return serial.Gone, nil
}
