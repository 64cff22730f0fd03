package http

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates/program"
	"aftersales/projections/candidates"
)

// couponOptions is the popup Generate a Coupon (C-05 to C-22): it offers the
// programs that exist and give out coupons today, and makes none (C-03).
func (s *Server) couponOptions(ctx context.Context, d *dialog) error {
	all, more, err := candidates.Programs(ctx, d.q, d.Today)
	if err != nil {
		return err
	}
	var usable []uuid.UUID
	for _, p := range all {
		if p.Offers(d.Today) != nil {
			continue
		}
		usable = append(usable, p.ID)
		d.offer("programs", object{
			"id": p.ID, "name": p.Name, "type": p.Type, "starts_on": maybe(p.StartsOn), "ends_on": maybe(p.EndsOn), "rewards": p.Rewards, "available_on": append([]program.Channel{}, p.AvailableOn...),
		})
	}
	d.close("programs", more)
	var only uuid.UUID
	switch {
	case len(usable) == 0 && !more:
		code := "no_coupon_program"
		d.EmptyReason = &code
	case len(usable) == 1 && !more:
		only = usable[0]
	}
	chosen, err := d.chosen("program", only)
	if err != nil {
		return err
	}
	d.offer("deliver", object{"id": "none"})
	d.offer("deliver", object{"id": "email"})
	if s.ShopURL != "" {
		d.offer("deliver", object{"id": "share_link"})
	}
	recipients := d.Addresses
	if recipients == nil {
		recipients = []string{}
	}
	d.Defaults = object{"program": maybe(chosen), "valid_until": nil, "deliver": "none", "recipients": recipients}
	d.Fields = map[string]field{
		"program": required, "valid_until": optional, "deliver": optional, "recipients": optional, "message": optional,
		"share_link": shownIf(s.ShopURL != "", optional),
	}
	return nil
}
