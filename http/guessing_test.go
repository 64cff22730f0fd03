package http_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var codeGuesses = flag.Int("guesses", 100_000, "how many codes TestGuessingManyCodes tries")

// guessers are the addresses that the guesses come from.
const guessers = 50

// TestGuessingManyCodes (C10): many guesses from many addresses hit no live
// code, and all but a few of them are not even looked at.
func TestGuessingManyCodes(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.furnish()
	_, live := s.shared(nil)
	const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	var looked, held, hits atomic.Int64
	begin := time.Now()
	var wg sync.WaitGroup
	for n := range guessers {
		wg.Go(func() {
			for range *codeGuesses / guessers {
				guess := strings.Map(func(r rune) rune {
					if r == '-' {
						return r
					}
					return rune(letters[rand.IntN(len(letters))])
				}, live)
				r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://test/coupon/"+guess, nil)
				if err != nil {
					t.Error(err)
					return
				}
				r.RemoteAddr = fmt.Sprintf("203.0.113.%d:1000", n)
				switch a := s.direct(r); {
				case a.status == http.StatusNotFound && a.text("code") == "coupon_invalid":
					looked.Add(1)
				case a.status == http.StatusTooManyRequests && a.text("code") == "too_many_requests":
					held.Add(1)
				default:
					hits.Add(1)
				}
			}
		})
	}
	wg.Wait()
	// 10 at once and one more each 6 s for an address.
	most := guessers * (11 + int64(time.Since(begin)/(6*time.Second)))
	if hits.Load() > 0 || looked.Load() > most || held.Load() == 0 {
		t.Errorf("%d hits; %d guesses were looked at, at most %d should; %d were held up", hits.Load(), looked.Load(), most, held.Load())
	}
	s.open(live).leads("/shop", live)
}
