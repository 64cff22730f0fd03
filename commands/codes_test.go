package commands

import (
	"crypto/rand"
	"strings"
	"testing"
)

// Codes have 80 random bits: 16 letters of an alphabet of 32, all alike at every
// place. With 31 degrees of freedom chi-square exceeds 120 less than once in
// 10^11 places, so the test fails for a bias and not by chance.
func TestCodeEntropy(t *testing.T) {
	const codes, limit = 10_000, 120
	seen := map[string]bool{}
	var times [codeLength][256]int
	for range codes {
		code, err := newCode(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		letters := strings.ReplaceAll(code, "-", "")
		if len(letters) != codeLength || codeLength*5 < 80 || seen[letters] || normalCode(strings.ToLower(code)) != letters {
			t.Fatalf("code %q, seen before: %v", code, seen[letters])
		}
		seen[letters] = true
		for i := range letters {
			times[i][letters[i]]++
		}
	}
	for place, counted := range times {
		sum, total := 0.0, 0
		for i := range crockford {
			n := counted[crockford[i]]
			total += n
			off := float64(n) - codes/32.0
			sum += off * off / (codes / 32.0)
		}
		if sum > limit || total != codes {
			t.Errorf("place %d: chi-square %.0f, %d of %d letters in the alphabet", place, sum, total, codes)
		}
	}
}
