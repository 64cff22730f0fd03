package coupon_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/coupon"
)

func sent(request, recipient string) rule {
	return func(s coupon.State) ([]aggregates.Event, error) {
		return s.NoteEmailSent(id(request), recipient, "m@shop")
	}
}

func failed(request, recipient string) rule {
	return func(s coupon.State) ([]aggregates.Event, error) {
		return s.NoteEmailFailed(id(request), recipient, "No such user")
	}
}

// Each recipient of each request is done once, sent or failed.
func TestAMailIsSentOncePerRequestAndRecipient(t *testing.T) {
	asked := email(today, "a@example.com", "b@example.com")
	given(t, asked).When(sent("first", "a@example.com")).
		Then(coupon.EmailSent{Request: id("first"), Recipients: []string{"a@example.com"}, MessageID: "m@shop"})
	half := []rule{asked, sent("first", "a@example.com")}
	given(t, half...).When(sent("first", "a@example.com")).Then()
	given(t, half...).When(failed("first", "a@example.com")).Then()
	given(t, half...).When(failed("first", "b@example.com")).
		Then(coupon.EmailFailed{Request: id("first"), Recipient: "b@example.com", Cause: "No such user"})
	aggregatetest.For(t, coupon.Model).When(sent("first", "a@example.com")).Then()

	before := coupon.Model.Fold(history(t, half...)...)
	after := coupon.Model.Evolve(before, coupon.EmailFailed{Request: id("first"), Recipient: "b@example.com"})
	to := []string{"a@example.com", "b@example.com"}
	for name, c := range map[string]struct{ got, want []string }{
		"before":          {before.Unmailed(id("first"), to), to[1:]},
		"after":           {after.Unmailed(id("first"), to), nil},
		"another request": {after.Unmailed(id("second"), to), to},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// C-19: only a shared coupon that can be used leads anywhere, and the refusal
// does not tell what is missing.
func TestALinkOpensOnlyAUsableCoupon(t *testing.T) {
	shared := share("/shop/mugs", today)
	for name, c := range map[string]struct {
		rules []rule
		at    time.Time
		want  string
	}{
		"shared":       {[]rule{shared}, now, "/shop/mugs"},
		"in a cart":    {[]rule{shared, reserve(use("SO1", now))}, now, "/shop/mugs"},
		"not shared":   {nil, now, ""},
		"expired":      {[]rule{shared}, now.AddDate(0, 1, 0), ""},
		"used":         {[]rule{shared, redeem(use("SO1", now))}, now, ""},
		"revoked":      {[]rule{shared, revoke("wrong")}, now, ""},
		"not a coupon": {nil, time.Time{}, ""},
	} {
		s := coupon.Model.Fold(history(t, c.rules...)...)
		if c.at.IsZero() {
			s = coupon.State{}
		}
		page, err := s.OpenLink(c.at, aggregates.DateOf(c.at, time.UTC))
		if page != c.want || (err == nil) != (c.want != "") || err != nil && err.Error() != "coupon_invalid" {
			t.Errorf("%s: %q, %v", name, page, err)
		}
	}
}
