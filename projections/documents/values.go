package documents

import (
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
)

// ref is an id that JSON shows as null when there is none.
func ref(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

// text is a text, a date or a currency, that JSON shows as null when empty.
func text[S ~string](s S) *S {
	if s == "" {
		return nil
	}
	return &s
}

// when is a time that JSON shows in UTC, as null when there is none.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// list is a slice that JSON shows as [] when empty.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// mapped is f of each, never nil.
func mapped[S, T any](all []S, f func(S) T) []T {
	out := make([]T, len(all))
	for i, s := range all {
		out[i] = f(s)
	}
	return out
}

// amount writes minor units as the decimal string of the currency.
func amount(minor int64, c aggregates.Currency) string {
	return aggregates.Money{Minor: minor, Currency: c}.Amount()
}

// price writes a unit price with at least the currency's digits: "100.00",
// "0.125".
func price(d aggregates.Decimal, c aggregates.Currency) string {
	return c.Price(d)
}

// tax is a tax of a line: a rate in percent, or a fixed amount per unit.
type tax struct {
	Name     string              `json:"name"`
	Rate     *aggregates.Decimal `json:"rate,omitempty"`
	Fixed    string              `json:"fixed,omitempty"`
	Included bool                `json:"included"`
}

// taxOf shows a rate even if it is 0, unless there is a fixed amount.
func taxOf(name string, rate, fixed aggregates.Decimal, included bool, c aggregates.Currency) tax {
	if fixed != 0 {
		return tax{Name: name, Fixed: price(fixed, c), Included: included}
	}
	return tax{Name: name, Rate: &rate, Included: included}
}
