package aggregates_test

import (
	"encoding/json"
	"errors"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"aftersales/aggregates"
)

// domain.md 2.5: minor units per currency, IRR without any.
func TestMoneyHasTheDigitsOfItsCurrency(t *testing.T) {
	for text, want := range map[string]int64{"EUR 19.99": 1999, "EUR 5": 500, "JPY 12": 12, "KWD 1.234": 1234, "IRR 10": 10, "EUR -0.01": -1} {
		m, err := aggregates.ParseMoney(text[4:], aggregates.Currency(text[:3]))
		if err != nil || m.Minor != want {
			t.Errorf("%s is %d minor units, %v", text, m.Minor, err)
		}
	}
	for _, text := range []string{"EUR 1.999", "JPY 1.5", "IRR 0.1", "XXX 1", "EUR ", "EUR 1e2", "eur 1.00"} {
		if m, err := aggregates.ParseMoney(text[4:], aggregates.Currency(text[:3])); !errors.Is(err, aggregates.ErrMoney) {
			t.Errorf("%s was read as %+v, %v", text, m, err)
		}
	}
}

// D8: in JSON an amount is a string with the currency's digits.
func TestMoneyInJSON(t *testing.T) {
	b, err := json.Marshal(aggregates.Money{Minor: 1990, Currency: "EUR"})
	if err != nil || string(b) != `{"amount":"19.90","currency":"EUR"}` {
		t.Errorf("%s, %v", b, err)
	}
	var m aggregates.Money
	for _, text := range []string{`{"amount":19.9,"currency":"EUR"}`, `{"amount":"19.90101","currency":"EUR"}`, `{"amount":"1"}`, `{"amount":"1","currency":"EUR:3"}`, `{"amount":"1","currency":"EUR","x":1}`, `"19.90"`} {
		if err := json.Unmarshal([]byte(text), &m); err == nil {
			t.Errorf("%s was read as %+v", text, m)
		}
	}
}

func TestMoneySurvivesJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := aggregates.Money{
			Minor:    rapid.Int64Range(-99_999_999_999_999, 99_999_999_999_999).Draw(t, "minor"),
			Currency: rapid.SampledFrom([]aggregates.Currency{"EUR", "JPY", "KWD", "IRR", "GBP"}).Draw(t, "currency"),
		}
		b, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		var again aggregates.Money
		if err := json.Unmarshal(b, &again); err != nil || again != m {
			t.Fatalf("%+v became %+v, %v", m, again, err)
		}
	})
}

// domain.md 2.5: ties away from zero, never by floats.
func TestExtendRoundsTiesAwayFromZero(t *testing.T) {
	d := aggregates.MustDecimal
	for _, c := range []struct {
		quantity, price, discount string
		want                      int64
	}{
		{"10", "30.75", "5", 29213}, // 292.125
		{"1", "70", "5", 6650},
		{"1", "0.005", "0", 1},
		{"1", "-0.005", "0", -1},
		{"1", "0.0049", "0", 0},
		{"3", "1.05", "0", 315},
		{"1", "10", "100", 0},
	} {
		if got := aggregates.Extend(d(c.quantity), d(c.price), d(c.discount), "EUR"); got != c.want {
			t.Errorf("%s × %s − %s %% is %d, want %d", c.quantity, c.price, c.discount, got, c.want)
		}
	}
}

// Law: rounding is off by at most half a minor unit, and is symmetric.
func TestRoundingIsNearestAndSymmetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := big.NewRat(rapid.Int64Range(-1e12, 1e12).Draw(t, "numerator"), rapid.Int64Range(1, 1e6).Draw(t, "denominator"))
		got := aggregates.RoundMinor(v, "EUR")
		off := new(big.Rat).Sub(v, aggregates.MinorRat(got, "EUR"))
		if off.Abs(off).Cmp(big.NewRat(1, 200)) > 0 {
			t.Fatalf("%s rounds to %d", v, got)
		}
		if back := aggregates.RoundMinor(new(big.Rat).Neg(v), "EUR"); back != -got {
			t.Fatalf("%s rounds to %d, its opposite to %d", v, got, back)
		}
	})
}
