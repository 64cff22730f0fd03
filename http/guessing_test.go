package http_test

import (
	"bytes"
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
	liveCodes   = flag.Int("codes", 20_000, "how many links are live while TestGuessingManyCodes tries")
)

// guessers are the addresses that the guesses come from.
const guessers = 50

// TestGuessingManyCodes (C10): many guesses from many addresses, of links and of
// codes, hit nothing live, and all but a few of them are not even looked at.
func TestGuessingManyCodes(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.furnish()
	live := s.shared(nil)
	others := s.manyLinks(live, *liveCodes)
	var looked, held, hits atomic.Int64
	begin := time.Now()
	var wg sync.WaitGroup
	for n := range guessers {
		wg.Go(func() {
			like := []string{live.token, live.code}[n%2]
			for range *codeGuesses / guessers {
				switch a := s.openFrom(fmt.Sprintf("203.0.113.%d:1000", n), codeLike(like)); {
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
	t.Logf("%d guesses among %d live links: %d hits, %d looked at, %d held up", *codeGuesses, *liveCodes, hits.Load(), looked.Load(), held.Load())
	// 10 at once and one more each 6 s for an address.
	most := guessers * (11 + int64(time.Since(begin)/(6*time.Second)))
	if hits.Load() > 0 || looked.Load() > most || held.Load() == 0 {
		t.Errorf("%d hits; %d guesses were looked at, at most %d should; %d were held up", hits.Load(), looked.Load(), most, held.Load())
	}
	s.open(live.token).leads("/shop", live.code)
	for _, other := range others {
		s.open(other).leads("/shop", live.code)
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

// manyLinks makes as many links live as n says, all of the same coupon: in the
// log, since so many commands would take hours. It answers a few of them.
func (s *service) manyLinks(live gift, n int) (some []string) {
	s.t.Helper()
	secrets := must(commands.NewSecrets(make([]byte, commands.SecretSize)))(s.t)
	ctx := s.t.Context() // a million take longer than the tests' patience
	db := must(pgx.Connect(ctx, s.env.DatabaseURL))(s.t)
	defer db.Close(ctx)
	var last, flags, created int64
	var kind string
	var data, meta []byte
	hash := secrets.HashLink(live.token)
	err := db.QueryRow(ctx, "SELECT type, flags, created, data, meta FROM es.event WHERE stream = $1", directory.Stream("coupon_link", hash)).
		Scan(&kind, &flags, &created, &data, &meta)
	if err != nil || !bytes.Contains(data, []byte(hash)) {
		s.t.Fatalf("the claim of a link: %v in %s", err, data)
	}
	s.stop()
	s.env.StopNode(s.t)
	if err := db.QueryRow(ctx, "SELECT max(pos) FROM es.event").Scan(&last); err != nil {
		s.t.Fatal(err)
	}
	at := 0
	_, err = db.CopyFrom(ctx, pgx.Identifier{"es", "event"}, []string{"pos", "stream", "rev", "id", "type", "flags", "created", "data", "meta"},
		pgx.CopyFromFunc(func() ([]any, error) {
			if at == n {
				return nil, nil
			}
			at++
			token := codeLike(live.token)
			if at%(n/10) == 0 {
				some = append(some, token)
			}
			other := secrets.HashLink(token)
			claim := bytes.ReplaceAll(data, []byte(hash), []byte(other))
			return []any{last + int64(at), directory.Stream("coupon_link", other), int64(0), [16]byte(uuid.New()), kind, flags, created, claim, meta}, nil
		}))
	if err == nil {
		_, err = db.Exec(ctx, "ANALYZE es.event") // as it would be by then
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.env.StartNode(s.t)
	s.start()
	return some
}
