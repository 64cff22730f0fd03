package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/task"
)

// UseMaterial notes how much of a product, or of a lot of it, a task has taken in
// all; 0 takes it back.
type UseMaterial struct {
	Task     uuid.UUID           `json:"-"`
	Product  uuid.UUID           `json:"product"`
	Lot      uuid.UUID           `json:"lot"`
	Quantity *aggregates.Decimal `json:"quantity"`
	Unit     string              `json:"unit"`
}

func (UseMaterial) commandName() string { return "use-material" }

func (c UseMaterial) execute(ctx context.Context, x *execution) error {
	s, err := x.task(ctx, c.Task)
	if err != nil {
		return err
	}
	look := x.activeProduct
	for _, m := range s.Materials {
		if m.Product == c.Product {
			look = x.product // what is used already can be corrected
		}
	}
	p, err := look(ctx, "product", c.Product)
	if err != nil {
		return err
	}
	w := task.Use{Product: p, Lot: c.Lot, Quantity: c.Quantity, Unit: c.Unit}
	lot, err := x.repairLot(ctx, c.Lot, c.Product)
	if err != nil {
		return err
	}
	if lot != nil {
		w.LotOf = lot.Product
	}
	return x.changeTask(ctx, c.Task, func(s task.State) ([]aggregates.Event, error) { return s.UseMaterial(w, x.now) })
}
