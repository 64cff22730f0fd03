package coupon_test

import (
	"testing"

	"aftersales/aggregates"
	"aftersales/aggregates/aggregatetest"
	"aftersales/aggregates/coupon"
)

func share(redirect string, on aggregates.Date) rule {
	return func(s coupon.State) ([]aggregates.Event, error) { return s.ShareLink(redirect, on) }
}

func email(on aggregates.Date, recipients ...string) rule {
	return func(s coupon.State) ([]aggregates.Event, error) {
		return s.RequestEmail(recipients, "With our apologies", on)
	}
}

// C-17: the link is made once; another page of the shop is where it leads now.
func TestALinkIsShared(t *testing.T) {
	given(t).When(share("", today)).Then(coupon.LinkShared{LinkHash: "link", Redirect: coupon.DefaultRedirect})
	given(t, share("", today)).When(share("/shop", today)).Then()
	given(t, share("", today)).When(share("/shop/mugs?sort=price", today)).
		Then(coupon.LinkShared{LinkHash: "link", Redirect: "/shop/mugs?sort=price"})
}

// 3.2: a link never leads to another site.
func TestALinkStaysInTheShop(t *testing.T) {
	for _, redirect := range []string{
		"https://example.com", "//example.com", "/\\example.com", "shop", "/\t/example.com", "/shop\r\nSet-Cookie: a=b", "javascript:alert(1)",
	} {
		given(t).When(share(redirect, today)).Refused("invalid_value")
	}
}

// C-13, C-15: each recipient once, each with a real address.
func TestAnEmailHasRecipients(t *testing.T) {
	given(t).When(email(today, "a@example.com", " A@example.com", "b@example.com")).
		Then(coupon.EmailRequested{Recipients: []string{"a@example.com", "b@example.com"}, Message: "With our apologies"})
	given(t).When(email(today)).Refused("recipient_without_email")
	_, err := coupon.Recipients([]string{"a@example.com", "nobody", ""})
	want := "invalid_email on recipients[1] value=nobody; invalid_email on recipients[2] value="
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	given(t, email(today, "a@example.com")).When(email(today, "a@example.com")).
		Then(coupon.EmailRequested{Recipients: []string{"a@example.com"}, Message: "With our apologies"})
}

// A code that cannot be used is not sent to anybody.
func TestOnlyAUsableCouponIsSent(t *testing.T) {
	for code, g := range map[string]aggregatetest.Given[coupon.State]{
		"coupon_not_found":    aggregatetest.For(t, coupon.Model),
		"coupon_revoked":      given(t, revoke("wrong")),
		"coupon_already_used": given(t, redeem(use("SO1", now))),
		"coupon_expired":      given(t, lapse(now.AddDate(0, 1, 0))),
	} {
		g.When(share("", today)).Refused(code)
		g.When(email(today, "a@example.com")).Refused(code)
	}
	given(t).When(share("", "2026-03-21")).Refused("coupon_expired")
	given(t).When(share("", "2026-03-20")).State()
}
