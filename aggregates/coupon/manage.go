package coupon

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
)

// DefaultRedirect is the page of the shop that a share link leads to.
const DefaultRedirect = "/shop"

// Lapse records what time has done: a reservation that has lapsed, a coupon
// whose last valid day has passed. A cart that still holds it may redeem it, so
// it does not expire before. Nothing is due: no events.
func (s State) Lapse(now time.Time, today aggregates.Date) ([]aggregates.Event, error) {
	events := s.lapsed(now)
	if s.StatusOn(now, today) == StatusExpired && s.Status != StatusExpired {
		events = append(events, Expired{})
	}
	return events, nil
}

// Revoke makes the coupon invalid; a reason is required. A cart that holds it
// loses it. Refusals: required, too_long, coupon_already_used, coupon_expired.
func (s State) Revoke(reason string) ([]aggregates.Event, error) {
	reason = strings.TrimSpace(reason)
	var fields check.Fields
	fields.Required("reason", reason)
	fields.Within(check.MaxReason, "reason", reason)
	switch err := fields.Err(); {
	case s.ID == uuid.Nil:
		return nil, aggregates.Refuse("coupon_not_found")
	case err != nil:
		return nil, err
	case s.Status == StatusRevoked:
		return nil, nil
	case s.Status == StatusRedeemed:
		return nil, aggregates.Refuse("coupon_already_used")
	case s.Status == StatusExpired:
		return nil, s.expired()
	}
	return []aggregates.Event{Revoked{Reason: reason}}, nil
}

// ShareLink makes a link for the customer (C-17) to a page of the shop, by
// default DefaultRedirect. Only a path of the shop itself is taken, so that the
// link cannot lead elsewhere. A coupon has one link: another page changes where
// it leads, the same page changes nothing.
func (s State) ShareLink(redirect string, today aggregates.Date) ([]aggregates.Event, error) {
	if redirect == "" {
		redirect = DefaultRedirect
	}
	if err := s.usable(today); err != nil {
		return nil, err
	}
	if !localPath(redirect) {
		return nil, aggregates.Refuse("invalid_value").On("redirect")
	}
	if s.Link != nil && s.Link.Redirect == redirect {
		return nil, nil
	}
	return []aggregates.Event{LinkShared{LinkHash: s.LinkHash, Redirect: redirect}}, nil
}

// localPath is false for what a browser would read as another site: it takes a
// backslash for a slash and drops control characters.
func localPath(p string) bool {
	outside := func(r rune) bool { return r == '\\' || r < ' ' || r == 0x7f }
	return strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "//") && !strings.ContainsFunc(p, outside)
}

// RequestEmail asks for a mail with the code (C-13), each time anew. Refusals:
// those of Recipients, and those of a coupon that cannot be used any more.
func (s State) RequestEmail(recipients []string, message string, today aggregates.Date) ([]aggregates.Event, error) {
	if err := s.usable(today); err != nil {
		return nil, err
	}
	recipients, err := Recipients(recipients)
	if err != nil {
		return nil, err
	}
	return []aggregates.Event{EmailRequested{Recipients: recipients, Message: message}}, nil
}

// Recipients are the addresses, each once whatever its case. Refusals:
// recipient_without_email when there are none, invalid_email for each bad one
// (C-15).
func Recipients(addresses []string) ([]string, error) {
	if len(addresses) == 0 {
		return nil, aggregates.Refuse("recipient_without_email").On("recipients")
	}
	var fields check.Fields
	var once []string
	for i, a := range addresses {
		a = strings.TrimSpace(a)
		fields.Refuse(!check.Email(a), fmt.Sprintf("recipients[%d]", i), "invalid_email", "value", a)
		if !slices.ContainsFunc(once, func(other string) bool { return strings.EqualFold(other, a) }) {
			once = append(once, a)
		}
	}
	if err := fields.Err(); err != nil {
		return nil, err
	}
	return once, nil
}

// usable refuses, for the agent's eyes, a coupon that cannot be used any more.
func (s State) usable(today aggregates.Date) error {
	switch {
	case s.ID == uuid.Nil:
		return aggregates.Refuse("coupon_not_found")
	case s.Status == StatusRevoked:
		return aggregates.Refuse("coupon_revoked")
	case s.Status == StatusRedeemed:
		return aggregates.Refuse("coupon_already_used")
	case s.Status == StatusExpired, s.pastOn(today):
		return s.expired()
	}
	return nil
}
