package currency_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/currency"
)

func register(code string, digits int, name string) func(currency.State) ([]aggregates.Event, error) {
	return func(s currency.State) ([]aggregates.Event, error) { return s.Register(code, &digits, name) }
}

func use(c aggregates.Currency) func(currency.State) ([]aggregates.Event, error) {
	return func(s currency.State) ([]aggregates.Event, error) { return s.Use(c) }
}

var (
	rial     = currency.Registered{Currency: currency.ID("IRR"), Code: "IRR", Digits: 2, Name: "Rial"}
	rialUsed = currency.FirstUsed{Currency: currency.ID("IRR"), Code: "IRR", Digits: 0}
)

// Domain.md 5, RegisterCurrency: uniqueness, scale.
func TestACurrencyIsRegisteredOnce(t *testing.T) {
	unknown := aggregatetest.For(t, currency.Model)
	unknown.When(register("IRR", 2, " Rial ")).Then(rial)
	unknown.When(register("XTS", 4, "")).Then(currency.Registered{Currency: currency.ID("XTS"), Code: "XTS", Digits: 4})
	known := aggregatetest.For(t, currency.Model, rial)
	known.When(register("IRR", 2, "Rial")).Then()
	known.When(register("IRR", 2, "")).Then()
	known.When(register("IRR", 2, "ریال")).Then(currency.Registered{Currency: currency.ID("IRR"), Code: "IRR", Digits: 2, Name: "ریال"})
	known.When(register("IRR", 0, "Rial")).Refused("currency_digits_fixed")
}

// The digits of ISO 4217 can be overridden before the first use, not after it.
func TestFirstUseFixesTheDigits(t *testing.T) {
	aggregatetest.For(t, currency.Model).When(use("IRR")).Then(rialUsed)
	aggregatetest.For(t, currency.Model).When(use("XTS")).Then() // no digits to fix
	used := aggregatetest.For(t, currency.Model, rialUsed)
	used.When(use("IRR")).Then()
	used.When(register("IRR", 2, "Rial")).Refused("currency_digits_fixed")
	used.When(register("IRR", 0, "")).Then(currency.Registered{Currency: currency.ID("IRR"), Code: "IRR"})
	aggregatetest.For(t, currency.Model, rial).When(use("IRR")).Then()
}

func TestABadCurrencyIsRefused(t *testing.T) {
	unknown := aggregatetest.For(t, currency.Model)
	unknown.When(register("", 2, "")).Refused("required")
	for _, code := range []string{"eur", "EU", "EURO", "EUR:2", "E R", "ریا", "E\nR"} {
		unknown.When(register(code, 2, "")).Refused("invalid_value")
	}
	unknown.When(register("XTS", -1, "")).Refused("invalid_value")
	unknown.When(register("XTS", aggregates.MaxCurrencyDigits+1, "")).Refused("invalid_value")
	unknown.When(register("XTS", 2, strings.Repeat("ر", 101))).Refused("too_long")
	unknown.When(func(s currency.State) ([]aggregates.Event, error) { return s.Register("XTS", nil, "") }).Refused("required")
}

// Law: whatever is registered and used in whatever order, the digits are those of
// the first that succeeded.
func TestTheDigitsNeverChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var (
			s     currency.State
			fixed aggregates.Currency
		)
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			digits := rapid.IntRange(0, aggregates.MaxCurrencyDigits).Draw(t, "digits")
			events, err := s.Register("IRR", &digits, rapid.SampledFrom([]string{"", "Rial", "ریال"}).Draw(t, "name"))
			if rapid.Bool().Draw(t, "use") {
				events, err = s.Use(aggregates.CurrencyOf("IRR", digits))
			}
			for _, e := range events {
				s = currency.Model.Evolve(s, e)
			}
			if err == nil && fixed == "" {
				fixed = aggregates.CurrencyOf("IRR", digits)
			}
			if fixed != "" && s.Currency() != fixed {
				t.Fatalf("%s became %s", fixed, s.Currency())
			}
		}
	})
}
