package http_test

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

var timedGuesses = flag.Int("timings", 0, "how many share links TestGuessingTiming opens and times; none by default, for tests assert no times")

// timers open links at the same time.
const timers = 100

// TestGuessingTiming (C10): how long the answer takes does not tell a link that
// is unknown from one that was used up, expired or revoked. Welch's t-test, as
// those who look for such differences do it: |t| below 4.5 is no difference.
// go test ./http -run TestGuessingTiming -timings 100000
func TestGuessingTiming(t *testing.T) {
	if *timedGuesses == 0 {
		t.Skip("run with -timings 100000")
	}
	s := furnished(t)
	used, expired, gone := s.shared(nil), s.shared(m{"valid_until": "2026-03-10"}), s.shared(nil)
	s.post("/v1/coupons/redeem", m{"code": used.code, "order": "W1", "customer": id("customer")})
	s.post(gone.path+"/revoke", m{"reason": "Sent by mistake"})
	s.jumpTo("2026-03-11T12:00:00Z")
	names, known := []string{"unknown", "used", "expired", "revoked"}, []string{"", used.token, expired.token, gone.token}
	taken, mu, wg := make([]sample, len(names)), sync.Mutex{}, sync.WaitGroup{}
	for timer := range timers {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(timer)))
			for n := range *timedGuesses / timers {
				which := random.IntN(len(names))
				token := codeLike(used.token)
				if which > 0 {
					token = known[which]
				}
				address := fmt.Sprintf("10.%d.%d.%d:1", timer, n/256%256, n%256) // none is held up
				begin := time.Now()
				a := s.openFrom(address, token)
				took := time.Since(begin)
				if a.text("code") != "coupon_invalid" {
					t.Errorf("%s: %d %s", names[which], a.status, a.body)
				}
				mu.Lock()
				taken[which].add(took.Seconds())
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for which, name := range names {
		score := taken[0].welch(taken[which])
		t.Logf("%s: %.0f answers in %.3f ms, standard deviation %.3f ms, t %.2f", name, taken[which].n, taken[which].mean*1e3, math.Sqrt(taken[which].variance())*1e3, score)
		if math.Abs(score) >= 4.5 {
			t.Errorf("links that are %s are told from unknown ones", name)
		}
	}
}

// sample is some measurements, as Welford's method keeps them.
type sample struct{ n, mean, squares float64 }

func (s *sample) add(x float64) {
	s.n++
	off := x - s.mean
	s.mean += off / s.n
	s.squares += off * (x - s.mean)
}

func (s sample) variance() float64 { return s.squares / (s.n - 1) }

// welch is the t of Welch's test that both samples have the same mean.
func (s sample) welch(other sample) float64 {
	return (s.mean - other.mean) / math.Sqrt(s.variance()/s.n+other.variance()/other.n)
}
