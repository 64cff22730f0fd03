package accesstoken_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/aggregatetest"
)

var link = accesstoken.LinkIssued{
	Token: issued.Token, Hash: accesstoken.Hash("secret"), Kind: "ticket", By: "agent-1", IssuedAt: now, ExpiresAt: now.Add(time.Hour),
	Document: uuid.MustParse("dd1c3a10-0000-4000-8000-000000000002"), Customer: uuid.MustParse("dd1c3a10-0000-4000-8000-000000000003"),
}

// 2.12: a link is for one document and one recipient, and expires.
func TestALinkIsIssuedOnceForADocumentAndARecipient(t *testing.T) {
	issue := func(change func(*accesstoken.LinkIssued)) func(accesstoken.State) ([]aggregates.Event, error) {
		wish := link
		change(&wish)
		return func(s accesstoken.State) ([]aggregates.Event, error) { return s.IssueLink(wish, now) }
	}
	given := aggregatetest.For(t, accesstoken.Model)
	given.When(issue(func(*accesstoken.LinkIssued) {})).Then(link)
	aggregatetest.For(t, accesstoken.Model, link).When(issue(func(*accesstoken.LinkIssued) {})).Refused("already_exists")
	given.When(issue(func(l *accesstoken.LinkIssued) { l.Kind = "coupon" })).Refused("invalid_value")
	given.When(issue(func(l *accesstoken.LinkIssued) { l.Document = uuid.Nil })).Refused("required")
	given.When(issue(func(l *accesstoken.LinkIssued) { l.Customer = uuid.Nil })).Refused("customer_required")
	given.When(issue(func(l *accesstoken.LinkIssued) { l.ExpiresAt = now })).Refused("expiration_in_past")
	given.When(issue(func(l *accesstoken.LinkIssued) { l.ExpiresAt = now.Add(accesstoken.MaxLinkLife + 1) })).Refused("invalid_value")
}

// A link opens its document until it expires or is revoked, and is never a
// bearer's token; nor is a bearer's token a link.
func TestALinkOpensAndATokenDoesNot(t *testing.T) {
	for name, c := range map[string]struct {
		events []aggregates.Event
		now    time.Time
		opens  bool
	}{
		"never issued":       {nil, now, false},
		"a bearer's token":   {[]aggregates.Event{issued}, now, false},
		"in the last moment": {[]aggregates.Event{link}, link.ExpiresAt.Add(-1), true},
		"expired":            {[]aggregates.Event{link}, link.ExpiresAt, false},
		"revoked":            {[]aggregates.Event{link, accesstoken.Revoked{By: "agent-1"}}, now, false},
	} {
		if err := accesstoken.Model.Fold(c.events...).Opens(c.now); (err == nil) != c.opens {
			t.Errorf("%s: %v", name, err)
		}
	}
	if accesstoken.Model.Fold(link).Usable(now) == nil {
		t.Error("a link is taken for a bearer's token")
	}
}
