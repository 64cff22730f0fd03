package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
	"aftersales/aggregates/tag"
)

// maxTags is how many tags a document has at most.
const maxTags = 50

// tagged are the tags that a document gets, as they were first written by whoever
// used them first (P-10). New ones are made known when the rule about the document
// accepts all else, so that a refusal leaves nothing behind. Refusal besides the
// rule's: invalid_value for too many.
func tagged[S any](ctx context.Context, x *execution, m aggregates.Model[S], id uuid.UUID, tags []string,
	rule func(S) ([]aggregates.Event, error),
) ([]string, error) {
	tags = check.Tags(tags)
	if len(tags) > maxTags {
		return nil, aggregates.Refuse("invalid_value").On("tags")
	}
	var unknown []int
	for i, name := range tags {
		l, err := load(ctx, x, tag.Model, tag.IDOf(name))
		switch {
		case err != nil:
			return nil, err
		case l.Exists:
			tags[i] = l.State.Name
		default:
			unknown = append(unknown, i)
		}
	}
	if len(unknown) == 0 {
		return tags, nil
	}
	if err := probe(ctx, x, m, id, rule); err != nil {
		return nil, err
	}
	for _, i := range unknown {
		s, err := aside(ctx, x, tag.Model, "tag", tag.Model.Stream(tag.IDOf(tags[i])), func(s tag.State) ([]aggregates.Event, error) {
			return s.Create(tags[i])
		})
		if err != nil {
			return nil, err
		}
		tags[i] = s.Name
	}
	return tags, nil
}
