package commands

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// legible puts the name of a product where the message of a refusal would show
// its id, which is all that the rules of a delivery, return or repair know of it.
func (x *execution) legible(ctx context.Context, refused error) error {
	all, _ := errors.AsType[aggregates.Refusals](refused)
	if one, ok := errors.AsType[*aggregates.Refusal](refused); ok && all == nil {
		all = aggregates.Refusals{one}
	}
	for _, r := range all {
		id, err := uuid.Parse(r.Params["product"])
		if err != nil {
			continue
		}
		if p, err := x.currentProduct(ctx, "", id); err == nil {
			r.Params["product"] = p.Name
		}
	}
	return refused
}
