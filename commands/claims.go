package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/directory"
)

// claim takes a name of a kind for what lives in the stream home, once and for
// good: a number, a code, an id. It answers whose the name is: home's, or that
// of who took it before.
func (x *execution) claim(ctx context.Context, kind, name, home string) (holder string, err error) {
	child := *x
	child.seed = aggregates.DeriveID("claim", x.seed.String(), kind, name)
	child.match, child.appended, child.steps = "", nil, map[string]int{}
	key := aggregates.DeriveID("name", name).String()
	s, err := decideStream(ctx, &child, directory.Model, directory.Stream(kind, key), func(s directory.State) ([]aggregates.Event, error) {
		if s.Home != "" {
			return nil, nil
		}
		return s.Place(directory.Placed{Kind: kind, ID: name, HomeStream: home})
	})
	x.position = max(x.position, child.position)
	return s.Home, err
}

// numberOf is the kind under which the numbers of a kind of document are
// claimed, so that one given from outside and one of our own never meet.
func numberOf(kind string) string { return kind + "_number" }

// createNamed is create for a document that may bring a name from outside,
// which must be free: else number_taken on the field. The name is claimed when
// all else is well, so that a refusal leaves nothing behind.
func createNamed[S any](ctx context.Context, x *execution, kind string, m aggregates.Model[S], id uuid.UUID, field, name string,
	rule func(S) ([]aggregates.Event, error),
) error {
	x.creates(kind, id, m.Stream(id))
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
	l, err := load(ctx, x, m, id)
	if err != nil || x.did(l.Stream) {
		return err
	}
	if _, err := rule(l.State); err != nil {
		return err
	}
	holder, err := x.claim(ctx, kind, name, l.Stream)
	if err == nil && holder != l.Stream {
		err = aggregates.Refuse("number_taken", "value", name).On(field)
	}
	return err
}
