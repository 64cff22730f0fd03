package commands

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/directory"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/product"
)

// tenure is an id or a name that a document is to have for good, of which there
// is one over all streams: while a command decides whether home gets it, the
// directory keeps it from all others.
type tenure struct {
	kind, key, name, home string
	taken                 error // the refusal of whoever comes second
	// had says whether the document that has it is in a stream.
	had func(ctx context.Context, x *execution, stream string) (bool, error)
}

// idOf is the tenure of a document of a kind in the stream home.
func idOf(kind string, id uuid.UUID, home string) tenure {
	return tenure{
		kind: kind, key: id.String(), name: id.String(), home: home, taken: aggregates.Refuse("already_exists"),
		had: func(ctx context.Context, x *execution, stream string) (bool, error) {
			if kind == "lot" || kind == "return" {
				return hasGoods(ctx, x, stream, id)
			}
			l, err := loadStream(ctx, x, invoice.Model, stream, uuid.Nil)
			_, note := l.State.CreditNote(id)
			return note || l.State.HasPayment(id), err
		},
	}
}

func hasGoods(ctx context.Context, x *execution, stream string, id uuid.UUID) (bool, error) {
	if category, _ := aggregates.SplitStream(stream); category == product.Model.Category {
		l, err := loadStream(ctx, x, product.Model, stream, uuid.Nil)
		return slices.ContainsFunc(l.State.Lots, func(l product.Lot) bool { return l.ID == id }), err
	}
	l, err := loadStream(ctx, x, picking.Model, stream, uuid.Nil)
	_, is := l.State.Return(id)
	return is, err
}

// createWithin decides about a document of a kind that lives in the stream of
// another, home. An id that the client made is claimed for it when all else is
// well; others derive from the command and need no claim.
func createWithin[S any](ctx context.Context, x *execution, kind string, client *uuid.UUID, home string,
	m aggregates.Model[S], id uuid.UUID, rule func(S) ([]aggregates.Event, error),
) error {
	step := func() error {
		_, err := decide(ctx, x, m, id, rule)
		return err
	}
	if client == nil || *client == uuid.Nil {
		return step()
	}
	if err := probe(ctx, x, m, id, rule); err != nil {
		return err
	}
	return x.while(ctx, idOf(kind, *client, home), step)
}

// probe asks the rule without deciding anything, so that what is refused leaves
// nothing behind.
func probe[S any](ctx context.Context, x *execution, m aggregates.Model[S], id uuid.UUID, rule func(S) ([]aggregates.Event, error)) error {
	l, err := load(ctx, x, m, id)
	if err != nil || x.did(l.Stream) {
		return err
	}
	if l.Stream == x.match {
		if err := x.matches(l.Exists, l.Revision); err != nil {
			return err
		}
	}
	_, err = rule(l.State)
	return err
}

// while takes a step of the command while it holds the tenure. What the step
// makes must place it for good, or be found by it. A claim ends when the step is
// refused; that of a command that died lapses.
func (x *execution) while(ctx context.Context, t tenure, step func() error) error {
	stream := directory.Stream(t.kind, t.key)
	l, err := loadStream(ctx, x, directory.Model, stream, uuid.Nil)
	if err != nil {
		return err
	}
	used, err := x.used(ctx, t, l.State)
	if used {
		err = t.taken
	}
	if err != nil {
		return err
	}
	claim := directory.Claimed{Kind: t.kind, ID: t.name, HomeStream: t.home, Command: x.commandID, Until: x.now.Add(holdTime)}
	_, err = aside(ctx, x, directory.Model, "claim", stream, func(s directory.State) ([]aggregates.Event, error) {
		return s.Claim(claim, x.now, x.now.Add(timeLimit))
	})
	if refusedWith(err, "already_exists") {
		return t.taken
	}
	if err != nil {
		return err
	}
	err = step()
	if final(err) { // what cannot be released now lapses
		_, _ = aside(ctx, x, directory.Model, "release", stream, func(s directory.State) ([]aggregates.Event, error) { return s.Release(x.commandID) })
	}
	return err
}

// used says whether a claim that lapsed in another stream was used there: its
// command died before it placed what it had made.
func (x *execution) used(ctx context.Context, t tenure, s directory.State) (bool, error) {
	if s.Home != "" || s.Claimed == "" || s.Claimed == t.home || s.Held(t.home, x.now) {
		return false, nil
	}
	return t.had(ctx, x, s.Claimed)
}

// final says that a step was refused, and no attempt of the command has taken or
// will take it.
func final(err error) bool {
	_, refused := errors.AsType[*aggregates.Refusal](err)
	return refused && !refusedWith(err, "contended") && !refusedWith(err, "idempotency_key_reused")
}

// aside decides about a stream of the directory or a tag's, beside what the command
// does to documents. Every revision of the stream begins a step anew, so that a
// command that was refused can claim again.
func aside[S any](ctx context.Context, x *execution, m aggregates.Model[S], what, stream string,
	rule func(S) ([]aggregates.Event, error),
) (S, error) {
	l, err := loadStream(ctx, x, m, stream, uuid.Nil)
	if err != nil {
		return l.State, err
	}
	child := *x
	child.seed = aggregates.DeriveID(what, x.seed.String(), stream)
	child.match, child.ticket, child.appended, child.steps = "", nil, nil, map[string]int{}
	if l.Exists {
		child.steps[stream] = int(l.Revision) + 1
	}
	s, err := decideStream(ctx, &child, m, stream, rule)
	x.position = max(x.position, child.position)
	return s, err
}
