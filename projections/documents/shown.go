package documents

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"aftersales/aggregates"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/program"
	"aftersales/projections"
)

// Clock is a moment with the company's day.
type Clock struct {
	Now   time.Time
	Today aggregates.Date
}

// At is the document with the state that it has at the moment: a coupon expires, its
// reservation lapses, a program ends, and tokens and portal links expire by date, whether or not a timer has
// recorded it (pain 27). A historical document stays as it was recorded.
func (d Document) At(c Clock) (Document, error) {
	if d.Historical {
		return d, nil
	}
	var err error
	switch d.Kind {
	case "coupon":
		var f couponFields
		err = json.Unmarshal(d.Fields, &f)
		s := coupon.State{Status: coupon.Status(d.State), ExpiresOn: projections.OrZero(f.ExpiresOn)}
		if r := f.Reservation; r != nil {
			s.Reservation, s.Paid = &coupon.Reserved{Until: r.Until}, r.Paid
		}
		d.State = string(s.StatusOn(c.Now, c.Today))
	case "coupon_program":
		var f programFields
		err = json.Unmarshal(d.Fields, &f)
		if (program.State{EndsOn: projections.OrZero(f.EndsOn)}).EndedOn(c.Today) && (d.State == "active" || d.State == "exhausted") {
			d.State = "ended"
		}
	case "access_token", "portal_link":
		var f expiring
		err = json.Unmarshal(d.Fields, &f)
		if d.State == active && f.ExpiresAt != nil && !c.Now.Before(*f.ExpiresAt) {
			d.State = "expired"
		}
	}
	if err != nil {
		return d, fmt.Errorf("fields of %s %s: %w", d.Kind, d.ID, err)
	}
	return d, nil
}

// expiring are the fields of an access token and of a portal link that At needs.
type expiring struct {
	ExpiresAt *time.Time `json:"expires_at"`
}

// couponShown, programShown and expiryShown are At in SQL, of the row d; their
// values are the moment's time and day, the day, and the time.
const (
	couponShown = `CASE
		WHEN d.state = 'reserved' AND ((d.fields->'reservation'->>'paid')::boolean OR (d.fields->'reservation'->>'until')::timestamptz > ?) THEN 'reserved'
		WHEN d.state IN ('reserved', 'active') AND d.fields->>'expires_on' < ? THEN 'expired'
		WHEN d.state = 'reserved' THEN 'active'
		ELSE d.state END`
	programShown = `CASE WHEN d.state IN ('active', 'exhausted') AND d.fields->>'ends_on' < ? THEN 'ended' ELSE d.state END`
	expiryShown  = `CASE WHEN d.state = 'active' AND (d.fields->>'expires_at')::timestamptz <= ? THEN 'expired' ELSE d.state END`
)

// AndState adds the condition that a row of documents called alias, of one of the
// kinds (none: of any), is shown in the state at the moment.
func AndState(w *projections.Where, alias string, kinds []string, state string, c Clock) {
	if state == "" {
		return
	}
	if slices.Equal(kinds, []string{"lot"}) {
		andLotState(w, alias, state)
		return
	}
	may := func(kind string) bool { return len(kinds) == 0 || slices.Contains(kinds, kind) }
	clause, values := "d.state", []any{}
	if may("coupon") {
		clause, values = "CASE WHEN d.kind = 'coupon' THEN "+couponShown+" ELSE "+clause+" END", append([]any{c.Now, string(c.Today)}, values...)
	}
	if may("coupon_program") {
		clause, values = "CASE WHEN d.kind = 'coupon_program' THEN "+programShown+" ELSE "+clause+" END", append([]any{string(c.Today)}, values...)
	}
	if may("access_token") || may("portal_link") {
		clause, values = "CASE WHEN d.kind IN ('access_token', 'portal_link') THEN "+expiryShown+" ELSE "+clause+" END", append([]any{c.Now}, values...)
	}
	w.And(true, strings.ReplaceAll(clause, "d.", alias+".")+" = ?", append(values, state)...)
}
