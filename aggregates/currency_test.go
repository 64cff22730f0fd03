package aggregates_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"aftersales/aggregates"
)

// domain.md 2.5: the scale of a currency is the company's data; ISO 4217's needs
// no words.
func TestACurrencyCarriesItsDigits(t *testing.T) {
	for text, want := range map[aggregates.Currency]int{"EUR": 2, "IRR": 0, "KWD": 3, "IRR:2": 2, "EUR:0": 0, "XTS:4": 4} {
		if n, known := text.Digits(); n != want || !known {
			t.Errorf("%s has %d digits, known: %v", text, n, known)
		}
		if again := aggregates.CurrencyOf(text.Code(), want); again != text {
			t.Errorf("%s with %d digits is %s", text.Code(), want, again)
		}
	}
	for _, text := range []aggregates.Currency{"", "XTS", "EUR:2", "XTS:5", "XTS:-1", "XTS:", "XTS:02", "XTS:2:2", "xts:2", "EURO:2", ":2", "ریا:2"} {
		if n, known := text.Digits(); known || n != 0 {
			t.Errorf("%q is known with %d digits", text, n)
		}
	}
}

// A person's amount gets the digits of the currency, if it needs no more.
func TestAmountsGetTheDigitsOfTheirCurrency(t *testing.T) {
	for _, c := range []struct {
		sent, currency aggregates.Currency
		minor          int64
		want           string
	}{
		{"EUR:1", "EUR", 199, "19.90"},
		{"IRR", "IRR:2", 5, "5.00"},
		{"XTS:0", "XTS:4", -7, "-7.0000"},
		{"EUR", "EUR", 1, "0.01"},
		{"EUR:0", "EUR:0", 12, "12"},
	} {
		m, err := aggregates.Money{Minor: c.minor, Currency: c.sent}.In(c.currency)
		if err != nil || m.Currency != c.currency || m.Amount() != c.want {
			t.Errorf("%d %s in %s is %s %s, %v", c.minor, c.sent, c.currency, m.Amount(), m.Currency, err)
		}
	}
	for sent, currency := range map[aggregates.Currency]aggregates.Currency{"EUR:3": "EUR", "EUR": "USD", "XTS:1": "XTS", "IRR:2": "IRR"} {
		if m, err := (aggregates.Money{Minor: 10, Currency: sent}).In(currency); !errors.Is(err, aggregates.ErrMoney) {
			t.Errorf("%s in %s is %+v, %v", sent, currency, m, err)
		}
	}
}

func anyCurrency(t *rapid.T) aggregates.Currency {
	code := rapid.SampledFrom([]string{"EUR", "JPY", "KWD", "IRR", "XTS", "AFN"}).Draw(t, "code")
	return aggregates.CurrencyOf(code, rapid.IntRange(0, aggregates.MaxCurrencyDigits).Draw(t, "digits"))
}

// Law: with any digits an amount survives its text and its JSON, where nothing
// but the code tells of the currency.
func TestMoneyRoundTripsWithAnyDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := aggregates.Money{Minor: rapid.Int64Range(-99_999_999_999_999, 99_999_999_999_999).Draw(t, "minor"), Currency: anyCurrency(t)}
		read, err := aggregates.ParseMoney(m.Amount(), m.Currency)
		if err != nil || read != m {
			t.Fatalf("%+v was read as %+v, %v", m, read, err)
		}
		b, err := json.Marshal(m)
		if err != nil || string(b) != fmt.Sprintf(`{"amount":%q,"currency":%q}`, m.Amount(), m.Currency.Code()) {
			t.Fatalf("%s, %v", b, err)
		}
		var again aggregates.Money
		if err := json.Unmarshal(b, &again); err != nil || again != m {
			t.Fatal(cmp.Diff(m, again), err)
		}
	})
}

// Law: no digits lose what rounding to them has kept.
func TestMinorUnitsAreExactWithAnyDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minor, c := rapid.Int64Range(-1e15, 1e15).Draw(t, "minor"), anyCurrency(t)
		if again := aggregates.RoundMinor(aggregates.MinorRat(minor, c), c); again != minor {
			t.Fatalf("%d of %s became %d", minor, c, again)
		}
	})
}
