// Package currency fixes the digits of a currency for good. Its stream guards
// them: the first event, a registration or the first use, decides, and whoever
// comes later is held to it (docs/decisions/0015-currencies.md).
package currency

import (
	"strconv"
	"strings"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// maxName is the longest name of a currency, in characters.
const maxName = 100

// State is a currency as folded from its events; ID is nil while its digits are
// open. Registered says that somebody registered it, not its first use alone.
type State struct {
	ID         uuid.UUID
	Code       string
	Digits     int
	Name       string
	Registered bool
}

// ID is the id of the currency with a code: there is one of each.
func ID(code string) uuid.UUID { return aggregates.DeriveID("currency", code) }

// Currency is the currency with its digits.
func (s State) Currency() aggregates.Currency { return aggregates.CurrencyOf(s.Code, s.Digits) }

func evolve(s State, e Event) State {
	switch e := e.(type) {
	case Registered:
		s = State{ID: e.Currency, Code: e.Code, Digits: e.Digits, Name: e.Name, Registered: true}
	case FirstUsed:
		s = State{ID: e.Currency, Code: e.Code, Digits: e.Digits}
	}
	return s
}

// Register makes the currency known. Digits nil are none told: required. Refusals:
// by field required, invalid_value, too_long; currency_digits_fixed when it has
// other digits already, since amounts are recorded in units of them. Without a
// name it keeps the one that it has.
func (s State) Register(code string, digits *int, name string) ([]aggregates.Event, error) {
	name = strings.TrimSpace(name)
	var fields check.Fields
	fields.Required("code", code)
	fields.Refuse(code != "" && !aggregates.IsCurrencyCode(code), "code", "invalid_value")
	fields.Refuse(digits == nil, "digits", "required")
	fields.Refuse(digits != nil && (*digits < 0 || *digits > aggregates.MaxCurrencyDigits), "digits", "invalid_value")
	fields.Within(maxName, "name", name)
	if err := fields.Err(); err != nil {
		return nil, err
	}
	if s.ID != uuid.Nil && s.Digits != *digits {
		return nil, aggregates.Refuse("currency_digits_fixed", "currency", code, "digits", strconv.Itoa(s.Digits)).On("digits")
	}
	if name == "" {
		name = s.Name
	}
	if s.Registered && s.Name == name {
		return nil, nil
	}
	return []aggregates.Event{Registered{Currency: ID(code), Code: code, Digits: *digits, Name: name}}, nil
}

// Use fixes the digits of a currency that something is to be recorded in. One
// whose digits are fixed already keeps them, whatever c has.
func (s State) Use(c aggregates.Currency) ([]aggregates.Event, error) {
	digits, known := c.Digits()
	if s.ID != uuid.Nil || !known {
		return nil, nil
	}
	return []aggregates.Event{FirstUsed{Currency: ID(c.Code()), Code: c.Code(), Digits: digits}}, nil
}
