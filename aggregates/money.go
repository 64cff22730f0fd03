package aggregates

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// Currency is an ISO 4217 code.
type Currency string

// currencyDigits holds the currencies whose minor unit is not a hundredth, and
// names those in use that have two digits. Exponents follow ISO 4217, but IRR,
// whose cent does not exist in practice (domain.md 2.5).
var currencyDigits = map[Currency]int{
	"AED": 2, "AUD": 2, "BGN": 2, "BHD": 3, "BRL": 2, "CAD": 2, "CHF": 2, "CLP": 0, "CNY": 2,
	"CZK": 2, "DKK": 2, "EUR": 2, "GBP": 2, "HKD": 2, "HUF": 2, "IDR": 2, "ILS": 2, "INR": 2,
	"IQD": 3, "IRR": 0, "ISK": 0, "JOD": 3, "JPY": 0, "KRW": 0, "KWD": 3, "MXN": 2, "MYR": 2,
	"NOK": 2, "NZD": 2, "OMR": 3, "PHP": 2, "PLN": 2, "QAR": 2, "RON": 2, "RUB": 2, "SAR": 2,
	"SEK": 2, "SGD": 2, "THB": 2, "TND": 3, "TRY": 2, "TWD": 2, "UAH": 2, "USD": 2, "VND": 0,
	"ZAR": 2,
}

// Digits is the number of digits after the point, and whether c is known.
func (c Currency) Digits() (int, bool) {
	n, ok := currencyDigits[c]
	return n, ok
}

// Price writes a unit price with at least the currency's digits: "100.00",
// "0.125".
func (c Currency) Price(d Decimal) string {
	digits, _ := c.Digits()
	s := d.String()
	if digits == 0 {
		return s
	}
	whole, fraction, _ := strings.Cut(s, ".")
	return whole + "." + fraction + strings.Repeat("0", max(0, digits-len(fraction)))
}

// Money is an exact amount in minor units of a currency (cents, yen, fils).
type Money struct {
	Minor    int64
	Currency Currency
}

// ErrMoney is wrapped by every parse error of Money.
var ErrMoney = errors.New("not an amount of money")

// ParseMoney reads a decimal string with at most the currency's digits.
func ParseMoney(amount string, c Currency) (Money, error) {
	digits, ok := c.Digits()
	if !ok {
		return Money{}, fmt.Errorf("currency %q: %w", c, ErrMoney)
	}
	minor, err := parseFixed(amount, digits)
	if err != nil {
		return Money{}, fmt.Errorf("%q %s: %w", amount, c, ErrMoney)
	}
	return Money{Minor: minor, Currency: c}, nil
}

// Amount writes the decimal string with all the currency's digits ("19.90").
func (m Money) Amount() string {
	digits, _ := m.Currency.Digits()
	return formatFixed(m.Minor, digits)
}

type moneyJSON struct {
	Amount   string   `json:"amount"`
	Currency Currency `json:"currency"`
}

// MarshalJSON writes {"amount":"19.90","currency":"EUR"}.
func (m Money) MarshalJSON() ([]byte, error) {
	return json.Marshal(moneyJSON{m.Amount(), m.Currency})
}

// UnmarshalJSON reads what MarshalJSON writes; more digits than the currency
// has, an unknown currency, another field or a JSON number is an error.
func (m *Money) UnmarshalJSON(b []byte) error {
	var j moneyJSON
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	err := d.Decode(&j)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMoney, err)
	}
	*m, err = ParseMoney(j.Amount, j.Currency)
	return err
}

// Extend is quantity × price less a percentage discount, rounded to minor
// units of c, ties away from zero.
func Extend(quantity, price, discountPercent Decimal, c Currency) int64 {
	v := new(big.Rat).Mul(quantity.Rat(), price.Rat())
	v.Mul(v, new(big.Rat).Sub(big.NewRat(1, 1), new(big.Rat).Quo(discountPercent.Rat(), big.NewRat(100, 1))))
	return RoundMinor(v, c)
}

// RoundMinor rounds an exact amount in whole currency units to minor units,
// ties away from zero.
func RoundMinor(v *big.Rat, c Currency) int64 {
	digits, _ := c.Digits()
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	return roundRat(new(big.Rat).Mul(v, new(big.Rat).SetInt(scale)))
}

// MinorRat is an amount in minor units of c as an exact number of whole units.
func MinorRat(minor int64, c Currency) *big.Rat {
	digits, _ := c.Digits()
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	return new(big.Rat).SetFrac(big.NewInt(minor), scale)
}

func roundRat(v *big.Rat) int64 {
	twice := new(big.Int).Mul(v.Num(), big.NewInt(2))
	den := new(big.Int).Mul(v.Denom(), big.NewInt(2))
	if v.Sign() >= 0 {
		twice.Add(twice, v.Denom())
	} else {
		twice.Sub(twice, v.Denom())
	}
	return new(big.Int).Quo(twice, den).Int64()
}
