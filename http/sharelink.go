package http

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/mux"

	"aftersales/aggregates"
)

// uniform is how long every answer to a code that cannot be used takes: longer
// than finding out why.
const uniform = 100 * time.Millisecond

// openCoupon leads whoever opens a share link to the shop with the code, for
// the shop to apply it (C-19). Codes that cannot be used get one answer after
// one time, whatever is wrong with them. Views are not recorded: they need no
// token, and previews and robots open links as customers do.
func (s *Server) openCoupon(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer") // the code stands in the address
	w.Header().Set("X-Robots-Tag", "noindex")
	after := time.NewTimer(uniform)
	defer after.Stop()
	err := s.visitors.limit(w, clientAddress(r), func() error { return s.leadToShop(w, r) })
	if !isRefusal(err, "coupon_invalid") {
		return err
	}
	select {
	case <-after.C:
	case <-r.Context().Done():
	}
	p := s.problemOf(r, aggregates.Refuse("coupon_invalid"))
	p.Status, p.Title = http.StatusNotFound, http.StatusText(http.StatusNotFound)
	writeProblem(w, p)
	return nil
}

func (s *Server) leadToShop(w http.ResponseWriter, r *http.Request) error {
	code := mux.Vars(r)["code"]
	page, err := s.Commands.OpenCouponLink(r.Context(), code)
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
		return s.shops.limit(w, p.Actor.ID, func() error { return h(w, r) })
	}
}
