package aggregates

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// Decimal is an exact fixed-point number in millionths: quantities, unit
// prices, percentages and tax rates. It ranges over about ±9.2e12. Its zero
// value is 0. In JSON it is a decimal string ("0.5"); a JSON number is refused.
type Decimal int64

// DecimalDigits is the number of digits a Decimal keeps after the point.
const DecimalDigits = 6

const decimalOne = 1_000_000

// ErrDecimal is wrapped by every parse error of a Decimal.
var ErrDecimal = errors.New("not a decimal number with at most 12 digits before and 6 after the point")

// NewDecimal is the Decimal of a whole number n.
func NewDecimal(n int64) Decimal { return Decimal(n * decimalOne) }

// ParseDecimal reads an optional minus sign, digits, and at most six digits
// after a point: no exponent, no plus sign, no spaces.
func ParseDecimal(s string) (Decimal, error) {
	minor, err := parseFixed(s, DecimalDigits)
	if err != nil {
		return 0, fmt.Errorf("%q: %w", s, ErrDecimal)
	}
	return Decimal(minor), nil
}

// MustDecimal is ParseDecimal for constants of programs and tests; it panics.
func MustDecimal(s string) Decimal {
	d, err := ParseDecimal(s)
	if err != nil {
		panic(err)
	}
	return d
}

// String writes the shortest exact form: "3", "0.5", "-1.25".
func (d Decimal) String() string {
	s := formatFixed(int64(d), DecimalDigits)
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

// maxDecimal is the greatest that a text can hold.
const maxDecimal Decimal = 1_000_000*decimalOne*decimalOne - 1

// Plus is the sum of two decimals that texts can hold, held to the greatest and
// the least of them: what adds up over many documents must not wrap around.
func (d Decimal) Plus(e Decimal) Decimal { return max(-maxDecimal, min(d+e, maxDecimal)) }

// Digits is the number of digits after the point that d really uses, 0 to 6.
func (d Decimal) Digits() int {
	n, v := DecimalDigits, int64(d)
	for n > 0 && v%10 == 0 {
		v /= 10
		n--
	}
	return n
}

// MarshalText writes the String form, so that JSON shows a string.
func (d Decimal) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what ParseDecimal accepts.
func (d *Decimal) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDecimal(string(b))
	return err
}

// UnmarshalJSON accepts only a JSON string.
func (d *Decimal) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("%s: %w", b, ErrDecimal)
	}
	return d.UnmarshalText([]byte(s))
}

// Rat is the exact value of d, in whole units.
func (d Decimal) Rat() *big.Rat { return big.NewRat(int64(d), decimalOne) }

// maxDigits is how many decimal digits an int64 always holds.
const maxDigits = 18

// parseFixed reads a decimal string with at most the given digits after the
// point into units of 10^-digits.
func parseFixed(s string, digits int) (int64, error) {
	body, negative := strings.CutPrefix(s, "-")
	whole, frac, point := strings.Cut(body, ".")
	if whole == "" || (point && frac == "") || len(whole)+digits > maxDigits || len(frac) > digits {
		return 0, ErrDecimal
	}
	var n int64
	for _, c := range whole + frac + strings.Repeat("0", digits-len(frac)) {
		if c < '0' || c > '9' {
			return 0, ErrDecimal
		}
		n = n*10 + int64(c-'0')
	}
	if negative {
		n = -n
	}
	return n, nil
}

// formatFixed writes v units of 10^-digits with all its digits.
func formatFixed(v int64, digits int) string {
	sign, u := "", uint64(v)
	if v < 0 {
		sign, u = "-", uint64(-v)
	}
	s := fmt.Sprintf("%0*d", digits+1, u)
	if digits == 0 {
		return sign + s
	}
	return sign + s[:len(s)-digits] + "." + s[len(s)-digits:]
}
