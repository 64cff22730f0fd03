package http

import (
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"aftersales/aggregates"
)

// How many wrong coupon codes or portal links may come from one client address,
// or one shop, at once, and after how long one more.
const (
	visitorBurst, visitorEvery = 10, 6 * time.Second
	shopBurst, shopEvery       = 100, time.Second
)

// mostGuessers bounds how many guessers are remembered; the one that was quiet
// for longest is forgotten first.
const mostGuessers = 1 << 16

// guesses limits wrong guesses, by whoever guesses. Right ones are free, so
// that a shop with many customers is never held up.
type guesses struct {
	burst int
	every time.Duration
	wrong string // the code of what a wrong guess is refused with
	who   *lru.Cache[string, *rate.Limiter]
}

func newGuesses(burst int, every time.Duration, wrong string) *guesses {
	who, err := lru.New[string, *rate.Limiter](mostGuessers)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return &guesses{burst: burst, every: every, wrong: wrong, who: who}
}

// limit lets h answer unless the caller has guessed wrong too often: then it is
// too_many_requests with Retry-After, whatever the code. What h refuses with
// the code wrong was a wrong guess. Requests that run at the same time may
// exceed the limit by their number.
func (g *guesses) limit(w http.ResponseWriter, who string, h func() error) error {
	if l, ok := g.who.Get(who); ok {
		if missing := 1 - l.Tokens(); missing > 0 {
			wait := time.Duration(missing * float64(g.every))
			w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
			return aggregates.Refuse("too_many_requests")
		}
	}
	err := h()
	if isRefusal(err, g.wrong) {
		fresh := rate.NewLimiter(rate.Every(g.every), g.burst)
		l, known, _ := g.who.PeekOrAdd(who, fresh)
		if !known {
			l = fresh
		}
		l.Allow()
	}
	return err
}

// isRefusal says whether an error is a refusal with the code.
func isRefusal(err error, code string) bool {
	refused := refusalsIn(err)
	return err != nil && len(refused) > 0 && refused[0].Code == code
}

// clientAddress is whom a request comes from: for IPv6 the network, since one
// client has many addresses in it. What a proxy says of its client is not
// believed, as anybody could say it.
func clientAddress(r *http.Request) string {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	address := at.Addr().Unmap()
	if address.Is6() {
		network, _ := address.Prefix(64) // every IPv6 address has one
		return network.String()
	}
	return address.String()
}
