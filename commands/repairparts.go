package commands

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/repair"
)

// ChangeRepairParts replaces the parts of a repair, and so the lines of its
// quotation (P-11, P-14). Two people may have the form open: If-Match is required.
type ChangeRepairParts struct {
	Repair   uuid.UUID           `json:"-"`
	Parts    []RepairPart        `json:"parts"`
	Currency aggregates.Currency `json:"currency"`
}

func (ChangeRepairParts) commandName() string { return "change-repair-parts" }

func (c ChangeRepairParts) execute(ctx context.Context, x *execution) error {
	s, err := x.repair(ctx, c.Repair)
	if err != nil {
		return err
	}
	if c.Parts == nil {
		return aggregates.Refuse("required").On("parts") // none is an empty list
	}
	parts, err := x.repairParts(ctx, c.Parts, s.Parts)
	if err != nil {
		return err
	}
	_, err = x.changeRepair(ctx, c.Repair, func(s repair.State) ([]aggregates.Event, error) {
		if x.req.IfMatch == nil {
			return nil, aggregates.Refuse("precondition_required")
		}
		return s.ChangeParts(c.Currency, parts)
	})
	return err
}

// repairParts looks up the products of parts; old are those that the repair has.
func (x *execution) repairParts(ctx context.Context, parts []RepairPart, old []repair.Part) ([]repair.PartRequest, error) {
	var all []repair.PartRequest
	var has []uuid.UUID
	for _, p := range old {
		has = append(has, p.Product)
	}
	for i, p := range parts {
		of, err := x.repairProduct(ctx, fmt.Sprintf("parts[%d].product", i), p.Product, has...)
		missing := ""
		if refused := (*aggregates.Refusal)(nil); errors.As(err, &refused) {
			missing, of.ID = refused.Code, p.Product
		} else if err != nil {
			return nil, err
		}
		if p.ID == uuid.Nil {
			p.ID = x.newID(nil, "part", strconv.Itoa(i))
		}
		all = append(all, repair.PartRequest{
			ID: p.ID, Kind: p.Kind, Product: of, Missing: missing, Quantity: p.Quantity, Unit: p.Unit, UnitPrice: p.UnitPrice,
		})
	}
	return all, nil
}

// currencyOf is that of the parts' list prices, "" without any.
func currencyOf(parts []repair.PartRequest) aggregates.Currency {
	for _, p := range parts {
		if p.Product.Price != nil {
			return p.Product.Price.Currency
		}
	}
	return ""
}

// SetRepairWarranty ticks or un-ticks the warranty (P-07).
type SetRepairWarranty struct {
	Repair        uuid.UUID `json:"-"`
	UnderWarranty *bool     `json:"under_warranty"`
}

func (SetRepairWarranty) commandName() string { return "set-repair-warranty" }

func (c SetRepairWarranty) execute(ctx context.Context, x *execution) error {
	_, err := x.changeRepair(ctx, c.Repair, func(s repair.State) ([]aggregates.Event, error) {
		if c.UnderWarranty == nil {
			return nil, aggregates.Refuse("required").On("under_warranty")
		}
		return s.SetWarranty(*c.UnderWarranty)
	})
	return err
}
