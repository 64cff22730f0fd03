package commands

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/program"
)

// ProgramTerms are what a coupon program gives, and when.
type ProgramTerms struct {
	Name        string              `json:"name"`
	Type        program.Type        `json:"type"`
	Rewards     []program.Reward    `json:"rewards"`
	Rules       program.Rules       `json:"rules"`
	StartsOn    aggregates.Date     `json:"starts_on"`
	EndsOn      aggregates.Date     `json:"ends_on"`
	UsageLimit  *int64              `json:"usage_limit"`
	AvailableOn []program.Channel   `json:"available_on"`
	Currency    aggregates.Currency `json:"currency"`
}

// DefineProgram begins a coupon program (C-03, C-10, C-22), as a draft or active at once.
type DefineProgram struct {
	ID    *uuid.UUID `json:"id"`
	Draft bool       `json:"draft"`
	ProgramTerms
}

func (DefineProgram) commandName() string { return "define-program" }

func (c DefineProgram) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	if err := c.checkProducts(ctx, x); err != nil {
		return err
	}
	id := x.newID(c.ID)
	defined := c.defined()
	defined.Program, defined.Draft = id, c.Draft
	_, err := create(ctx, x, "coupon_program", program.Model, id, func(s program.State) ([]aggregates.Event, error) {
		return s.Define(defined)
	})
	return err
}

// RedefineProgram replaces all terms of a draft.
type RedefineProgram struct {
	Program uuid.UUID `json:"-"`
	ProgramTerms
}

func (RedefineProgram) commandName() string { return "redefine-program" }

func (c RedefineProgram) execute(ctx context.Context, x *execution) error {
	if err := x.authorise(); err != nil {
		return err
	}
	if err := c.checkProducts(ctx, x); err != nil {
		return err
	}
	return reference(ctx, x, "coupon_program", program.Model, c.Program, func(s program.State) ([]aggregates.Event, error) {
		return s.Redefine(c.defined())
	})
}

// ActivateProgram lets a draft give out coupons.
type ActivateProgram struct {
	Program uuid.UUID `json:"-"`
}

func (ActivateProgram) commandName() string { return "activate-program" }

func (c ActivateProgram) execute(ctx context.Context, x *execution) error {
	return reference(ctx, x, "coupon_program", program.Model, c.Program, program.State.Activate)
}

func (c ProgramTerms) defined() program.Defined {
	return program.Defined{
		Name: c.Name, Type: c.Type, Rewards: c.Rewards, Rules: c.Rules, StartsOn: c.StartsOn,
		EndsOn: c.EndsOn, UsageLimit: c.UsageLimit, AvailableOn: c.AvailableOn, Currency: c.Currency,
	}
}

// checkProducts refuses products that are not known: product_not_found.
func (c ProgramTerms) checkProducts(ctx context.Context, x *execution) error {
	for i, r := range c.Rewards {
		for _, id := range append(slices.Clone(r.Products), r.Product) {
			if _, err := x.product(ctx, fmt.Sprintf("rewards[%d]", i), id); err != nil {
				return err
			}
		}
	}
	for i, r := range c.Rules {
		for _, id := range r.Products {
			if _, err := x.product(ctx, fmt.Sprintf("rules[%d].products", i), id); err != nil {
				return err
			}
		}
	}
	return nil
}
