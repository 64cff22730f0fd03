package commands

import (
	"context"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/repair"
)

// ChangeRepairDetails changes what the form of a repair says besides its parts
// and warranty (domain.md 2.8); what is not named stays. Quantity is in Unit, ""
// the product's. "" is nobody for Responsible.
type ChangeRepairDetails struct {
	Repair      uuid.UUID           `json:"-"`
	Product     uuid.UUID           `json:"product"`
	Lot         uuid.UUID           `json:"lot"`
	Quantity    *aggregates.Decimal `json:"quantity"`
	Unit        string              `json:"unit"`
	ScheduledAt *time.Time          `json:"scheduled_at"`
	Responsible *string             `json:"responsible"`
	Tags        *[]string           `json:"tags"`
	Priority    *int                `json:"priority"`
	Notes       *string             `json:"notes"`
}

func (ChangeRepairDetails) commandName() string { return "change-repair-details" }

func (c ChangeRepairDetails) execute(ctx context.Context, x *execution) error {
	now, err := x.repair(ctx, c.Repair)
	if err != nil {
		return err
	}
	rule := func(s repair.State) ([]aggregates.Event, error) {
		w, err := c.edit(ctx, x, s)
		if err != nil {
			return nil, err
		}
		return s.ChangeDetails(w)
	}
	return x.changeRepairTaking(ctx, now, rule, func(rule func(repair.State) ([]aggregates.Event, error)) error {
		if c.Tags != nil {
			x.match = repair.Model.Stream(c.Repair)
			tags, err := tagged(ctx, x, repair.Model, c.Repair, *c.Tags, rule)
			if err != nil {
				return err
			}
			c.Tags = &tags
		}
		_, err := x.changeRepair(ctx, c.Repair, rule)
		return err
	})
}

// edit looks up what the wish names of the repair as it is. A product that it does
// not name is named for a quantity alone: it must not come back when somebody else
// changes it.
func (c ChangeRepairDetails) edit(ctx context.Context, x *execution, s repair.State) (repair.Edit, error) {
	w := repair.Edit{
		Quantity: c.Quantity, Unit: c.Unit, ScheduledAt: c.ScheduledAt, Tags: c.Tags, Priority: c.Priority, Notes: c.Notes,
	}
	of := s.Product
	if c.Product != uuid.Nil {
		of = c.Product
	}
	if c.Product != uuid.Nil || c.Quantity != nil {
		p, err := x.repairProduct(ctx, "product", of, s.Product)
		if err != nil {
			return w, err
		}
		w.Product = &p
	}
	var err error
	if w.Lot, err = x.repairLot(ctx, c.Lot, of); err != nil {
		return w, err
	}
	if w.Return, err = x.repairReturn(ctx, s.Return); err != nil {
		return w, err
	}
	if c.Responsible == nil {
		return w, nil
	}
	w.Responsible = &repair.Responsible{ID: *c.Responsible, Internal: true}
	if *c.Responsible != "" {
		w.Responsible.Internal, err = x.worksHere(ctx, *c.Responsible)
	}
	return w, err
}
