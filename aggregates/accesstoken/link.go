package accesstoken

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// MaxLinkLife is how long a link may be valid.
const MaxLinkLife = 366 * 24 * time.Hour

// linked are the kinds of documents that a link may show; a coupon has a share
// link of its own.
var linked = []string{"ticket", "task", "repair", "credit_note", "return", "order"}

// Linkable says whether a link may show documents of the kind.
func Linkable(kind string) bool { return slices.Contains(linked, kind) }

// IssueLink begins a token that shows one document to a customer, who may
// answer it, and gives no other right (domain.md 2.12 and 4). It expires in the
// future, within MaxLinkLife.
func (s State) IssueLink(l LinkIssued, now time.Time) ([]aggregates.Event, error) {
	if s.ID != uuid.Nil {
		return nil, aggregates.Refuse("already_exists")
	}
	l.IssuedAt, l.ExpiresAt = now.UTC(), l.ExpiresAt.UTC()
	var fields check.Fields
	fields.Refuse(!Linkable(l.Kind), "kind", "invalid_value")
	fields.Refuse(l.Document == uuid.Nil, "document", "required")
	fields.Refuse(l.Customer == uuid.Nil, "customer", "customer_required")
	fields.Refuse(!now.Before(l.ExpiresAt), "expires_at", "expiration_in_past")
	fields.Refuse(l.ExpiresAt.After(now.Add(MaxLinkLife)), "expires_at", "invalid_value")
	if err := fields.Err(); err != nil {
		return nil, err
	}
	return []aggregates.Event{l}, nil
}

// ViewQuotation notes that the quotation was looked at, once a day.
func (s State) ViewQuotation(on aggregates.Date) ([]aggregates.Event, error) {
	if s.Document == uuid.Nil || s.Viewed == on {
		return nil, nil
	}
	return []aggregates.Event{QuotationViewed{Kind: s.Kind, Document: s.Document, Customer: s.Customer, On: on}}, nil
}

// Opens refuses what is no link, or one that was revoked or has expired, all as
// not_found: whoever opens it learns nothing about it.
func (s State) Opens(now time.Time) error {
	if s.Document == uuid.Nil || s.Revoked || !now.Before(s.ExpiresAt) {
		return aggregates.Refuse("not_found")
	}
	return nil
}
