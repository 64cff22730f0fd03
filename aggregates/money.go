package aggregates

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Currency is a currency together with the digits of its minor unit, so that an
// amount in minor units never loses its scale. An ISO 4217 code alone ("EUR") has
// the digits of isoDigits; other codes, and other digits, are written behind it
// ("IRR:2"). Each currency has one such text: equal texts are equal currencies.
type Currency string

// MaxCurrencyDigits is the most digits that a currency can have.
const MaxCurrencyDigits = 4

// isoDigits are the digits of currencies that need no registration. Exponents
// follow ISO 4217, but IRR, whose cent does not exist in practice (domain.md
// 2.5). Events refer to them: this table never changes, other currencies are
// registered.
var isoDigits = map[string]int{
	"AED": 2, "AUD": 2, "BGN": 2, "BHD": 3, "BRL": 2, "CAD": 2, "CHF": 2, "CLP": 0, "CNY": 2,
	"CZK": 2, "DKK": 2, "EUR": 2, "GBP": 2, "HKD": 2, "HUF": 2, "IDR": 2, "ILS": 2, "INR": 2,
	"IQD": 3, "IRR": 0, "ISK": 0, "JOD": 3, "JPY": 0, "KRW": 0, "KWD": 3, "MXN": 2, "MYR": 2,
	"NOK": 2, "NZD": 2, "OMR": 3, "PHP": 2, "PLN": 2, "QAR": 2, "RON": 2, "RUB": 2, "SAR": 2,
	"SEK": 2, "SGD": 2, "THB": 2, "TND": 3, "TRY": 2, "TWD": 2, "UAH": 2, "USD": 2, "VND": 0,
	"ZAR": 2,
}

// CurrencyOf is the currency with a code, three capital letters, and 0 to
// MaxCurrencyDigits digits. Of anything else the Digits are not known.
func CurrencyOf(code string, digits int) Currency {
	if n, iso := isoDigits[code]; iso && n == digits {
		return Currency(code)
	}
	return Currency(code + ":" + strconv.Itoa(digits))
}

// Code is what people call the currency: "EUR". It is all that may leave the
// program beside amounts that are written with their digits.
func (c Currency) Code() string {
	code, _, _ := strings.Cut(string(c), ":")
	return code
}

// IsCurrencyCode says whether a text is three capital letters.
func IsCurrencyCode(text string) bool {
	return len(text) == 3 && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// Digits is the number of digits after the point, and whether c is known: an
// unregistered code without digits of its own is not.
func (c Currency) Digits() (int, bool) {
	if n, iso := isoDigits[string(c)]; iso {
		return n, true
	}
	_, suffix, _ := strings.Cut(string(c), ":")
	n, err := strconv.Atoi(suffix)
	known := err == nil && n >= 0 && n <= MaxCurrencyDigits && IsCurrencyCode(c.Code()) && c == CurrencyOf(c.Code(), n)
	if !known {
		return 0, false
	}
	return n, true
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
		return Money{}, fmt.Errorf("currency %q: %w", c.Code(), ErrMoney)
	}
	minor, err := parseFixed(amount, digits)
	if err != nil {
		return Money{}, fmt.Errorf("%q %s: %w", amount, c.Code(), ErrMoney)
	}
	return Money{Minor: minor, Currency: c}, nil
}

// Amount writes the decimal string with all the currency's digits ("19.90").
func (m Money) Amount() string {
	digits, _ := m.Currency.Digits()
	return formatFixed(m.Minor, digits)
}

// In is the same amount in the digits of c. It is an error when the amount is
// written with more digits, or c is another currency or not known.
func (m Money) In(c Currency) (Money, error) {
	if m.Currency.Code() != c.Code() {
		return Money{}, fmt.Errorf("%s in %s: %w", m.Currency.Code(), c.Code(), ErrMoney)
	}
	return ParseMoney(m.Amount(), c)
}

type moneyJSON struct {
	Amount   string   `json:"amount"`
	Currency Currency `json:"currency"`
}

// MarshalJSON writes {"amount":"19.90","currency":"EUR"}: the digits of the
// amount are those of the currency.
func (m Money) MarshalJSON() ([]byte, error) {
	return json.Marshal(moneyJSON{m.Amount(), Currency(m.Currency.Code())})
}

// UnmarshalJSON reads what MarshalJSON writes. The currency has the digits that
// the amount is written with, whatever people write; In brings those to the
// digits that it really has. A code that is none, more digits than any currency
// has, another field or a JSON number is an error.
func (m *Money) UnmarshalJSON(b []byte) error {
	var j moneyJSON
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	err := d.Decode(&j)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMoney, err)
	}
	_, fraction, _ := strings.Cut(j.Amount, ".")
	*m, err = ParseMoney(j.Amount, CurrencyOf(string(j.Currency), len(fraction)))
	return err
}

// Extend is quantity × price less a percentage discount, rounded to minor
// units of c, ties away from zero.
func Extend(quantity, price, discountPercent Decimal, c Currency) int64 {
	v := new(big.Rat).Mul(quantity.Rat(), price.Rat())
	v.Mul(v, new(big.Rat).Sub(big.NewRat(1, 1), new(big.Rat).Quo(discountPercent.Rat(), big.NewRat(100, 1))))
	return RoundMinor(v, c)
}

// tooLarge is the first amount, in whole units, that texts of 12 digits cannot carry.
var tooLarge = big.NewRat(1_000_000_000_000, 1)

// TooLarge says whether an exact amount in whole units, whatever its sign, is more
// than a money text can carry: documents refuse it with amount_too_large, and so sums
// of minor units stay far from overflow.
func TooLarge(v *big.Rat) bool { return new(big.Rat).Abs(v).Cmp(tooLarge) >= 0 }

// LimitOf is the first amount too large in minor units of c.
func LimitOf(c Currency) int64 { return RoundMinor(tooLarge, c) }

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
