package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/customer"
	"aftersales/aggregates/journal"
	"aftersales/aggregates/product"
)

// fact is what was registered once and never changes, so that a cached state is
// as good as a fresh one: a product's tracking and unit, a journal's type. What
// may have changed, names, addresses and prices, needs named. Without the
// document the refusal is <kind>_not_found on the field.
func fact[S any](ctx context.Context, x *execution, field, kind string, m aggregates.Model[S], id uuid.UUID) (S, error) {
	var none S
	if id == uuid.Nil {
		return none, nil
	}
	f, release, err := x.s.cache.acquire(ctx, m.Stream(id))
	if err != nil {
		return none, err
	}
	defer release()
	if !f.exists {
		if err := refresh(ctx, x.s, m, m.Stream(id), f); err != nil {
			return none, err
		}
	}
	if !f.exists {
		return none, aggregates.Refuse(kind + "_not_found").On(field)
	}
	return stateOf[S](f), nil
}

func (x *execution) customer(ctx context.Context, field string, id uuid.UUID) (customer.State, error) {
	return named(ctx, x, field, "customer", customer.Model, id)
}

func (x *execution) product(ctx context.Context, field string, id uuid.UUID) (product.State, error) {
	return fact(ctx, x, field, "product", product.Model, id)
}

// currentProduct is a product with what may have changed of it.
func (x *execution) currentProduct(ctx context.Context, field string, id uuid.UUID) (product.State, error) {
	return named(ctx, x, field, "product", product.Model, id)
}

func (x *execution) journal(ctx context.Context, field string, id uuid.UUID) (journal.State, error) {
	return fact(ctx, x, field, "journal", journal.Model, id)
}

// together are the refusals of one stage of checks, all at once and in their
// order, those that look-ups and the rule both find once; an error of another kind
// comes alone. nil when there is none.
func together(errs ...error) error {
	var all aggregates.Refusals
	for _, err := range errs {
		several, isSeveral := errors.AsType[aggregates.Refusals](err)
		one, isOne := errors.AsType[*aggregates.Refusal](err)
		switch {
		case err == nil:
		case isSeveral:
			all = append(all, several...)
		case isOne:
			all = append(all, one)
		default:
			return err
		}
	}
	var told aggregates.Refusals
	for _, r := range all {
		known := func(t *aggregates.Refusal) bool { return t.Field == r.Field && t.Code == r.Code }
		if !slices.ContainsFunc(told, known) {
			told = append(told, r)
		}
	}
	return told.OrNil()
}

// lineField is the path of a field of a line in the request's body.
func lineField(i int, name string) string { return fmt.Sprintf("lines[%d].%s", i, name) }

// checkLot refuses a lot that is not of the product: lot_not_applicable for an
// untracked product, lot_not_found, lot_other_product. Lots are added over time,
// so the product is read afresh.
func (x *execution) checkLot(ctx context.Context, productID, lot uuid.UUID) error {
	if lot == uuid.Nil {
		return nil
	}
	p, err := x.currentProduct(ctx, "product", productID)
	if err != nil {
		return err
	}
	err = p.CheckLot(lot)
	if refusedWith(err, "lot_other_product") {
		if _, none := x.home(ctx, "lot", lot.String()); none != nil {
			return onField(none, "lot")
		}
	}
	return err
}
