package commands

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"flag"
	"hash/maphash"
	"slices"
	"strings"
	"testing"
)

var couponDraws = flag.Int("codes", 5_000_000, "how many codes and links TestCodeEntropy draws")

// TestCodeEntropy (C9): codes have 80 random bits and the tokens of links 130:
// letters of an alphabet of 32, all alike at every place, and none comes twice,
// as ten of 40 bits would. With 31 degrees of freedom chi-square exceeds 120
// less than once in 10^11 places, and two hashes of 64 bits are equal in one of
// a million runs, so the test fails for a bias and not by chance.
func TestCodeEntropy(t *testing.T) {
	const limit = 120
	if codeLength*5 < 80 || linkTokenLength*5 < 128 {
		t.Errorf("codes have %d bits, links %d", codeLength*5, linkTokenLength*5)
	}
	seed := maphash.MakeSeed()
	codes, links := make([]uint64, *couponDraws), make([]uint64, *couponDraws)
	var times [codeLength + linkTokenLength][256]int
	random := bufio.NewReader(rand.Reader)
	for n := range *couponDraws {
		drawn, err := newCouponSecrets(random)
		if err != nil {
			t.Fatal(err)
		}
		code, link := strings.ReplaceAll(drawn.Code, "-", ""), drawn.Link
		if len(code) != codeLength || len(link) != linkTokenLength {
			t.Fatalf("%+v", drawn)
		}
		if n < 1000 && normalCode(strings.ToLower(drawn.Code)) != code {
			t.Errorf("%s is %s when typed in small letters", code, normalCode(strings.ToLower(drawn.Code)))
		}
		codes[n], links[n] = maphash.String(seed, code), maphash.String(seed, link)
		for i, letter := range []byte(code + link) {
			times[i][letter]++
		}
	}
	for what, drawn := range map[string][]uint64{"codes": codes, "links": links} {
		slices.Sort(drawn)
		if n := len(slices.Compact(drawn)); n != *couponDraws {
			t.Errorf("%d %s come twice", *couponDraws-n, what)
		}
	}
	each := float64(*couponDraws) / float64(len(crockford))
	for place, counted := range times {
		sum, total := 0.0, 0
		for i := range crockford {
			n := counted[crockford[i]]
			total += n
			off := float64(n) - each
			sum += off * off / each
		}
		if sum > limit || total != *couponDraws {
			t.Errorf("place %d: chi-square %.0f, %d of %d letters in the alphabet", place, sum, total, *couponDraws)
		}
	}
}

// A code and a link are found by different hashes, each keyed, and neither is in
// what the log keeps of the other.
func TestHashesOfCodesAndLinksDiffer(t *testing.T) {
	var hashes []string
	for _, key := range []byte{1, 2} {
		s, err := NewSecrets(bytes.Repeat([]byte{key}, SecretSize))
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, s.HashCode("ABCD"), s.HashLink("ABCD"))
	}
	for i, h := range hashes {
		for _, other := range hashes[:i] {
			if h == other || len(h) != 64 {
				t.Errorf("hashes %v", hashes)
			}
		}
	}
}
