package aggregates_test

import (
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"aftersales/aggregates"
)

func TestADecimalReadsAndWritesTheShortestExactForm(t *testing.T) {
	for text, want := range map[string]string{
		"3": "3", "0.5": "0.5", "0.50": "0.5", "-1.250000": "-1.25", "0": "0", "-0": "0", "0.000001": "0.000001",
		"999999999999.999999": "999999999999.999999", "007": "7",
	} {
		d, err := aggregates.ParseDecimal(text)
		if err != nil || d.String() != want {
			t.Errorf("%s reads as %s, %v", text, d, err)
		}
	}
	for _, text := range []string{"", "-", ".", "1.", ".5", "+1", " 1", "1e3", "0x1", "1,5", "1.0000001", "1000000000000", "--1", "۱"} {
		if d, err := aggregates.ParseDecimal(text); !errors.Is(err, aggregates.ErrDecimal) {
			t.Errorf("%q reads as %s, %v", text, d, err)
		}
	}
}

func TestADecimalInJSONIsAStringAndNeverANumber(t *testing.T) {
	b, err := json.Marshal(aggregates.MustDecimal("0.5"))
	if err != nil || string(b) != `"0.5"` {
		t.Errorf("%s, %v", b, err)
	}
	var d aggregates.Decimal
	for _, text := range []string{`0.5`, `1`, `"x"`, `{}`, `true`} {
		if err := json.Unmarshal([]byte(text), &d); err == nil {
			t.Errorf("%s was read as %s", text, d)
		}
	}
}

func TestASumIsHeldToWhatTextsHold(t *testing.T) {
	for _, c := range [][3]string{
		{"0.5", "1.25", "1.75"},
		{"999999999999.999999", "0.000001", "999999999999.999999"},
		{"999999999999.999999", "-999999999999.999999", "0"},
		{"-999999999999", "-999999999999", "-999999999999.999999"},
	} {
		if got := aggregates.MustDecimal(c[0]).Plus(aggregates.MustDecimal(c[1])).String(); got != c[2] {
			t.Errorf("%s plus %s is %s, want %s", c[0], c[1], got, c[2])
		}
	}
}

func TestDigitsAreThoseInUse(t *testing.T) {
	for text, want := range map[string]int{"0": 0, "3": 0, "0.5": 1, "0.10": 1, "1.25": 2, "0.000001": 6, "-0.3": 1} {
		if got := aggregates.MustDecimal(text).Digits(); got != want {
			t.Errorf("%s has %d digits, want %d", text, got, want)
		}
	}
}

// Law: what is written is read again, and means what math/big says it means.
func TestADecimalSurvivesItsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := aggregates.Decimal(rapid.Int64Range(-999_999_999_999_999_999, 999_999_999_999_999_999).Draw(t, "millionths"))
		again, err := aggregates.ParseDecimal(d.String())
		if err != nil || again != d {
			t.Fatalf("%s became %s, %v", d, again, err)
		}
		want, ok := new(big.Rat).SetString(d.String())
		if !ok || want.Cmp(d.Rat()) != 0 {
			t.Fatalf("%s means %s, not %s", d, d.Rat(), want)
		}
	})
}

func FuzzParseDecimal(f *testing.F) {
	for _, seed := range []string{"1.5", "-0", "", "1e9", strings.Repeat("9", 30)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := aggregates.ParseDecimal(text)
		if err != nil {
			return
		}
		if want, ok := new(big.Rat).SetString(text); !ok || want.Cmp(d.Rat()) != 0 {
			t.Errorf("%q was read as %s", text, d)
		}
	})
}
