package http_test

import (
	"context"
	"flag"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aftersales/eventstore"
	api "aftersales/http"
)

var timedGuesses = flag.Int("timings", 0, "how many share links TestGuessingTiming opens and times as well")

// timers open links at the same time.
const timers = 100

// readings counts what is asked of the log, and what is written to it.
type readings struct {
	eventstore.Store
	reads, appends atomic.Int64
}

func (r *readings) ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[eventstore.Recorded, error] {
	r.reads.Add(1)
	return r.Store.ReadStream(ctx, stream, from)
}

func (r *readings) Append(ctx context.Context, stream string, expected eventstore.Expected, events []eventstore.Proposed) (eventstore.Appended, error) {
	r.appends.Add(1)
	return r.Store.Append(ctx, stream, expected, events)
}

// readingsOfALink is how many streams the service looks at to find out that a
// link cannot be used: whose it is, the coupon and the program, be they there or not.
const readingsOfALink = 3

// TestGuessingTiming (C10): how long the answer takes does not tell a link that
// is unknown from one that was used up, expired or revoked. Each gets the same
// answer, not before the time that all take; finding out takes the same looks at
// the log and writes nothing. With -timings 100000 they are timed: Welch's t-test, as
// those who look for such differences do it, where |t| below 4.5 is no difference.
func TestGuessingTiming(t *testing.T) {
	if *timedGuesses == 0 {
		t.Parallel()
	}
	log := new(readings)
	s := furnished(t, func(s *service) {
		s.store = func(store eventstore.Store) eventstore.Store { log.Store = store; return log }
	})
	used, expired, gone := s.shared(nil), s.shared(m{"valid_until": "2026-03-10"}), s.shared(nil)
	s.post("/v1/coupons/redeem", m{"code": used.code, "order": "W1", "customer": id("customer")})
	s.post(gone.path+"/revoke", m{"reason": "Sent by mistake"})
	s.jumpTo("2026-03-11T12:00:00Z")
	names, known := []string{"unknown", "used", "expired", "revoked"}, []string{"", used.token, expired.token, gone.token}
	s.settles()
	first := s.openFrom("10.1.0.0:1", codeLike(used.token)).told()
	for which, name := range names {
		for n := range 5 {
			token := known[which]
			if which == 0 {
				token = codeLike(used.token)
			}
			reads, appends, begin := log.reads.Load(), log.appends.Load(), time.Now()
			a := s.openFrom(fmt.Sprintf("10.0.%d.%d:1", which, n), token)
			if took := time.Since(begin); took < api.Uniform {
				t.Errorf("a link that is %s is answered after %s, before %s have passed", name, took, api.Uniform)
			}
			if diff := cmp.Diff(first, a.told()); diff != "" {
				t.Errorf("a link that is %s (-unknown +%s):\n%s", name, name, diff)
			}
			if reads := log.reads.Load() - reads; reads != readingsOfALink || log.appends.Load() != appends {
				t.Errorf("a link that is %s: %d looks at the log, %d appends", name, reads, log.appends.Load()-appends)
			}
		}
	}
	if *timedGuesses == 0 {
		return
	}
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
