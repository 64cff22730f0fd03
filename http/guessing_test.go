package http_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"aftersales/aggregates/directory"
	"aftersales/commands"
)

var (
	codeGuesses = flag.Int("guesses", 100_000, "how many codes TestGuessingManyCodes tries")
	liveCodes   = flag.Int("codes", 20_000, "how many links and codes are live while TestGuessingManyCodes tries")
)

// mostRepeated is how often a busy service may have no answer to a guess.
const mostRepeated = 1000

// guessers are the addresses, and the shops, that the guesses come from.
const guessers = 25

// tries are what came of guesses: anything but that there is no such code, that
// one must wait, or that the service cannot tell, tells of a code.
type tries struct{ hits, looked, held, repeated atomic.Int64 }

// guess counts what comes of a guess, which is repeated while a busy service
// has no answer to it.
func (c *tries) guess(ask func() answer) {
	for {
		a := ask()
		switch {
		case a.text("code") == "coupon_invalid":
			c.looked.Add(1)
		case a.status == http.StatusTooManyRequests && a.text("code") == "too_many_requests":
			c.held.Add(1)
		case a.status == http.StatusServiceUnavailable && c.repeated.Add(1) < mostRepeated:
			continue
		default:
			c.hits.Add(1)
			a.t.Errorf("%s: %d %s", a.what, a.status, a.body)
		}
		return
	}
}

// judge checks that there was no hit, and no more looks than a guesser has at
// once, and one more each time that every has passed.
func (c *tries) judge(t *testing.T, what string, atOnce int64, every, took time.Duration) {
	t.Helper()
	most := guessers * (atOnce + 1 + int64(took/every))
	t.Logf("guessed %s: %d hits, %d looked at, %d held up, %d repeated", what, c.hits.Load(), c.looked.Load(), c.held.Load(), c.repeated.Load())
	if c.hits.Load() > 0 || c.looked.Load() > most || c.looked.Load() == 0 || c.held.Load() == 0 {
		t.Errorf("guessed %s: %d hits; %d were looked at, of at most %d; %d were held up", what, c.hits.Load(), c.looked.Load(), most, c.held.Load())
	}
}

// TestGuessingManyCodes (C10): many guesses, of links from many addresses and of
// codes by many shops, hit nothing live, and all but a few of them are not even
// looked at.
func TestGuessingManyCodes(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	live := s.shared(nil)
	links, codes := s.manyLive(live, *liveCodes)
	var guessedLinks, guessedCodes tries
	begin := time.Now()
	var wg sync.WaitGroup
	for n := range guessers {
		shop := as(s.token(fmt.Sprint("shop ", n), []string{"integration"}, nil))
		wg.Go(func() {
			for range *codeGuesses / guessers * 9 / 10 {
				token := codeLike(live.token)
				guessedLinks.guess(func() answer { return s.openFrom(fmt.Sprintf("203.0.113.%d:1000", n), token) })
			}
		})
		wg.Go(func() {
			for range *codeGuesses / guessers / 10 {
				code := m{"code": codeLike(live.code)}
				guessedCodes.guess(func() answer {
					r, err := s.request(http.MethodPost, "/v1/coupons/check", code, shop)
					if err != nil {
						panic(err) // it is the same but for the code
					}
					return s.direct(r)
				})
			}
		})
	}
	wg.Wait()
	took := time.Since(begin)
	guessedLinks.judge(t, "links", 10, 6*time.Second, took)
	guessedCodes.judge(t, "codes", 100, time.Second, took)
	for _, link := range append(links, live.token) {
		s.open(link).leads("/shop", live.code)
	}
	for _, code := range append(codes, live.code) {
		s.post("/v1/coupons/check", m{"code": code})
	}
}

// codeLike draws a code or token of that form.
func codeLike(form string) string {
	const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	return strings.Map(func(r rune) rune {
		if r == '-' {
			return r
		}
		return rune(letters[rand.IntN(len(letters))])
	}, form)
}

// openFrom opens a share link from a client's address, without the network.
func (s *service) openFrom(address, token string) answer {
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, "http://test/coupon/"+token, nil)
	if err != nil {
		panic(err) // tokens have letters and digits only
	}
	r.RemoteAddr = address
	return s.direct(r)
}

// manyLive makes as many links, and as many codes, live as n says, all of the
// same coupon: in the log, since so many commands would take hours. It answers a
// few of them.
func (s *service) manyLive(live gift, n int) (links, codes []string) {
	s.t.Helper()
	secrets := must(commands.NewSecrets(make([]byte, commands.SecretSize)))(s.t)
	ctx := s.t.Context() // a million take longer than the tests' patience
	db := must(pgx.Connect(ctx, s.env.DatabaseURL))(s.t)
	defer db.Close(ctx)
	claim := func(kind, secret string, hash func(string) string) (c claimed) {
		c.kind, c.like, c.hash = kind, secret, hash
		err := db.QueryRow(ctx, "SELECT type, flags, created, data, meta FROM es.event WHERE stream = $1", directory.Stream(kind, hash(secret))).
			Scan(&c.event, &c.flags, &c.created, &c.data, &c.meta)
		if err != nil || !bytes.Contains(c.data, []byte(hash(secret))) {
			s.t.Fatalf("the claim of a %s: %v in %s", kind, err, c.data)
		}
		return c
	}
	link, code := claim("coupon_link", live.token, secrets.HashLink), claim("coupon_code", live.code, secrets.HashCode)
	s.stop()
	s.env.StopNode(s.t)
	var last int64
	if err := db.QueryRow(ctx, "SELECT max(pos) FROM es.event").Scan(&last); err != nil {
		s.t.Fatal(err)
	}
	links, err := link.repeat(ctx, db, last, n)
	if err == nil {
		codes, err = code.repeat(ctx, db, last+int64(n), n)
	}
	if err == nil {
		_, err = db.Exec(ctx, "ANALYZE es.event") // as it would be by then
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.env.StartNode(s.t)
	s.start()
	return links, codes
}

// claimed is the event that says whose a secret is.
type claimed struct {
	kind, like     string // of the secret
	hash           func(string) string
	event          string
	flags, created int64
	data, meta     []byte
}

// repeat writes n claims of other secrets of that form behind the position and
// answers some of them.
func (c claimed) repeat(ctx context.Context, db *pgx.Conn, last int64, n int) (some []string, err error) {
	at := 0
	_, err = db.CopyFrom(ctx, pgx.Identifier{"es", "event"}, []string{"pos", "stream", "rev", "id", "type", "flags", "created", "data", "meta"},
		pgx.CopyFromFunc(func() ([]any, error) {
			if at == n {
				return nil, nil
			}
			at++
			secret := codeLike(c.like)
			if at%(n/10) == 0 {
				some = append(some, secret)
			}
			other := c.hash(secret)
			claim := bytes.ReplaceAll(c.data, []byte(c.hash(c.like)), []byte(other))
			return []any{last + int64(at), directory.Stream(c.kind, other), int64(0), [16]byte(uuid.New()), c.event, c.flags, c.created, claim, c.meta}, nil
		}))
	return some, err
}
