package commands

import (
	"context"

	"github.com/google/uuid"

	"aftersales/aggregates/accesstoken"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/currency"
	"aftersales/aggregates/customer"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/journal"
	"aftersales/aggregates/location"
	"aftersales/aggregates/order"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/product"
	"aftersales/aggregates/program"
	"aftersales/aggregates/project"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/task"
	"aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
	"aftersales/aggregates/worksheet"
)

// ownStreams name the stream of each kind of document that has one of its own.
var ownStreams = map[string]func(uuid.UUID) string{
	"team": team.Model.Stream, "customer": customer.Model.Stream, "product": product.Model.Stream,
	"journal": journal.Model.Stream, "location": location.Model.Stream, "project": project.Model.Stream,
	"worksheet_template": worksheet.Model.Stream, "coupon_program": program.Model.Stream, "order": order.Model.Stream,
	"invoice": invoice.Model.Stream, "delivery": picking.Model.Stream, "ticket": ticket.Model.Stream,

	"access_token": accesstoken.Model.Stream, "portal_link": accesstoken.Model.Stream,
	"currency": currency.Model.Stream, "coupon": coupon.Model.Stream, "repair": repair.Model.Stream, "task": task.Model.Stream,
}

// placedIn name the stream of the aggregate that holds documents of a kind
// without a stream of their own.
var placedIn = map[string]func(uuid.UUID) string{
	"credit_note": invoice.Model.Stream, "payment": invoice.Model.Stream, "return": picking.Model.Stream,
}

// StreamOf is the stream that a document lives in, by the log alone; "" for a
// kind or a document that the log does not tell of.
func (s *Service) StreamOf(ctx context.Context, kind string, id uuid.UUID) (string, error) {
	if stream, ok := ownStreams[kind]; ok {
		return stream(id), nil
	}
	stream, ok := placedIn[kind]
	if !ok {
		return "", nil
	}
	home, err := s.newExecution(Request{}, "").home(ctx, kind, id.String())
	if refusedWith(err, kind+"_not_found") {
		return "", nil
	}
	return stream(home), err
}
