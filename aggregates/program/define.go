package program

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// Define begins the program d, as a draft or active. An active one has at least
// one reward: program_without_reward. All amounts are in one currency, the
// program's; without one it is that of the first amount.
func (s State) Define(d Defined) ([]aggregates.Event, error) {
	if s.ID != uuid.Nil {
		return nil, aggregates.Refuse("already_exists")
	}
	d, err := d.checked()
	if err != nil {
		return nil, err
	}
	return []aggregates.Event{d}, nil
}

// Redefine replaces the terms of a draft; those of an active program are what
// its coupons promise: program_not_draft.
func (s State) Redefine(d Defined) ([]aggregates.Event, error) {
	switch {
	case s.ID == uuid.Nil:
		return nil, aggregates.Refuse("coupon_program_not_found")
	case s.Archived:
		return nil, aggregates.Refuse("program_archived")
	case !s.Draft:
		return nil, aggregates.Refuse("program_not_draft")
	}
	d.Program, d.Draft = s.ID, true
	d, err := d.checked()
	if err != nil {
		return nil, err
	}
	return []aggregates.Event{d}, nil
}

// Activate lets the draft give out coupons. It refuses one without a reward
// with program_without_reward.
func (s State) Activate() ([]aggregates.Event, error) {
	switch {
	case s.ID == uuid.Nil:
		return nil, aggregates.Refuse("coupon_program_not_found")
	case s.Archived:
		return nil, aggregates.Refuse("program_archived")
	case !s.Draft:
		return nil, nil
	case len(s.Rewards) == 0:
		return nil, aggregates.Refuse("program_without_reward")
	}
	return []aggregates.Event{Activated{}}, nil
}

// checked is the definition as it is kept, or its faults.
func (d Defined) checked() (Defined, error) {
	f := fields{currency: d.Currency}
	d.Name = strings.TrimSpace(d.Name)
	f.Name("name", d.Name)
	f.Required("type", string(d.Type))
	f.Refuse(d.Type != "" && !slices.Contains(types, d.Type), "type", "invalid_value")
	f.Refuse(len(d.Rewards) == 0 && !d.Draft, "rewards", "program_without_reward")
	f.Refuse(d.EndsOn != "" && d.EndsOn.Before(d.StartsOn), "ends_on", "invalid_value")
	f.Refuse(d.UsageLimit != nil && *d.UsageLimit <= 0, "usage_limit", "not_positive")
	for i, c := range d.AvailableOn {
		f.Refuse(!c.known(), fmt.Sprintf("available_on[%d]", i), "invalid_value")
	}
	d.AvailableOn = orNil(d.AvailableOn)
	d.Rewards = orNil(slices.Clone(d.Rewards))
	for i := range d.Rewards {
		d.Rewards[i] = d.Rewards[i].withDefaults()
		d.Rewards[i].check(&f, fmt.Sprintf("rewards[%d]", i))
	}
	d.Rules = orNil(slices.Clone(d.Rules))
	for i := range d.Rules {
		d.Rules[i].Products = orNil(d.Rules[i].Products)
		d.Rules[i].check(&f, fmt.Sprintf("rules[%d]", i))
	}
	d.Currency = f.currency
	_, known := d.Currency.Digits()
	f.Refuse(d.Currency != "" && !known, "currency", "invalid_value")
	return d, f.Err()
}

// fields gathers faults and the one currency of all amounts.
type fields struct {
	check.Fields
	currency aggregates.Currency
}

// amount refuses what is not positive, without a known currency, or in another
// currency than the rest.
func (f *fields) amount(at string, m *aggregates.Money) {
	if m == nil {
		return
	}
	if f.currency == "" {
		f.currency = m.Currency
	}
	_, known := m.Currency.Digits()
	f.Refuse(!known, at, "invalid_value")
	f.Refuse(m.Minor <= 0, at, "not_positive")
	f.Refuse(m.Currency != f.currency, at, "currency_mismatch", "currency", f.currency.Code())
}

// orNil makes no elements nil, as they are when read back from the log.
func orNil[S ~[]E, E any](s S) S {
	if len(s) == 0 {
		return nil
	}
	return s
}
