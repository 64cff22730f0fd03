package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates/picking"
)

// lineQuantities are the lines of a request about lines of which products are
// known, each with those of its lots that there are not and those that are not of
// its product. It keeps the difference between no list, which means the default,
// and an empty one, which means that every line was removed.
func lineQuantities[L any](ctx context.Context, x *execution, lines []L, products map[uuid.UUID]uuid.UUID,
	of func(L) picking.LineQuantity,
) ([]picking.LineQuantity, error) {
	if lines == nil {
		return nil, nil
	}
	all := make([]picking.LineQuantity, len(lines))
	for i, l := range lines {
		all[i] = of(l)
		for _, lot := range all[i].Lots {
			err := x.checkLot(ctx, products[all[i].Line], lot.Lot)
			switch {
			case refusedWith(err, "lot_not_found"):
				all[i].Missing = append(all[i].Missing, lot.Lot)
			case refusedWith(err, "lot_other_product"):
				all[i].Foreign = append(all[i].Foreign, lot.Lot)
			case !asRefusal(err, new(error)):
				return nil, err // other faults are for the rule to tell
			}
		}
	}
	return all, nil
}
