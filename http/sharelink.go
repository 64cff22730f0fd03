package http

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"aftersales/aggregates"
)

// Every answer to a token that cannot be used takes so long after its turn came:
// longer than finding out why. So many have their turn at once. Those who look
// for the same coupon wait for each other there; with all others in one queue
// before, a crowd learns nothing from how long it waits.
const (
	uniform = 100 * time.Millisecond
	openers = 4
)

// openCoupon leads whoever opens a share link to the shop with the code, for
// the shop to apply it (C-19). Links that cannot be used get one answer after
// one time, whatever is wrong with them. Views are not recorded: they need no
// token, and previews and robots open links as customers do.
func (s *Server) openCoupon(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer") // the token stands in the address
	w.Header().Set("X-Robots-Tag", "noindex")
	var after <-chan time.Time
	err := s.visitors.limit(w, clientAddress(r), func() error {
		select {
		case s.opening <- struct{}{}:
			defer func() { <-s.opening }()
		case <-r.Context().Done():
			return r.Context().Err()
		}
		after = time.After(uniform)
		return s.leadToShop(w, r)
	})
	if !isRefusal(err, "coupon_invalid") {
		return err
	}
	select {
	case <-after:
	case <-r.Context().Done():
	}
	p := s.problemOf(r, aggregates.Refuse("coupon_invalid"))
	p.Status, p.Title = http.StatusNotFound, http.StatusText(http.StatusNotFound)
	writeProblem(w, p)
	return nil
}

func (s *Server) leadToShop(w http.ResponseWriter, r *http.Request) error {
	page, code, err := s.Commands.OpenCouponLink(r.Context(), mux.Vars(r)["token"])
	if err != nil {
		return err
	}
	shop, err := url.Parse(strings.TrimRight(s.ShopURL, "/") + page)
	if s.ShopURL == "" || err != nil {
		return aggregates.Refuse("coupon_invalid") // there is no shop (any more) to lead to
	}
	query := shop.Query()
	query.Set("coupon", code)
	shop.RawQuery = query.Encode()
	w.Header().Set("Location", shop.String())
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// byCode limits the wrong codes that a caller may try.
func (s *Server) byCode(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := s.principal(r)
		if err != nil {
			return err
		}
		return s.shops.limit(w, p.Caller(), func() error { return h(w, r) })
	}
}
