package documents

import (
	"encoding/base64"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/coupon"
)

// couponFields are those of a coupon. Bound: only its customer's commercial
// entity may use it. Reason is why it was revoked.
type couponFields struct {
	Program     uuid.UUID          `json:"program"`
	Customer    *uuid.UUID         `json:"customer"`
	Bound       bool               `json:"bound"`
	Code        string             `json:"code"`
	ExpiresOn   *aggregates.Date   `json:"expires_on"`
	ShareLink   *string            `json:"share_link"`
	Uses        int                `json:"uses"`
	Reservation *couponReservation `json:"reservation"`
	Redemption  *couponRedemption  `json:"redemption"`
	Reason      *string            `json:"reason"`
}

// couponReservation holds the coupon for an order, which the shop names, until a
// time, or until more is known of the order once that is paid.
type couponReservation struct {
	Order string    `json:"order"`
	Until time.Time `json:"until"`
	Paid  bool      `json:"paid"`
}

// couponRedemption is the one use; the amount is null when the shop told none.
type couponRedemption struct {
	Order  string            `json:"order"`
	Amount *aggregates.Money `json:"amount"`
	On     aggregates.Date   `json:"on"`
}

// viewCoupon shows of the code only the hint and of a shared link only the page
// of the shop: whoever may see more opens Document.Sealed. State is the recorded
// one; what time has done since is At's.
func viewCoupon(s coupon.State) []Document {
	if s.ID == uuid.Nil {
		return nil
	}
	f := couponFields{
		Program: s.Program, Customer: ref(s.Customer), Bound: s.Bound, Code: s.CodeHint,
		ExpiresOn: text(s.ExpiresOn), Reason: text(s.Reason),
	}
	if s.Link != nil {
		f.ShareLink = &s.Link.Redirect
	}
	if r := s.Reservation; r != nil {
		f.Reservation = &couponReservation{r.Order, r.Until.UTC(), s.Paid}
	}
	if r := s.Redemption; r != nil {
		f.Uses, f.Redemption = 1, &couponRedemption{r.Order, r.Amount, r.On}
	}
	return []Document{Document{
		Kind: "coupon", ID: s.ID, Number: s.Number, State: string(s.Status), Ticket: s.Ticket,
		Customer: s.Customer, Entity: s.Entity, source: s.Program, Sealed: base64.StdEncoding.EncodeToString(s.CodeSealed),
	}.with(f)}
}
