package http

import (
	"context"
	"net/http"
	"strings"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"aftersales/aggregates"
	"aftersales/commands"
)

// authentication is done once for a request, by whoever asks first.
type authentication struct {
	once      sync.Once
	principal commands.Principal
	err       error
}

// withAuthentication forgets who the caller was found to be.
func withAuthentication(ctx context.Context) context.Context {
	return context.WithValue(ctx, authenticationKey, new(authentication))
}

// principal is who the bearer token stands for. Refusals: unauthenticated, and
// too_many_requests for a caller beyond the quota; who is not known counts by
// address.
func (s *Server) principal(r *http.Request) (commands.Principal, error) {
	a, _ := r.Context().Value(authenticationKey).(*authentication)
	if a == nil {
		a = new(authentication)
	}
	a.once.Do(func() {
		a.principal, a.err = s.authenticate(r)
		caller := a.principal.Caller()
		if isRefusal(a.err, "unauthenticated") {
			caller = "address " + clientAddress(r)
		}
		if !s.callers.allows(caller) {
			a.err = aggregates.Refuse("too_many_requests")
		}
	})
	return a.principal, a.err
}

func (s *Server) authenticate(r *http.Request) (commands.Principal, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return commands.Principal{}, aggregates.Refuse("unauthenticated")
	}
	if commands.EqualTokens(token, s.AdminToken) {
		return commands.Admin, nil
	}
	if s.OIDC != nil && strings.Count(token, ".") == 2 { // ours have no dots
		p, issued, err := s.OIDC.authenticate(r.Context(), token)
		if err == nil && p.IsCustomer() {
			err = s.Commands.AdmitCustomer(r.Context(), p.Customer, issued)
		}
		return p, err
	}
	return s.Commands.Authenticate(r.Context(), token)
}

// quotaBurst is how many seconds' worth of requests may come at once.
const quotaBurst = 10

// mostCallers bounds how many callers are remembered; the one that was quiet
// for longest is forgotten first, and by then has its whole quota again.
const mostCallers = 1 << 16

// quota limits requests by caller.
type quota struct {
	perSecond float64
	callers   *lru.Cache[string, *rate.Limiter]
}

func newQuota(perSecond float64) *quota {
	callers, err := lru.New[string, *rate.Limiter](mostCallers)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return &quota{perSecond: perSecond, callers: callers}
}

func (q *quota) allows(caller string) bool {
	if q.perSecond <= 0 {
		return true
	}
	fresh := rate.NewLimiter(rate.Limit(q.perSecond), max(1, int(q.perSecond*quotaBurst)))
	l, known, _ := q.callers.PeekOrAdd(caller, fresh)
	if !known {
		l = fresh
	} else {
		q.callers.Get(caller) // used just now
	}
	return l.Allow()
}
