package http_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"
)

// TestPaging (D10): a cursor that was touched, or is of another list, is refused, and a walk through all
// pages shows each document that was there at its start once, whatever is
// written meanwhile.
func TestPaging(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	var there []string
	last := answer{}
	for n := range 40 {
		last = s.post("/v1/tickets", m{"title": fmt.Sprintf("Ticket %d", n), "team": id("team"), "customer": id("customer")})
		there = append(there, last.created())
	}
	s.get("/v1/tickets", since(last))
	stop := make(chan struct{})
	var writers sync.WaitGroup
	for w := range 3 {
		writers.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				target := "/v1/tickets/" + there[(n*7+w)%len(there)]
				requests := []*http.Request{
					must(s.request(http.MethodPost, target+"/details", m{"title": fmt.Sprintf("Changed %d %d", w, n)}))(t),
					must(s.request(http.MethodPost, "/v1/tickets", m{"title": "Late", "team": id("team")}))(t),
				}
				for _, r := range requests {
					s.exchange(r)
				}
			}
		})
	}
	for _, path := range []string{"/v1/tickets?limit=3&team=" + id("team").String(), "/v1/tickets?limit=1&customer=" + id("customer").String(), on("ticket", "timeline?limit=2")} {
		shown := s.names(path, "id", func(int) {})
		if path != on("ticket", "timeline?limit=2") {
			for _, id := range there {
				if n := len(slices.DeleteFunc(slices.Clone(shown), func(other string) bool { return other != id })); n != 1 {
					t.Errorf("%s shows %s %d times", path, id, n)
				}
			}
		}
	}
	close(stop)
	writers.Wait()

	for _, path := range []string{"/v1/tickets", "/v1/teams", "/v1/invoices", on("ticket", "timeline"), "/v1/audit/events", on("ticket", "documents")} {
		good := s.get(path + "?limit=1").text("next_cursor")
		for at := range good { // a digit of the place, or of what vouches for it
			digit := byte('0')
			if good[at] == digit {
				digit = '1'
			}
			s.send(http.MethodGet, path+"?cursor="+good[:at]+string(digit)+good[at+1:], nil).refused(http.StatusBadRequest, "invalid_cursor")
		}
		if good != "" {
			s.get(path + "?limit=2&cursor=" + good)
			others := []string{"/v1/customers?", "/v1/audit/events?"}
			for _, filter := range filters(path) {
				others = append(others, path+"?"+filter+"&")
			}
			for _, other := range others {
				if other != path+"?" {
					s.send(http.MethodGet, other+"cursor="+good, nil).refused(http.StatusBadRequest, "invalid_cursor")
				}
			}
		} else {
			good = "00000000000000010000000000000000" + uuid.Nil.String() // of no list
		}
		for _, touched := range []string{
			good[:len(good)-1], good + "0", "g" + good[1:], good[:len(good)/2], good + good, "-1", "%", "'",
			base64.RawURLEncoding.EncodeToString([]byte(good)), uuid.Nil.String(), "\u0661\u0662",
		} {
			s.send(http.MethodGet, path+"?cursor="+url.QueryEscape(touched), nil).refused(http.StatusBadRequest, "invalid_cursor")
		}
	}
}

// filters are two that a list has, if it has any.
func filters(list string) []string {
	switch list {
	case on("ticket", "timeline"):
		return nil
	case "/v1/audit/events":
		return []string{"actor=admin", "type=ticket-opened"}
	}
	return []string{"state=open", "customer=" + id("customer").String()}
}
