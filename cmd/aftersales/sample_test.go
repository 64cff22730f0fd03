package main_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aftersales/cmd/aftersales/sample"
)

// The five services work on the sample's ticket with the ids of the README, and
// the smart buttons count what they made.
func TestTheSampleServesAllFiveServices(t *testing.T) {
	s := serve(t, "--sample")
	c := s.client()
	var note string
	for path, body := range map[string]map[string]any{
		"refunds":       {"invoices": []any{sample.Invoice}, "reversal_date": "2026-02-01", "mode": "reverse"},
		"coupons":       {"program": sample.Program},
		"returns":       {"delivery": sample.Delivery, "return_location": sample.ReturnLocation},
		"repairs":       {},
		"interventions": {},
	} {
		o, err := c.Post(within(t), "/v1/tickets/"+sample.Ticket.String()+"/"+path, path, body)
		if err != nil {
			t.Fatal(err)
		}
		if path == "refunds" {
			note = o.Documents[0].ID.String()
		}
	}
	if _, err := c.Post(within(t), "/v1/credit-notes/"+note+"/post", "post", struct{}{}); err != nil {
		t.Fatal(err)
	}
	var ticket struct {
		Buttons map[string]int `json:"smart_buttons"`
	}
	if err := c.Get(within(t), "/v1/tickets/"+sample.Ticket.String(), &ticket); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"credit_notes": 1, "coupons": 1, "returns": 1, "repairs": 1, "tasks": 1}
	if diff := cmp.Diff(want, ticket.Buttons); diff != "" {
		t.Errorf("smart buttons (-want +got):\n%s", diff)
	}
}

// A load that dies half-way is gone on with, to the same log; one that is
// complete adds nothing.
func TestTheSampleIsLoadedOnce(t *testing.T) {
	calm := serve(t, "--sample")
	whole := calm.head()
	calm.stop()
	calm.start()
	if again := calm.head(); again != whole {
		t.Errorf("the second start took the log from %d to %d", whole, again)
	}
	calm.stop()
	s := serve(t)
	ctx, cancel := context.WithCancel(within(t))
	failed := make(chan error, 1)
	go func() { failed <- sample.Load(ctx, s.client()) }()
	eventually(t, "half of the sample", func() bool { return s.head() > whole/2 })
	cancel()
	if err := <-failed; err == nil {
		t.Fatal("the load was not cut")
	}
	if err := sample.Load(within(t), s.client()); err != nil {
		t.Fatal(err)
	}
	s.stop()
	if diff := cmp.Diff(identities(t, calm.events()), identities(t, s.events())); diff != "" {
		t.Errorf("events (-calm +cut):\n%s", diff)
	}
}

// An import without a token or a good file says so and does nothing. The sample
// leaves a log with other data alone.
func TestWhatMayNotBeLoadedIsNot(t *testing.T) {
	s := serve(t)
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no token":    {[]string{cutFile, "--url", s.url, "--data-dir", t.TempDir()}, "no --token given"},
		"wrong token": {[]string{cutFile, "--url", s.url, "--token", "wrong"}, fmt.Sprint(http.StatusUnauthorized, " unauthenticated")},
		"bad file":    {[]string{write(t, "1,yesterday,X,BOX,1,1,1,Spain\n"), "--url", s.url, "--data-dir", s.dir}, "line 2: parsing time"},
	} {
		out, err := command(append([]string{"import", "online-retail"}, c.args...)...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), c.want) {
			t.Errorf("%s: %v, %s", name, err, out)
		}
	}
	if head := s.head(); head != 0 {
		t.Errorf("the log has come to %d", head)
	}
	if _, err := s.client().Post(within(t), "/v1/teams", "team", map[string]string{"name": "Support"}); err != nil {
		t.Fatal(err)
	}
	head := s.head()
	if err := sample.Load(within(t), s.client()); err != nil {
		t.Fatal(err)
	}
	if again := s.head(); again != head {
		t.Errorf("the sample took the log from %d to %d", head, again)
	}
}
