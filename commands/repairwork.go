package commands

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
	"aftersales/aggregates/repair"
)

// Confirming is what confirming a repair takes: the product's lot when the
// draft did not name it, and the override of a missing stock (P-13).
type Confirming struct {
	Override bool      `json:"override"`
	Lot      uuid.UUID `json:"lot"`
}

// confirmation looks up what the wish is held against.
func (c Confirming) confirmation(ctx context.Context, x *execution, s repair.State) (repair.Confirmation, error) {
	w := repair.Confirmation{Location: repairLocation, Override: c.Override, By: x.req.Principal.Actor.ID}
	var err error
	if w.Return, err = x.repairReturn(ctx, s.Return); err != nil {
		return w, err
	}
	w.Lot, err = x.repairLot(ctx, c.Lot, s.Product)
	return w, err
}

// ConfirmRepair ends the draft of a repair (P-13).
type ConfirmRepair struct {
	Repair uuid.UUID `json:"-"`
	Confirming
}

func (ConfirmRepair) commandName() string { return "confirm-repair" }

func (c ConfirmRepair) execute(ctx context.Context, x *execution) error {
	return c.decide(ctx, x, c.Repair, repair.State.Confirm)
}

// StartRepair begins the work; a draft is confirmed on the way.
type StartRepair struct {
	Repair uuid.UUID `json:"-"`
	Confirming
}

func (StartRepair) commandName() string { return "start-repair" }

func (c StartRepair) execute(ctx context.Context, x *execution) error {
	return c.decide(ctx, x, c.Repair, repair.State.Start)
}

func (c Confirming) decide(ctx context.Context, x *execution, id uuid.UUID,
	rule func(repair.State, repair.Confirmation) ([]aggregates.Event, error),
) error {
	s, err := x.repair(ctx, id)
	if err != nil {
		return err
	}
	w, err := c.confirmation(ctx, x, s)
	if err != nil {
		return err
	}
	return x.changeRepairTaking(ctx, s, func(s repair.State) ([]aggregates.Event, error) { return rule(s, w) },
		func(rule func(repair.State) ([]aggregates.Event, error)) error {
			_, err := x.changeRepair(ctx, id, rule)
			return err
		})
}

// EndRepair finishes a repair with what was used of its parts; parts that are
// not named took all that was demanded. Leftovers are cancelled, with a warning
// that a dry run gives before.
type EndRepair struct {
	Repair uuid.UUID  `json:"-"`
	Parts  []UsedPart `json:"parts"`
	Lot    uuid.UUID  `json:"lot"`
}

// UsedPart is what was used of one part.
type UsedPart struct {
	ID           uuid.UUID           `json:"id"`
	DoneQuantity *aggregates.Decimal `json:"done_quantity"`
}

func (EndRepair) commandName() string { return "end-repair" }

func (c EndRepair) execute(ctx context.Context, x *execution) error {
	s, err := x.repair(ctx, c.Repair)
	if err != nil {
		return err
	}
	var w repair.Ending
	if w.Return, err = x.repairReturn(ctx, s.Return); err != nil {
		return err
	}
	if w.Lot, err = x.repairLot(ctx, c.Lot, s.Product); err != nil {
		return err
	}
	var fields check.Fields
	for i, p := range c.Parts {
		fields.Refuse(p.DoneQuantity == nil, fmt.Sprintf("parts[%d].done_quantity", i), "required")
		u := repair.Used{ID: p.ID}
		if p.DoneQuantity != nil {
			u.DoneQuantity = *p.DoneQuantity
		}
		w.Used = append(w.Used, u)
	}
	rule := func(s repair.State) ([]aggregates.Event, error) {
		events, err := s.End(w)
		if err != nil {
			return nil, err
		}
		return events, fields.Err()
	}
	end := foreseeing(x, repair.Model, rule, func(s repair.State) {
		if s.Leftovers() {
			x.warn("parts_left_over")
		}
	})
	return x.changeRepairTaking(ctx, s, end, func(rule func(repair.State) ([]aggregates.Event, error)) error {
		_, err := x.changeRepair(ctx, c.Repair, rule)
		return err
	})
}

// SetRepairToDraft takes a cancelled repair up again.
type SetRepairToDraft struct {
	Repair uuid.UUID `json:"-"`
}

func (SetRepairToDraft) commandName() string { return "set-repair-to-draft" }

func (c SetRepairToDraft) execute(ctx context.Context, x *execution) error {
	_, err := x.changeRepair(ctx, c.Repair, repair.State.SetToDraft)
	return err
}

// CancelRepair gives a repair up.
type CancelRepair struct {
	Repair uuid.UUID `json:"-"`
}

func (CancelRepair) commandName() string { return "cancel-repair" }

func (c CancelRepair) execute(ctx context.Context, x *execution) error {
	_, err := x.changeRepair(ctx, c.Repair, repair.State.Cancel)
	return err
}
