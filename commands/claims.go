package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/directory"
	"aftersales/aggregates/invoice"
)

// claim takes a name of a kind for what lives in the stream home, once and for
// good: a number, a code, an id. It answers whose the name is: home's, or that
// of who took it before. While another command holds it, that is contended.
func (x *execution) claim(ctx context.Context, kind, name, home string) (holder string, err error) {
	child := *x
	child.seed = aggregates.DeriveID("claim", x.seed.String(), kind, name)
	child.match, child.appended, child.steps = "", nil, map[string]int{}
	stream := directory.Stream(kind, nameKey(name))
	l, err := loadStream(ctx, x, directory.Model, stream, uuid.Nil)
	if err != nil {
		return "", err
	}
	if used, err := x.used(ctx, numberFor(name, home), l.State); err != nil {
		return "", err
	} else if used {
		home = l.State.Claimed
	}
	s, err := decideStream(ctx, &child, directory.Model, stream, func(s directory.State) ([]aggregates.Event, error) {
		switch {
		case s.Home != "":
			return nil, nil
		case s.Held(home, x.now):
			return nil, aggregates.Refuse("contended")
		}
		return s.Place(directory.Placed{Kind: kind, ID: name, HomeStream: home})
	})
	x.position = max(x.position, child.position)
	return s.Home, err
}

// nameKey is the key of a name in the directory.
func nameKey(name string) string { return aggregates.DeriveID("name", name).String() }

// numberOf is the kind under which the numbers of a kind of document are
// claimed, so that one given from outside and one of our own never meet. Credit
// notes are invoices there: a customer gets no two documents with one number.
func numberOf(kind string) string {
	if kind == "credit_note" {
		kind = "invoice"
	}
	return kind + "_number"
}

// numberFor is the tenure of the number that the invoice of a stream brought.
func numberFor(number, home string) tenure {
	return tenure{
		kind: numberOf("invoice"), key: nameKey(number), name: number, home: home,
		taken: aggregates.Refuse("number_taken", "value", number).On("number"),
		had: func(ctx context.Context, x *execution, stream string) (bool, error) {
			l, err := loadStream(ctx, x, invoice.Model, stream, uuid.Nil)
			return l.State.Number == number, err
		},
	}
}

// withNumber takes the step that posts an invoice with the number that it
// brought; "" is none. A number that another document has, or is about to get, is
// number_taken.
func (x *execution) withNumber(ctx context.Context, number, home string, post func() error) error {
	if number == "" {
		return post()
	}
	return x.while(ctx, numberFor(number, home), post)
}

// freeNumber refuses a number that another document has, for a draft that asks
// for it at its posting.
func (x *execution) freeNumber(ctx context.Context, number, home string) error {
	if number == "" {
		return nil
	}
	t := numberFor(number, home)
	l, err := loadStream(ctx, x, directory.Model, directory.Stream(t.kind, t.key), uuid.Nil)
	if err == nil && l.State.Home != "" && l.State.Home != home {
		err = t.taken
	}
	return err
}

// keepNumber places the number that an invoice was posted with.
func keepNumber(number, stream string) consequence {
	return func(ctx context.Context, x *execution) error {
		if number == "" {
			return nil
		}
		_, err := x.claim(ctx, numberOf("invoice"), number, stream)
		return err
	}
}

// createNamed is create for a document that may bring a name from outside,
// which must be free: else number_taken on the field. The name is claimed when
// all else is well, so that a refusal leaves nothing behind.
func createNamed[S any](ctx context.Context, x *execution, kind string, m aggregates.Model[S], id uuid.UUID, field, name string,
	rule func(S) ([]aggregates.Event, error),
) error {
	x.begins(kind, id, m.Stream(id))
	if name != "" {
		if err := claimFor(ctx, x, m, id, numberOf(kind), field, name, rule); err != nil {
			return err
		}
	}
	_, err := decide(ctx, x, m, id, rule)
	return err
}

func claimFor[S any](ctx context.Context, x *execution, m aggregates.Model[S], id uuid.UUID, kind, field, name string,
	rule func(S) ([]aggregates.Event, error),
) error {
	if err := probe(ctx, x, m, id, rule); err != nil || x.did(m.Stream(id)) {
		return err
	}
	holder, err := x.claim(ctx, kind, name, m.Stream(id))
	if err == nil && holder != m.Stream(id) {
		err = aggregates.Refuse("number_taken", "value", name).On(field)
	}
	return err
}
